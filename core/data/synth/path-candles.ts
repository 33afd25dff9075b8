import { type CandleTable, candleTable } from '../../domain/candles.ts';
import { seeded } from '../../foundation/rng.ts';

export interface PathCandleOptions {
  readonly seed: number | string;
  /** Names the stream of chance: the pair. */
  readonly key: string;
  /** ms UTC of the first candle. */
  readonly from: number;
  /** Price before the first minute. */
  readonly startPrice: number;
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  /** Mean turnover of a calm minute, in quote. */
  readonly turnover: number;
}

/**
 * One-minute candles along a price path. Highs and lows are the extremes of a Brownian bridge from open to close with the minute's
 * volatility; volume clusters (persistent log-normal) and rises with the size of the move. Prices lie on the tick, amounts on the step.
 */
export function pathCandles(price: Float64Array, sigma: Float64Array, options: PathCandleOptions): CandleTable {
  const { seed, key, from, startPrice, turnover } = options;
  const ticksPerUnit = 10 ** options.priceDecimals;
  const stepsPerUnit = 10 ** options.amountDecimals;
  const rng = seeded(seed).fork(`candles ${key}`);
  const table = candleTable(price.length);
  const { time, open, high, low, close, volume } = table;
  let previous = Math.max(1, Math.round(startPrice * ticksPerUnit));
  let activity = 0;
  for (let i = 0; i < price.length; i++) {
    const end = Math.max(1, Math.round(price[i]! * ticksPerUnit));
    const spread = sigma[i]! * end;
    const variance = 2 * spread * spread;
    const gap = end - previous;
    // Maximum of a bridge from 0 to `gap`: (gap + sqrt(gap² - 2σ² ln U)) / 2; the minimum is its mirror image.
    const up = (gap + Math.sqrt(gap * gap - variance * Math.log(1 - rng.next()))) / 2;
    const down = (gap - Math.sqrt(gap * gap - variance * Math.log(1 - rng.next()))) / 2;
    activity = 0.97 * activity + 0.16 * rng.normal();
    const surprise = Math.abs(gap) / (spread + 0.5);
    const quoteVolume = turnover * Math.exp(activity + 0.35 * rng.normal() - 0.3) * (0.55 + 0.55 * surprise);
    time[i] = from + i * 60_000;
    open[i] = previous / ticksPerUnit;
    high[i] = (previous + Math.max(0, gap, Math.round(up))) / ticksPerUnit;
    low[i] = Math.max(1, previous + Math.min(0, gap, Math.round(down))) / ticksPerUnit;
    close[i] = end / ticksPerUnit;
    volume[i] = Math.max(1, Math.round((quoteVolume / price[i]!) * stepsPerUnit)) / stepsPerUnit;
    previous = end;
  }
  return table;
}
