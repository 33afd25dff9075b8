import { checkNumber, checkSameLength, checkWhole } from './label.ts';

/**
 * Symmetric CUSUM filter (López de Prado 2018, section 2.5.2): the bars where log returns have added up to more than `threshold` (a number,
 * or one per bar) either way since the last event. Forward only.
 */
export function cusumEvents(close: ArrayLike<number>, threshold: number | ArrayLike<number>): Int32Array {
  if (typeof threshold === 'number') checkNumber('threshold', threshold, Number.MIN_VALUE);
  else checkSameLength({ close, threshold });
  const out: number[] = [];
  let up = 0;
  let down = 0;
  for (let t = 1; t < close.length; t++) {
    const r = Math.log(close[t]! / close[t - 1]!);
    const limit = typeof threshold === 'number' ? threshold : threshold[t]!;
    if (!Number.isFinite(r) || !(limit > 0)) continue;
    up = Math.max(0, up + r);
    down = Math.min(0, down + r);
    if (up < limit && -down < limit) continue;
    up = 0;
    down = 0;
    out.push(t);
  }
  return Int32Array.from(out);
}

/** The bars whose volume is more than `times` the mean of the `bars` before them. Forward only. @throws TidegateError LABEL_OPTION */
export function volumeSpikes(
  volume: ArrayLike<number>,
  { bars, times }: { readonly bars: number; readonly times: number },
): Int32Array {
  checkWhole('bars', bars, 1);
  checkNumber('times', times, 0);
  const out: number[] = [];
  for (let t = bars; t < volume.length; t++) {
    let sum = 0;
    for (let i = t - bars; i < t; i++) sum += volume[i]!;
    if (volume[t]! * bars > times * sum) out.push(t);
  }
  return Int32Array.from(out);
}
