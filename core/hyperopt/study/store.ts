import type { Trial } from '../trial.ts';

/** Plain data that identifies a study: space, sampler, objectives, seed, lag, pruner, first trials, data and code hashes. */
export type StudyConfig = Readonly<Record<string, unknown>>;

/** What a store shows to whoever decides what to run next. */
export interface StudyView {
  /** All trials in order of number. */
  readonly trials: readonly Trial[];
  /** True for a running trial whose process is gone. */
  isOrphan(number: number): boolean;
}

/** A decision: start a new trial, take over an orphan, wait for running ones, or be done. */
export type Pick =
  | { readonly kind: 'start'; readonly trial: Trial }
  | { readonly kind: 'take'; readonly number: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done'; readonly end: 'trials' | 'exhausted' | 'stagnated' };

/** What ends a trial. */
export type Ending = Part<Trial, 'state' | 'values' | 'constraints' | 'steps' | 'attrs' | 'error'>;
type Part<T, K extends keyof T> = { readonly [P in K]: T[P] };

/** Keeps the trials of one study. All calls are synchronous; each is durable when it returns. */
export interface StudyStore {
  /** True where other processes may work on the same study. */
  readonly isShared: boolean;
  /** Creates the study or joins it. @throws TidegateError HPO_STUDY_DIFFERS when it was made with another configuration */
  open(config: StudyConfig): void;
  /** Lets `decide` look and choose, and records a start or a take-over, in one transaction. */
  claim(decide: (view: StudyView) => Pick): Pick;
  /** Records the end of a trial; ignored where the trial has ended already (its outcome is the same). */
  finish(number: number, ending: Ending): Trial;
  /** Gives a started trial back, to be run again. */
  release(number: number): void;
  /** Says that these trials are still being worked on. */
  heartbeat(numbers: readonly number[]): void;
  /** All trials in order of number. */
  trials(): readonly Trial[];
}
