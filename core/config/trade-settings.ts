import { z } from 'zod';

/** What has to stand in `trade.live` before real money moves. */
export const LIVE_CONSENT = 'I accept that this trades real money';

/** The `trade` section of a configuration: dry-run, testnet and live sessions. Keys come from the environment, never from here. */
export const tradeSettings = z.strictObject({
  live: z.literal(LIVE_CONSENT).optional().describe(`for --live: "${LIVE_CONSENT}"`),
  allowUnknownPermissions: z
    .boolean()
    .default(false)
    .describe('for --live: trade with a key whose permissions the exchange does not tell'),
  capital: z.number().positive().optional().describe('most stake currency to reckon with; the rest is left alone'),
  maxLoss: z.number().min(0).max(1).optional().describe('share of equity lost at which entries stop and all is left'),
  marginMode: z.enum(['isolated', 'cross']).default('isolated'),
  batchWaitMs: z.number().min(0).max(3_600_000).default(2_000).describe('wait for the candles of one close time'),
  reconcileSeconds: z.number().min(1).max(86_400).default(60).describe('between comparisons with the exchange'),
  stopGraceSeconds: z
    .number()
    .min(1)
    .max(86_400)
    .default(10)
    .describe('a position may be without its stop for so long'),
  deadMansSwitchSeconds: z
    .number()
    .min(0)
    .optional()
    .describe(
      "the exchange's own switch; absent: 120 (15 on trades and books) where it leaves stops alone, else off; 0: off",
    ),
  database: z.string().optional().describe('absent: trades.sqlite, or dry-run.sqlite, in the user folder'),
  logFile: z.string().optional().describe('absent: logs/trade.log in the user folder'),
});
