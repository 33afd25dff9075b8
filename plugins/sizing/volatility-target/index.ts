import { type ClosedTrades, definePlugin, type Intent, z } from 'tidegate';

const YEAR_MS = 365 * 86_400_000;

/**
 * Sizes a position so that its yearly volatility is a stated one: notional = equity × target / volatility (Moreira and Muir, 2017), capped by
 * `maxLeverage`. The volatility is a stated one per pair, else that of the pair's closed trades (deviation of the profit ratio per unit of stake
 * at work, times the root of trades per year), else `assumed`.
 */
export default definePlugin({
  kind: 'sizing',
  name: 'volatility-target',
  version: '1.0.0',
  doc: 'a notional whose yearly volatility is the target: less of what moves more',
  options: z.object({
    target: z.number().gt(0).max(10).default(0.2).describe('yearly volatility wanted, as a fraction of equity'),
    volatility: z
      .record(z.string(), z.number().positive())
      .default({})
      .describe('yearly volatility by pair, as a fraction; "*" for all others'),
    assumed: z
      .number()
      .positive()
      .default(0.8)
      .describe('yearly volatility of a pair without a stated one and with too few trades'),
    trades: z.int().min(2).max(100_000).default(50).describe('latest closed trades of the pair that count'),
    minTrades: z.int().min(2).max(100_000).default(20).describe('closed trades needed to estimate from them'),
    maxLeverage: z.number().gt(0).max(125).default(1).describe('most notional per equity'),
  }),
  create: ({ target, volatility, assumed, trades, minTrades, maxLeverage }) => ({
    name: 'volatility-target',
    stake(intent, { account, closed }) {
      const stated = volatility[intent.pair] ?? volatility['*'];
      const sigma = stated ?? tradeVolatility(closed, intent, trades, minTrades) ?? assumed;
      const weight = Math.min(target / sigma, maxLeverage);
      return Math.max(0, Math.min((weight * account.equity) / intent.leverage, account.free));
    },
  }),
});

/** Yearly deviation of a pair's profit ratios without leverage; null with too few trades or without spread. */
function tradeVolatility(closed: ClosedTrades, intent: Intent, most: number, least: number): number | null {
  let n = 0;
  let mean = 0;
  let squares = 0;
  let first = 0;
  for (let k = 0; k < closed.count && n < most; k++) {
    if (closed.pair(k) !== intent.pair) continue;
    n++;
    const ratio = closed.profitRatio(k) / intent.leverage;
    const delta = ratio - mean;
    mean += delta / n;
    squares += delta * (ratio - mean);
    first = closed.closeTime(k);
  }
  const span = intent.time - first;
  if (n < Math.max(2, least) || !(span > 0) || !(squares > 0)) return null;
  return Math.sqrt((squares / (n - 1)) * ((n * YEAR_MS) / span));
}
