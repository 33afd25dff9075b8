import type { Params } from './space/space.ts';

/** What a sampler proposes: a point of the unit cube, and whatever it wants to find again with the result (plain numbers). */
export interface Suggestion {
  readonly unit: ArrayLike<number>;
  readonly memo?: Readonly<Record<string, readonly number[]>>;
}

/** A trial whose parameters are known. `unit` is snapped: cell centres, NaN where a parameter is inactive. */
export interface TrialStart {
  readonly number: number;
  readonly unit: Float64Array;
  readonly memo: Readonly<Record<string, readonly number[]>>;
}

export type TrialState = 'running' | 'complete' | 'pruned' | 'failed';

/** What became of a trial, directions already turned so that less is better. */
export interface TrialOutcome {
  readonly state: Exclude<TrialState, 'running'>;
  /** One loss per objective; empty for failed trials. A pruned trial carries its last reported value in `steps` only. */
  readonly losses: readonly number[];
  /** Sum of the positive parts of the constraints; 0 = feasible. */
  readonly violation: number;
  /** Reported (step, loss) pairs in order. */
  readonly steps: readonly (readonly [step: number, loss: number])[];
}

/** A trial with its result, as samplers and pruners see it. */
export interface SeenTrial extends TrialStart, TrialOutcome {}

/** A trial as stored and reported: parameters and values in the user's own directions. Times are ms UTC by the store's clock. */
export interface Trial {
  readonly number: number;
  readonly state: TrialState;
  readonly params: Params;
  readonly unit: readonly (number | null)[];
  readonly memo: Readonly<Record<string, readonly number[]>>;
  readonly values: readonly number[];
  /** Feasible where every entry is <= 0. */
  readonly constraints: readonly number[];
  readonly steps: readonly (readonly [step: number, value: number])[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly error: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export type Direction = 'minimize' | 'maximize';

/** Orders two seen trials of a one-objective study: feasible before infeasible, complete before pruned before failed, then loss. */
export function compareTrials(a: TrialOutcome & { number: number }, b: TrialOutcome & { number: number }): number {
  return classOf(a) - classOf(b) || withinClass(a, b) || a.number - b.number;
}

function classOf(t: TrialOutcome): number {
  if (t.state === 'failed') return 3;
  if (t.violation > 0) return 2;
  return t.state === 'pruned' ? 1 : 0;
}

function withinClass(a: TrialOutcome, b: TrialOutcome): number {
  if (a.state === 'failed') return 0;
  if (a.violation > 0) return a.violation - b.violation;
  if (a.state === 'complete') return a.losses[0]! - b.losses[0]!;
  // Further is better: a trial pruned late did well for longer.
  const [stepA, lossA] = a.steps.at(-1) ?? [-1, Number.POSITIVE_INFINITY];
  const [stepB, lossB] = b.steps.at(-1) ?? [-1, Number.POSITIVE_INFINITY];
  return stepB - stepA || lossA - lossB || 0;
}
