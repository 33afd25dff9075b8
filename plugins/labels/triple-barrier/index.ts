import { type CandleTable, definePlugin, historicalVolatility, runFeature, z } from 'tidegate';

/** Where the barriers are and what touches them. */
export interface Barriers {
  /** Distances of the upper and the lower barrier, in volatilities. */
  readonly up: number;
  readonly down: number;
  /** Candles until the vertical barrier. */
  readonly horizon: number;
  readonly touch: 'close' | 'high-low';
}

/**
 * Labels candles by which barrier is touched first, from the next candle on (M. López de Prado, Advances in Financial Machine Learning, 2018,
 * chapter 3): 1 the upper, -1 the lower (also when both are in one candle), 0 neither within the horizon, NaN where the data ends first.
 * @param volatility fraction per candle, as known at its close
 */
export function tripleBarrier(candles: CandleTable, volatility: Float64Array, barriers: Barriers): Float64Array {
  const { close, length } = candles;
  const { up, down, horizon, touch } = barriers;
  const highs = touch === 'close' ? close : candles.high;
  const lows = touch === 'close' ? close : candles.low;
  const out = new Float64Array(length).fill(Number.NaN);
  for (let i = 0; i < length; i++) {
    const deviation = volatility[i]!;
    if (!(deviation > 0)) continue;
    const upper = close[i]! * (1 + up * deviation);
    const lower = close[i]! * (1 - down * deviation);
    const end = i + horizon;
    let label = end < length ? 0 : Number.NaN;
    for (let k = i + 1; k <= end && k < length; k++) {
      if (lows[k]! <= lower) label = -1;
      else if (highs[k]! >= upper) label = 1;
      else continue;
      break;
    }
    out[i] = label;
  }
  return out;
}

/** Which is reached first: a profit, a loss, or the end of the time allowed. */
export default definePlugin({
  kind: 'label',
  name: 'triple-barrier',
  version: '1.0.0',
  doc: 'which comes first: a rise or a fall by some volatilities, or the end of N candles',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead at most'),
    up: z.number().positive().default(1.5).describe('distance of the upper barrier, in volatilities of one candle'),
    down: z.number().positive().default(1).describe('distance of the lower barrier, in volatilities of one candle'),
    period: z.int().min(2).max(100_000).default(20).describe('past candles that the volatility is taken over'),
    touch: z
      .enum(['close', 'high-low'])
      .default('high-low')
      .describe('what touches a barrier: closes, or highs and lows'),
  }),
  create: ({ period, ...barriers }) => ({
    name: 'triple-barrier',
    horizon: barriers.horizon,
    classes: 3,
    label(candles) {
      const [volatility] = runFeature(historicalVolatility.definition, { period }, [candles.close]);
      return tripleBarrier(candles, volatility!, barriers);
    },
  }),
});
