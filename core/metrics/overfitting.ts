import { TidegateError } from '../foundation/errors.ts';
import { moments } from './moments.ts';

/** How often the best variant of a training half is below the median in the other half, and by how much it fades. */
export interface Overfitting {
  /** Share of splits whose logit is zero or below: the probability of backtest overfitting. */
  readonly pbo: number;
  /** ln(w / (1 - w)) per split, w = rank of the chosen variant in the testing half / (variants + 1). */
  readonly logits: Float64Array;
  /** Index of the variant chosen in each split. */
  readonly bestInSample: Int32Array;
  /** Share of splits in which the chosen variant lost outside its sample. */
  readonly probabilityOfLoss: number;
  /** Straight line of the chosen variant's Sharpe ratio outside the sample against that inside. */
  readonly degradationSlope: number;
  readonly degradationIntercept: number;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (D. Bailey et al., 2015), measured by Sharpe ratio per period.
 * @param variants one series of returns per tried variant, all of equal length and time
 * @param blocks even number of blocks in time (the first ones longer when uneven); every half of them is a training half once
 * @throws TidegateError METRICS_PBO_INPUT
 */
export function overfitting(variants: readonly ArrayLike<number>[], blocks = 16): Overfitting {
  const length = variants[0]?.length ?? 0;
  check(variants, blocks, length);
  const sums = variants.map((returns) => blockSums(returns, blocks));
  const halves = combinations(blocks, blocks / 2);
  const logits = new Float64Array(halves.length);
  const bestInSample = new Int32Array(halves.length);
  const inside = new Float64Array(halves.length);
  const outside = new Float64Array(halves.length);
  halves.forEach((half, s) => {
    const training = Array.from({ length: blocks }, (_, b) => half.includes(b));
    const trained = sums.map((variant) => sharpeOf(variant, training, true));
    const tested = sums.map((variant) => sharpeOf(variant, training, false));
    const best = argmax(trained);
    const w = rank(tested, best) / (variants.length + 1);
    logits[s] = Math.log(w / (1 - w));
    bestInSample[s] = best;
    inside[s] = trained[best]!;
    outside[s] = tested[best]!;
  });
  const line = fitLine(inside, outside);
  return {
    pbo: logits.filter((x) => x <= 0).length / halves.length,
    logits,
    bestInSample,
    probabilityOfLoss: outside.filter((x) => x < 0).length / halves.length,
    degradationSlope: line.slope,
    degradationIntercept: line.intercept,
  };
}

function check(variants: readonly ArrayLike<number>[], blocks: number, length: number): void {
  const fail = (what: string) => {
    throw new TidegateError('METRICS_PBO_INPUT', what, {
      remedy:
        'Give at least two series of returns of equal length, and an even number of blocks, 2 to 20, with two returns or more each.',
    });
  };
  if (variants.length < 2) fail(`${variants.length} variants were given, at least 2 are needed`);
  const odd = variants.findIndex((v) => v.length !== length);
  if (odd >= 0) fail(`variant ${odd} has ${variants[odd]!.length} returns, variant 0 has ${length}`);
  if (!Number.isInteger(blocks) || blocks < 2 || blocks > 20 || blocks % 2) fail(`blocks is ${blocks}`);
  if (length < 2 * blocks) fail(`${length} returns do not fill ${blocks} blocks`);
}

/** What each block adds to a Sharpe ratio: its count, and sums of deviations from the variant's mean (kept apart, against cancellation). */
interface BlockSums {
  readonly mean: number;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

function blockSums(returns: ArrayLike<number>, blocks: number): BlockSums {
  const { length } = returns;
  const { mean } = moments(returns);
  const out = {
    mean,
    count: new Float64Array(blocks),
    sum: new Float64Array(blocks),
    squares: new Float64Array(blocks),
  };
  const short = Math.floor(length / blocks);
  const longer = (short + 1) * (length % blocks);
  for (let i = 0; i < length; i++) {
    const block = i < longer ? Math.floor(i / (short + 1)) : (length % blocks) + Math.floor((i - longer) / short);
    const deviation = returns[i]! - mean;
    out.count[block]! += 1;
    out.sum[block]! += deviation;
    out.squares[block]! += deviation * deviation;
  }
  return out;
}

/** Sharpe ratio per period over the blocks that are (or are not) for training. */
function sharpeOf(variant: BlockSums, training: readonly boolean[], wanted: boolean): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let b = 0; b < training.length; b++) {
    if (training[b] !== wanted) continue;
    count += variant.count[b]!;
    sum += variant.sum[b]!;
    squares += variant.squares[b]!;
  }
  const variance = (squares - (sum * sum) / count) / (count - 1);
  const mean = variant.mean + sum / count;
  return variance > 1e-24 * mean * mean ? mean / Math.sqrt(variance) : Number.NaN;
}

/** All choices of `k` out of `n`, in lexicographic order. */
function combinations(n: number, k: number, from = 0): number[][] {
  if (k === 0) return [[]];
  const out: number[][] = [];
  for (let first = from; first <= n - k; first++)
    for (const rest of combinations(n, k - 1, first + 1)) out.push([first, ...rest]);
  return out;
}

/** Index of the largest value, the first among equals; undefined values never win. */
function argmax(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]! || Number.isNaN(values[best]!)) best = i;
  return best;
}

/** 1 = worst; equals share the mean of their ranks. */
function rank(values: readonly number[], index: number): number {
  const own = values[index]!;
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < own) below++;
    else if (value === own) equal++;
  }
  return below + (Math.max(1, equal) + 1) / 2;
}

function fitLine(xs: Float64Array, ys: Float64Array): { slope: number; intercept: number } {
  const n = xs.length;
  const meanX = xs.reduce((a, b) => a + b, 0) / n;
  const meanY = ys.reduce((a, b) => a + b, 0) / n;
  let cross = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    cross += (xs[i]! - meanX) * (ys[i]! - meanY);
    squares += (xs[i]! - meanX) ** 2;
  }
  const slope = squares === 0 ? Number.NaN : cross / squares;
  return { slope, intercept: meanY - slope * meanX };
}
