import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { sorted } from '../../metrics/percentile.ts';
import { digamma } from '../optimise/gamma-functions.ts';

/** Mutual information of two columns of labels, in nats, and normalised by the mean of their entropies. */
export function labelInformation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { readonly information: number; readonly normalised: number } {
  const n = a.length;
  const left = new Map<number, number>();
  const right = new Map<number, number>();
  const joint = new Map<string, [number, number, number]>();
  for (let i = 0; i < n; i++) {
    left.set(a[i]!, (left.get(a[i]!) ?? 0) + 1);
    right.set(b[i]!, (right.get(b[i]!) ?? 0) + 1);
    const key = `${a[i]}/${b[i]}`;
    const cell = joint.get(key) ?? [a[i]!, b[i]!, 0];
    cell[2]++;
    joint.set(key, cell);
  }
  let information = 0;
  for (const [x, y, count] of joint.values())
    information += (count / n) * Math.log((count * n) / (left.get(x)! * right.get(y)!));
  const entropy = (counts: Map<number, number>) =>
    [...counts.values()].reduce((sum, count) => sum - (count / n) * Math.log(count / n), 0);
  const mean = (entropy(left) + entropy(right)) / 2;
  return { information: Math.max(0, information), normalised: mean > 0 ? Math.max(0, information) / mean : 1 };
}

/**
 * Mutual information of two continuous columns in nats by nearest neighbours (Kraskov, Stögbauer and Grassberger 2004, first estimator),
 * at least 0. Columns are scaled to unit deviation and jittered by 1e-10, so that ties do not count. About O(n^1.5).
 * @throws TidegateError SELECTION_DATA
 */
export function continuousInformation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { k = 3, seed = 0 }: { readonly k?: number; readonly seed?: number } = {},
): number {
  const x = prepared(a, k, `${seed}/a`);
  const y = prepared(b, k, `${seed}/b`);
  const n = x.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => x[i]! - x[j]!);
  const xs = sorted(x);
  const ys = sorted(y);
  const nearest = new Float64Array(k);
  let sum = 0;
  for (let at = 0; at < n; at++) {
    const i = order[at]!;
    nearest.fill(Number.POSITIVE_INFINITY);
    let low = at - 1;
    let high = at + 1;
    // Walk outward in x: a point farther in x than the k-th neighbour cannot be nearer in the larger of both.
    for (;;) {
      const down = low >= 0 ? x[i]! - x[order[low]!]! : Number.POSITIVE_INFINITY;
      const up = high < n ? x[order[high]!]! - x[i]! : Number.POSITIVE_INFINITY;
      if (Math.min(down, up) >= nearest[k - 1]!) break;
      const j = down <= up ? order[low--]! : order[high++]!;
      insert(nearest, Math.max(Math.min(down, up), Math.abs(y[j]! - y[i]!)));
    }
    const radius = nearest[k - 1]!;
    sum += digamma(countWithin(xs, x[i]!, radius)) + digamma(countWithin(ys, y[i]!, radius));
  }
  return Math.max(0, digamma(n) + digamma(k) - sum / n);
}

/** Mutual information of a continuous column and classes in nats by nearest neighbours (Ross 2014), at least 0. Classes of one row are left out. */
export function classInformation(
  a: ArrayLike<number>,
  labels: ArrayLike<number>,
  { k = 3, seed = 0 }: { readonly k?: number; readonly seed?: number } = {},
): number {
  const x = prepared(a, k, `${seed}/a`);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < x.length; i++) groups.set(labels[i]!, [...(groups.get(labels[i]!) ?? []), x[i]!]);
  const kept = [...groups.values()].filter((group) => group.length > 1);
  const all = Float64Array.from(kept.flat()).sort();
  let sum = 0;
  for (const group of kept) {
    const own = Float64Array.from(group).sort();
    const near = Math.min(k, own.length - 1);
    for (const [i, value] of own.entries()) {
      let low = i;
      let high = i;
      let radius = 0;
      for (let step = 0; step < near; step++) {
        const down = low > 0 ? value - own[low - 1]! : Number.POSITIVE_INFINITY;
        const up = high < own.length - 1 ? own[high + 1]! - value : Number.POSITIVE_INFINITY;
        radius = Math.min(down, up);
        if (down <= up) low--;
        else high++;
      }
      sum += digamma(near) - digamma(own.length) - digamma(countWithin(all, value, radius));
    }
  }
  return Math.max(0, digamma(all.length) + sum / all.length);
}

function prepared(values: ArrayLike<number>, k: number, seed: string): Float64Array {
  const n = values.length;
  if (n <= k)
    throw new TidegateError('SELECTION_DATA', `${n} rows are too few for ${k} neighbours`, {
      remedy: 'Use more rows.',
    });
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / n);
  if (!(deviation > 0))
    throw new TidegateError('SELECTION_DATA', `the column is constant or not finite (deviation ${deviation})`, {
      remedy: 'Leave out features that do not vary.',
    });
  const rng = seeded(seed);
  const jitter = 1e-10 * Math.max(1, Math.abs(mean) / deviation);
  return Float64Array.from({ length: n }, (_, i) => values[i]! / deviation + jitter * rng.normal());
}

function insert(nearest: Float64Array, value: number): void {
  let at = nearest.length - 1;
  if (value >= nearest[at]!) return;
  for (; at > 0 && nearest[at - 1]! > value; at--) nearest[at] = nearest[at - 1]!;
  nearest[at] = value;
}

/** How many of the ascending values are nearer to `centre` than `radius`, itself included. */
function countWithin(ascending: Float64Array, centre: number, radius: number): number {
  return firstAtLeast(ascending, centre, radius) - firstAbove(ascending, centre, radius);
}

function firstAtLeast(ascending: Float64Array, centre: number, radius: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! - centre < radius) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAbove(ascending: Float64Array, centre: number, radius: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (centre - ascending[middle]! >= radius) low = middle + 1;
    else high = middle;
  }
  return low;
}
