import { checkNumber, checkSameLength, checkWhole, type LabelColumn } from './label.ts';

/** Return over the next `bars` closes: close[t + bars] / close[t] - 1. @throws TidegateError LABEL_OPTION */
export function forwardReturn(close: ArrayLike<number>, bars: number): LabelColumn {
  return forward(close, bars, (t) => close[t + bars]! / close[t]! - 1);
}

/**
 * Direction over the next `bars` closes. Three classes: 1 above `threshold`, -1 below its negative, else 0. Two classes: 1 above
 * `threshold`, else 0. NaN where the return is. @throws TidegateError LABEL_OPTION
 */
export function direction(
  close: ArrayLike<number>,
  {
    bars,
    threshold = 0,
    classes = 3,
  }: { readonly bars: number; readonly threshold?: number; readonly classes?: 2 | 3 },
): LabelColumn {
  checkNumber('threshold', threshold, 0);
  return forward(close, bars, (t) => {
    const r = close[t + bars]! / close[t]! - 1;
    if (!Number.isFinite(r)) return Number.NaN;
    return r > threshold ? 1 : classes === 3 && r < -threshold ? -1 : 0;
  });
}

/** Forward return in units of what `volatility[t]` (deviation per bar, known at t) lets expect: r / (volatility √bars). NaN where that is 0. */
export function scaledReturn(close: ArrayLike<number>, volatility: ArrayLike<number>, bars: number): LabelColumn {
  checkSameLength({ close, volatility });
  return forward(close, bars, (t) => {
    const unit = volatility[t]! * Math.sqrt(bars);
    return unit > 0 ? (close[t + bars]! / close[t]! - 1) / unit : Number.NaN;
  });
}

/** Realised volatility of the next `bars` closes: the root of the sum of squared log returns. */
export function forwardVolatility(close: ArrayLike<number>, bars: number): LabelColumn {
  return forward(close, bars, (t) => {
    let sum = 0;
    for (let i = t + 1; i <= t + bars; i++) sum += Math.log(close[i]! / close[i - 1]!) ** 2;
    return Math.sqrt(sum);
  });
}

/**
 * A move beyond `share` (0.02 = 2 %) of the close within the next `bars`: 1 up first, -1 down first, 0 neither. With highs and lows these
 * count, else closes; both in one bar: down.
 */
export function breakout(
  {
    close,
    high = close,
    low = close,
  }: { readonly close: ArrayLike<number>; readonly high?: ArrayLike<number>; readonly low?: ArrayLike<number> },
  { bars, share }: { readonly bars: number; readonly share: number },
): LabelColumn {
  checkSameLength({ close, high, low });
  checkNumber('share', share, Number.MIN_VALUE);
  return forward(close, bars, (t) => {
    for (let i = t + 1; i <= t + bars; i++) {
      if (low[i]! <= close[t]! * (1 - share)) return -1;
      if (high[i]! >= close[t]! * (1 + share)) return 1;
    }
    return 0;
  });
}

function forward(close: ArrayLike<number>, bars: number, value: (t: number) => number): LabelColumn {
  checkWhole('bars', bars, 1);
  const target = new Float64Array(close.length).fill(Number.NaN);
  const end = new Int32Array(close.length).fill(-1);
  for (let t = 0; t + bars < close.length; t++) {
    target[t] = value(t);
    end[t] = t + bars;
  }
  return { target, end };
}
