import { TidegateError } from '../../foundation/errors.ts';
import { checkNumber } from './label.ts';

/** Which bars the label of each sample is read from: [start, end], both inclusive. */
export interface LabelSpans {
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
}

/** How many labels are read from each bar. @throws TidegateError LABEL_DATA on a span that ends before it starts or outside the data */
export function concurrency({ start, end }: LabelSpans, bars: number): Float64Array {
  const steps = new Float64Array(bars + 1);
  for (let k = 0; k < start.length; k++) {
    if (!(start[k]! >= 0 && end[k]! >= start[k]! && end[k]! < bars))
      throw new TidegateError('LABEL_DATA', `label ${k} spans bars ${start[k]} to ${end[k]} of ${bars}`, {
        remedy: 'Drop samples whose label is not known.',
      });
    steps[start[k]!]!++;
    steps[end[k]! + 1]!--;
  }
  const out = new Float64Array(bars);
  let count = 0;
  for (let t = 0; t < bars; t++) {
    count += steps[t]!;
    out[t] = count;
  }
  return out;
}

/** Average uniqueness (López de Prado 2018, section 4.4): the mean over a label's bars of 1 / concurrency. */
export function uniqueness(spans: LabelSpans, bars: number): Float64Array {
  const count = concurrency(spans, bars);
  const sums = new Float64Array(bars + 1);
  for (let t = 0; t < bars; t++) sums[t + 1] = sums[t]! + (count[t]! > 0 ? 1 / count[t]! : 0);
  return Float64Array.from({ length: spans.start.length }, (_, k) => {
    const from = spans.start[k]!;
    const to = spans.end[k]! + 1;
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

/** Weights by absolute return, shared among the labels of each bar (section 4.6), scaled to a mean of 1. All 1 where nothing moved. */
export function returnWeights(spans: LabelSpans, close: ArrayLike<number>): Float64Array {
  const count = concurrency(spans, close.length);
  const sums = new Float64Array(close.length + 1);
  for (let t = 1; t < close.length; t++)
    sums[t + 1] = sums[t]! + (count[t]! > 0 ? Math.log(close[t]! / close[t - 1]!) / count[t]! : 0);
  // The first bar of a span is where the label starts from: its own return came before.
  return toMeanOne(
    Float64Array.from({ length: spans.start.length }, (_, k) =>
      Math.abs(sums[spans.end[k]! + 1]! - sums[spans.start[k]! + 1]!),
    ),
  );
}

/** Weights that halve every `halfLife` samples back from the newest, scaled to a mean of 1. */
export function recencyWeights(count: number, halfLife: number): Float64Array {
  checkNumber('halfLife', halfLife, Number.MIN_VALUE);
  return toMeanOne(Float64Array.from({ length: count }, (_, k) => 2 ** ((k - count + 1) / halfLife)));
}

/** The product of some weights, scaled to a mean of 1. */
export function combineWeights(...weights: readonly Float64Array[]): Float64Array {
  const [first, ...others] = weights;
  return toMeanOne(first!.map((w, k) => others.reduce((product, other) => product * other[k]!, w)));
}

function toMeanOne(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return total > 0 ? weights.map((w) => (w * weights.length) / total) : weights.fill(1);
}
