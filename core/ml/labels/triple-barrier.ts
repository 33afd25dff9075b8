import { checkNumber, checkSameLength, checkWhole } from './label.ts';

export interface BarrierPrices {
  readonly close: ArrayLike<number>;
  /** With both, barriers are touched by highs and lows, else by closes. */
  readonly high?: ArrayLike<number>;
  readonly low?: ArrayLike<number>;
  /** Deviation of returns known at each bar: the unit of the barriers. */
  readonly volatility: ArrayLike<number>;
}

export interface BarrierOptions {
  /** Distance of the profit barrier and of the stop, in volatilities; 0 switches one off. */
  readonly profit: number;
  readonly stop: number;
  /** Bars until the vertical barrier. */
  readonly horizon: number;
  /** Side of a primary model at each bar (1 long, -1 short): barriers turn with it. Long where absent. */
  readonly side?: ArrayLike<number>;
}

/** One row per event, in the order given. NaN (and -1 for `touchBar`) where the data ends before a barrier is met. */
export interface BarrierLabels {
  /** 1 the upper barrier came first, -1 the lower, 0 the vertical. With a side: 1 profit, -1 stop. */
  readonly label: Float64Array;
  readonly touchBar: Int32Array;
  /** Close at the touch over close at the event, less 1; times the side. */
  readonly returnAtTouch: Float64Array;
}

/**
 * Triple-barrier labels (López de Prado, Advances in Financial Machine Learning, 2018, section 3.4): profit at close * (1 + profit * vol),
 * stop at close * (1 - stop * vol), looked at from the next bar on. Both in one bar: the stop. Events without a positive volatility are NaN.
 * @throws TidegateError LABEL_OPTION, LABEL_DATA
 */
export function tripleBarrier(
  prices: BarrierPrices,
  events: ArrayLike<number>,
  options: BarrierOptions,
): BarrierLabels {
  const { close, volatility } = prices;
  const high = prices.high && prices.low ? prices.high : close;
  const low = prices.high && prices.low ? prices.low : close;
  const { profit, stop, horizon, side } = options;
  checkWhole('horizon', horizon, 1);
  checkNumber('profit', profit, 0);
  checkNumber('stop', stop, 0);
  checkSameLength({ close, high, low, volatility, side });
  const label = new Float64Array(events.length).fill(Number.NaN);
  const returnAtTouch = label.slice();
  const touchBar = new Int32Array(events.length).fill(-1);
  for (let k = 0; k < events.length; k++) {
    const t = events[k]!;
    const sign = side && side[t]! < 0 ? -1 : 1;
    const unit = close[t]! * volatility[t]!;
    if (!(unit > 0) || (side && !(Math.abs(side[t]!) > 0))) continue;
    const goal = profit > 0 ? close[t]! + sign * profit * unit : sign * Number.POSITIVE_INFINITY;
    const guard = stop > 0 ? close[t]! - sign * stop * unit : -sign * Number.POSITIVE_INFINITY;
    const last = Math.min(t + horizon, close.length - 1);
    for (let i = t + 1; i <= last && touchBar[k]! < 0; i++) {
      const isStopped = sign > 0 ? low[i]! <= guard : high[i]! >= guard;
      const isDone = sign > 0 ? high[i]! >= goal : low[i]! <= goal;
      if (isStopped || isDone) {
        label[k] = isStopped ? -1 : 1;
        touchBar[k] = i;
      }
    }
    if (touchBar[k]! < 0 && t + horizon < close.length) {
      label[k] = 0;
      touchBar[k] = t + horizon;
    }
    if (touchBar[k]! >= 0) returnAtTouch[k] = sign * (close[touchBar[k]!]! / close[t]! - 1);
  }
  return { label, touchBar, returnAtTouch };
}

/**
 * Meta-labels (the same book, section 3.6): 1 where the primary model's side made money (profit barrier first, or a positive return at the
 * vertical one), else 0; a second model learns from them whether to take the trade. `labels` must come from a call with `side`.
 */
export function metaLabels({ label, returnAtTouch }: BarrierLabels): Float64Array {
  return label.map((l, k) => (Number.isNaN(l) ? l : l === 1 || (l === 0 && returnAtTouch[k]! > 0) ? 1 : 0));
}
