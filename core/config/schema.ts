import { z } from 'zod';
import { learningSettings, moduleChoice } from './learning-settings.ts';
import { tickSettings } from './tick-settings.ts';
import { tradeSettings } from './trade-settings.ts';

/** Names as they are meant: blanks about commas and a comma at the end are habits of the hand; a pair named twice would trade twice. */
const distinct = (names: string[]) => [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];

const fraction = z
  .number()
  .min(0)
  .max(1, { error: (issue) => asFraction(issue.input) });

/** What is wrong with a number that is surely meant as percent, which no setting is in. @param of what it would be a fraction */
function asFraction(input: unknown, of = ''): string {
  if (typeof input !== 'number') return 'it is a fraction';
  // Without the tail of binary fractions: 0.07 × 100.
  const plain = (x: number) => Number(x.toPrecision(12));
  return `a fraction, so ${input} is ${plain(input * 100)} %${of}; ${input} % is ${plain(input / 100)}`;
}

const slippage = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('fixed'),
    bps: z.number().min(0).default(1).describe('basis points of the price'),
  }),
  z.strictObject({
    model: z.literal('volatility'),
    factor: z.number().min(0).default(0.05).describe("share of the candle's range"),
  }),
  z.strictObject({
    model: z.literal('volume-share'),
    impact: z.number().min(0).default(0.1).describe("price impact × the order's squared share of the candle's volume"),
    maxShare: fraction.default(0.025).describe('of the volume, above which the impact grows no more'),
  }),
]);

const costs = z.strictObject({
  latencyMs: z.number().min(0).default(250).describe('from decision to market, of orders, cancels and new prices'),
  spreadBps: z.number().min(0).default(1).describe('whole spread in basis points; takers pay half'),
  quotedSpread: z
    .number()
    .min(0)
    .default(1)
    .describe('times the spread of candles that have bid and ask, in place of spreadBps; 0: spreadBps there, too'),
  slippage: z
    .array(slippage)
    .default([
      { model: 'fixed', bps: 0.5 },
      { model: 'volume-share', impact: 0.1, maxShare: 0.025 },
    ])
    .describe('models that add up'),
  volumeShare: fraction.default(0.1).describe("share of a candle's volume that resting limits may get"),
  roi: z.enum(['rest', 'close']).default('rest').describe('ROI as a resting limit, or checked at candle closes'),
  rollover: z
    .strictObject({
      long: z.number().min(-1).max(1).default(0.01).describe('a year, paid by longs; below 0: received'),
      short: z.number().min(-1).max(1).default(0.01).describe('a year, paid by shorts; below 0: received'),
    })
    .prefault({})
    .describe('forex: financing of what is held at 17:00 New York time, fractions of its worth'),
  feeAsset: z
    .union([
      z.enum(['quote', 'base']),
      z.strictObject({
        asset: z.string().describe('an exchange coin, such as BNB'),
        pair: z.string().describe('its price in the stake currency, such as BNB/USDT'),
        discount: fraction.default(0).describe('off fees paid in it'),
        balance: z.number().positive().describe('coins bought out of the starting balance'),
      }),
    ])
    .optional()
    .describe('what fees are paid in; absent: the quote. base: spot buys pay in what they bought'),
});

/** Attributes of a strategy that a configuration may override, by Freqtrade's names. */
export const strategyOverrides = z.strictObject({
  stoploss: z
    .number()
    .min(-1, { error: (issue) => asFraction(issue.input) })
    .max(0)
    .optional(),
  minimalRoi: z.record(z.string().regex(/^\d+$/, 'minutes as a whole number'), z.number()).optional(),
  trailingStop: z.boolean().optional(),
  trailingStopPositive: z
    .number()
    .min(0)
    .max(1, { error: (issue) => asFraction(issue.input) })
    .nullable()
    .optional(),
  trailingStopPositiveOffset: z.number().min(0).optional(),
  trailingOnlyOffsetIsReached: z.boolean().optional(),
  useExitSignal: z.boolean().optional(),
  exitProfitOnly: z.boolean().optional(),
  exitProfitOffset: z.number().optional(),
  ignoreRoiIfEntrySignal: z.boolean().optional(),
  maxEntryPositionAdjustment: z.int().min(-1).optional(),
  unfilledTimeout: z.strictObject({ entry: z.number().positive(), exit: z.number().positive() }).optional(),
  orderTypes: z.strictObject({ entry: z.enum(['market', 'limit']), exit: z.enum(['market', 'limit']) }).optional(),
  protections: z.array(z.looseObject({ name: z.string() })).optional(),
  canShort: z.boolean().optional(),
  startupCandles: z.int().min(0).optional(),
});

/** The configuration: what files, environment and command line add up to. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  strategy: z
    .union([z.string(), z.array(z.string()).overwrite((names) => names.map((name) => name.trim()).filter(Boolean))])
    .optional()
    .describe('strategy name or names'),
  parameters: z.record(z.string(), z.unknown()).optional().describe('values for searchable parameters'),
  override: strategyOverrides.optional().describe('strategy attributes to replace'),
  exchange: z.string().optional().describe('whose data is used; absent: binance, or the only one stored'),
  pairs: z
    .array(z.string())
    .overwrite(distinct)
    .optional()
    .describe('BTC/USDT, BTC/USDT:USDT (perpetual), EUR/USD; absent: the only one stored'),
  timeframe: z.string().optional().describe("replaces the strategy's own"),
  detailTimeframe: z.string().optional().describe('shorter candles that resolve what happened inside a candle'),
  timerange: z.string().optional().describe('20240101-20240201; either end may be left out'),
  fills: z
    .enum(['honest', 'freqtrade'])
    .default('honest')
    .describe('pessimistic where a candle cannot tell, or trade for trade as Freqtrade'),
  stakeCurrency: z.string().default('USDT').describe('what stakes, balance and profit are counted in'),
  stakeAmount: z
    .union([z.number().positive(), z.literal('unlimited')])
    .default(1000)
    .describe('stake of a position; unlimited: equity shared among the slots of maxOpenTrades'),
  startingBalance: z.number().positive().default(10_000).describe('of backtests and dry-runs'),
  tradableBalanceRatio: fraction.default(0.99).describe('share of the balance that may be staked'),
  maxOpenTrades: z.int().min(1).default(3).describe('positions at a time'),
  netting: z
    .boolean()
    .default(false)
    .describe('several strategies may hold a pair at a time; the exchange sees the sum of their positions'),
  fee: z
    .number()
    .min(0)
    .lt(0.02, { error: (issue) => asFraction(issue.input, ' of every trade') })
    .optional()
    .describe("one rate instead of the venue's maker and taker fees"),
  costs: costs.prefault({}),
  ticks: tickSettings.prefault({}).describe('simulated exchange of runs on trades and books'),
  trade: tradeSettings.prefault({}).describe('dry-run, testnet and live sessions'),
  learning: learningSettings.prefault({}).describe('what "tidegate train" and "dataset" build'),
  train: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("settings of the strategy's train blocks to replace, by block"),
  pipeline: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('settings of PipelineStrategy, and of strategies made of it'),
  assumeFunding: z
    .number()
    .gt(-0.01, { error: (issue) => asFraction(issue.input, ' at every settlement') })
    .lt(0.01, { error: (issue) => asFraction(issue.input, ' at every settlement') })
    .optional()
    .describe('rate per settlement where funding data is missing'),
  liquidationBuffer: fraction
    .default(0.05)
    .describe(
      'freqtrade fills: share of the way from entry to liquidation price at which a position is given up as liquidated',
    ),
  enableProtections: z.boolean().default(true).describe("whether the strategy's protections count"),
  sizing: moduleChoice.optional().describe('sizing module; absent: stakeAmount'),
  risk: z.array(moduleChoice).default([]).describe('risk modules, asked in order'),
  execution: z
    .strictObject({ entry: moduleChoice.optional(), exit: moduleChoice.optional() })
    .optional()
    .describe('modules that work entry and exit orders; absent: plain market or limit orders'),
  pairlists: z.array(moduleChoice).optional().describe('chain of pair lists, in place of pairs'),
  pairlistRefreshMinutes: z
    .number()
    .positive()
    .default(1440)
    .describe('how often the pair lists are asked; a step may have a refreshMinutes of its own'),
  notifiers: z
    .array(moduleChoice)
    // How it starts, ends and fails, the command says itself.
    .default([{ name: 'console', kinds: ['entry', 'exit', 'command', 'lock', 'refused', 'alert', 'restored'] }])
    .describe(
      'who is told what a bot does, the terminal unless others are named; each may have kinds, such as [exit, alert, failure]',
    ),
  data: z.string().optional().describe('folder of the catalogue, or of CSV files'),
  plugins: z.array(z.string()).default([]).describe('npm packages with modules'),
  specs: z
    .string()
    .optional()
    .describe(
      'JSON file of market specifications, as in specs/ of a data folder, that replace the stored ones of its pairs (candles)',
    ),
});

/** A checked configuration, with its defaults filled in. */
export type Config = z.infer<typeof configSchema>;
