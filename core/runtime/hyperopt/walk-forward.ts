import {
  type Params,
  type StudyStore,
  stitchEquity,
  type WalkWindow,
  walkForwardEfficiency,
  walkForwardWindows,
} from '../../hyperopt/index.ts';
import { curveOf } from '../../metrics/daily.ts';
import { maxDrawdown } from '../../metrics/max-drawdown.ts';
import { probabilisticSharpe, sharpePerPeriod } from '../../metrics/probabilistic-sharpe.ts';
import { mapAtATime, studiesAtATime } from './at-a-time.ts';
import type { Period } from './period-of.ts';
import { evaluateOn, type LoadedSearch, runSearch } from './search.ts';
import type { TrialCrew } from './thread-pool.ts';
import { returnsOfTrial, type TrialMetrics } from './trial-report.ts';

const DAY_MS = 86_400_000;

export interface WalkPlan {
  readonly trainMs: number;
  readonly testMs: number;
  readonly kind: 'rolling' | 'anchored';
  readonly embargoMs: number;
  /** Where the study of a window is kept, so that a walk can be resumed. */
  readonly storeOf?: (window: number) => StudyStore;
  readonly signal?: AbortSignal;
  readonly onTrial?: (window: number, windows: number, trial: number) => void;
}

/** One window: what was tuned, and what it then earned. */
export interface WalkStep {
  readonly window: WalkWindow;
  /** Undefined where no trial was feasible: nothing was traded then. */
  readonly best: { readonly trial: number; readonly params: Params; readonly values: readonly number[] } | undefined;
  readonly train: TrialMetrics | undefined;
  readonly test: TrialMetrics | undefined;
  /** The strategy as it is on the same test. */
  readonly asItIs: TrialMetrics | undefined;
}

/** A curve of daily values and what it says. */
export interface WalkCurve {
  readonly time: Float64Array;
  readonly equity: Float64Array;
  readonly totalReturn: number;
  /** Positive fraction. */
  readonly maxDrawdown: number;
  readonly sharpePerDay: number;
  readonly probabilistic: number;
}

export interface WalkReport {
  readonly steps: readonly WalkStep[];
  /** Out-of-sample days of all windows joined, tuned afresh for each. */
  readonly tuned: WalkCurve;
  /** The same days with the strategy as it is. */
  readonly asItIs: WalkCurve;
  /** Growth out of sample over growth in sample; 1 = nothing lost, NaN where less than 1 % a year grew in sample. */
  readonly efficiency: number;
  /** Windows that earned money out of sample, of those that traded. */
  readonly winningShare: number;
  readonly isStopped: boolean;
}

/**
 * Walks through the period: tunes on a window, trades the next stretch with what was found (features warmed up on the candles before it), moves
 * on. Positions are closed at the end of each test.
 * @throws TidegateError HPO_WINDOWS where no window fits
 */
export async function walkForward(search: LoadedSearch, crew: TrialCrew, plan: WalkPlan): Promise<WalkReport> {
  const windows = walkForwardWindows({ ...search.period, ...plan });
  const step = async (window: WalkWindow): Promise<WalkStep | undefined> => {
    const study = await runSearch(search, crew, {
      train: window.train,
      ...(plan.storeOf && { store: plan.storeOf(window.index) }),
      ...(plan.signal && { signal: plan.signal }),
      onTrial: (trial) => plan.onTrial?.(window.index, windows.length, trial.number),
    });
    if (study.end === 'stopped') return undefined;
    const { best } = study;
    const test = best && (await evaluateOn(crew, best.params, window.test)).metrics;
    const asItIs = (await evaluateOn(crew, search.space.asItIs, window.test)).metrics;
    return {
      window,
      best: best && { trial: best.number, params: best.params, values: best.values },
      train: best && (best.attrs as unknown as TrialMetrics),
      test,
      asItIs,
    };
  };
  const all = await mapAtATime(windows, studiesAtATime(search, crew), step);
  const isStopped = all.includes(undefined);
  const steps = all.slice(0, isStopped ? all.indexOf(undefined) : all.length) as WalkStep[];
  const traded = steps.filter((s) => s.test !== undefined);
  return {
    steps,
    tuned: walkCurve(
      steps.map((s) => [s.window.test, s.test]),
      search.options.startingBalance,
    ),
    asItIs: walkCurve(
      steps.map((s) => [s.window.test, s.asItIs]),
      search.options.startingBalance,
    ),
    efficiency: walkForwardEfficiency(
      traded.map(({ window, train, test }) => ({
        trainReturn: train!.profit,
        trainMs: window.train.to - window.train.from,
        testReturn: test!.profit,
        testMs: window.test.to - window.test.from,
      })),
    ),
    winningShare: traded.filter((s) => s.test!.profit > 0).length / traded.length,
    isStopped,
  };
}

/** Joins runs on stretches that follow each other; where nothing was traded (undefined) the account stands still. */
export function walkCurve(steps: readonly (readonly [Period, TrialMetrics | undefined])[], balance: number): WalkCurve {
  const all: number[] = [];
  const parts = steps.map(([span, metrics]) => {
    const days = Math.round((span.to - span.from) / DAY_MS);
    const returns = (metrics && returnsOfTrial({ ...metrics })) ?? new Float32Array(days);
    for (const r of returns) all.push(r);
    const equity = curveOf(returns, 1);
    // A stretch of ticks may be shorter than a day.
    const last = span.to - span.from < DAY_MS ? span.to : Number.POSITIVE_INFINITY;
    return { time: equity.map((_, i) => Math.min(span.from + (i + 1) * DAY_MS, last)), equity, start: 1 };
  });
  // What is earned in a part of a day is no daily return.
  const isDaily = steps.every(([{ from, to }]) => to - from >= DAY_MS);
  const { time, equity } = stitchEquity(parts, balance);
  return {
    time,
    equity,
    totalReturn: (equity.at(-1) ?? balance) / balance - 1,
    maxDrawdown: -maxDrawdown(equity, balance),
    sharpePerDay: isDaily ? sharpePerPeriod(all) : Number.NaN,
    probabilistic: isDaily ? probabilisticSharpe(all) : Number.NaN,
  };
}
