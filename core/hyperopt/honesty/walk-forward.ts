import { TidegateError } from '../../foundation/errors.ts';

/** A stretch of time, ms UTC, end exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One step of a walk: optimise on `train`, trade `test` with what was found. */
export interface WalkWindow {
  readonly index: number;
  readonly train: Span;
  readonly test: Span;
}

export interface WalkOptions {
  readonly from: number;
  readonly to: number;
  /** Length of training; of the first training for an anchored walk. */
  readonly trainMs: number;
  readonly testMs: number;
  /** Rolling: training keeps its length. Anchored: it always starts at `from`. */
  readonly kind: 'rolling' | 'anchored';
  /** Left out between training and test, for labels and open trades that reach over the edge. */
  readonly embargoMs?: number;
}

/**
 * Windows whose tests follow each other without gap or overlap up to `to`; a last test shorter than half of `testMs` is left out.
 * @throws TidegateError HPO_WINDOWS when not even one window fits
 */
export function walkForwardWindows(options: WalkOptions): WalkWindow[] {
  const { from, to, trainMs, testMs, kind, embargoMs = 0 } = options;
  const windows: WalkWindow[] = [];
  const isValid = trainMs > 0 && testMs > 0 && embargoMs >= 0 && to > from;
  for (let start = from + trainMs + embargoMs; isValid && start < to; start += testMs) {
    const end = Math.min(start + testMs, to);
    if (end - start < testMs / 2) break;
    const trainTo = start - embargoMs;
    windows.push({
      index: windows.length,
      train: { from: kind === 'anchored' ? from : trainTo - trainMs, to: trainTo },
      test: { from: start, to: end },
    });
  }
  if (windows.length > 0) return windows;
  throw new TidegateError(
    'HPO_WINDOWS',
    `no walk-forward window of ${days(trainMs)} training and ${days(testMs)} test fits into ${days(to - from)}`,
    {
      where: 'walk-forward',
      remedy: 'Shorten --train or --test, or take a longer period.',
    },
  );
}

const days = (ms: number): string => `${Number((ms / 86_400_000).toPrecision(3))} d`;

/** 1 % a year, per ms: a share of less says nothing. */
const LEAST_GROWTH = 0.01 / (365 * 86_400_000);

/**
 * Walk-forward efficiency (Pardo 2008): growth per time out of sample divided by growth per time in sample; 1 = nothing lost.
 * @param windows returns (fractions over the span) in and out of sample with the spans' lengths
 * @returns NaN where growth in sample is below 1 % a year: there is nothing to keep or to lose
 */
export function walkForwardEfficiency(
  windows: readonly {
    readonly trainReturn: number;
    readonly trainMs: number;
    readonly testReturn: number;
    readonly testMs: number;
  }[],
): number {
  let trained = 0;
  let tested = 0;
  let trainedMs = 0;
  let testedMs = 0;
  for (const w of windows) {
    trained += Math.log1p(Math.max(w.trainReturn, -1 + 1e-12));
    tested += Math.log1p(Math.max(w.testReturn, -1 + 1e-12));
    trainedMs += w.trainMs;
    testedMs += w.testMs;
  }
  const inSample = trained / trainedMs;
  return inSample >= LEAST_GROWTH ? tested / testedMs / inSample : Number.NaN;
}

/** Joins the tests' equity curves: each continues from the last value of the one before. Curves are scaled by their own start. */
export function stitchEquity(
  parts: readonly { readonly time: ArrayLike<number>; readonly equity: ArrayLike<number>; readonly start: number }[],
  startingBalance: number,
): { readonly time: Float64Array; readonly equity: Float64Array } {
  const length = parts.reduce((n, p) => n + p.time.length, 0);
  const time = new Float64Array(length);
  const equity = new Float64Array(length);
  let at = 0;
  let level = startingBalance;
  for (const part of parts) {
    for (let i = 0; i < part.time.length; i++, at++) {
      time[at] = part.time[i]!;
      equity[at] = (level * part.equity[i]!) / part.start;
    }
    if (part.time.length > 0) level = equity[at - 1]!;
  }
  return { time, equity };
}
