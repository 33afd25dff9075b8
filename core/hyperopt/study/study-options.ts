import type { PrunePlan, Pruner } from '../pruners/pruner.ts';
import type { Sampler } from '../samplers/sampler.ts';
import type { Params, Space } from '../space/space.ts';
import type { Direction, Trial } from '../trial.ts';
import type { StudyStore } from './store.ts';

/** One quantity to optimise. */
export interface Objective {
  readonly name: string;
  readonly direction: Direction;
}

/** What `evaluate` returns. */
export interface Evaluation {
  /** One value per objective, in order. */
  readonly values: number | readonly number[];
  /** Feasible where every entry is <= 0, e.g. `minTrades - trades`. */
  readonly constraints?: readonly number[];
  /** Anything worth keeping with the trial (JSON). */
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** What `evaluate` gets beside the parameters. */
export interface TrialContext {
  readonly number: number;
  /** Seed of this trial's own random numbers; the same for any number of workers. */
  readonly seed: number;
  /** Bounds for pruning, for evaluations that run elsewhere and judge with `pruneJudge` (losses: less is better). */
  readonly prunePlan: PrunePlan;
  /**
   * Reports the first objective's value on part of the data.
   * @returns true when the trial should stop: return then, or throw `context.pruned()`
   */
  report(step: number, value: number): boolean;
  /** The error that ends a trial as pruned. */
  pruned(): Error;
  /** Aborted when the study is to end; a trial that throws afterwards is run again on resume. */
  readonly signal: AbortSignal;
}

export type Evaluate = (params: Params, context: TrialContext) => Promise<Evaluation> | Evaluation;

/** Options of a study. Everything above `parallel` is part of its identity, except `trials`. */
export interface StudyOptions {
  readonly space: Space;
  readonly sampler: Sampler;
  /** Default: one objective `loss`, minimised. */
  readonly objectives?: readonly Objective[];
  readonly seed?: string | number;
  /** Trial k is proposed from the outcomes of trials before k - lag; so lag + 1 trials can run at a time. Default 8. */
  readonly lag?: number;
  readonly pruner?: Pruner;
  /** Parameters to try first, e.g. the defaults. */
  readonly first?: readonly Params[];
  /** Ends the study when this many trials in a row brought no better value (one objective) or no new front member. */
  readonly patience?: number;
  /** What else the outcomes depend on: data, strategy and settings hashes. A stored study with other ones is refused. */
  readonly identity?: Readonly<Record<string, unknown>>;
  /** Trials in all, earlier ones of a resumed study included. */
  readonly trials: number;
  readonly evaluate: Evaluate;
  /** Trials at a time in this process. Default 1; more than lag + 1 have nothing to do. */
  readonly parallel?: number;
  /** Where trials are kept; in memory by default. */
  readonly store?: StudyStore;
  /** Share of failed trials, once 10 have ended, above which the study gives up. Default 0.5. */
  readonly maxFailedShare?: number;
  readonly signal?: AbortSignal;
  /** Told each trial as it ends in this process, in order of ending. */
  readonly onTrial?: (trial: Trial) => void;
}

/** Why a study ended. */
export type StudyEnd = 'trials' | 'exhausted' | 'stagnated' | 'stopped';

/** Outcome of a study. */
export interface StudyResult {
  readonly end: StudyEnd;
  readonly objectives: readonly Objective[];
  /** All trials in order of number. */
  readonly trials: readonly Trial[];
  /** The best feasible completed trial by the first objective, undefined when there is none. */
  readonly best: Trial | undefined;
  /** Feasible completed trials that no other one dominates (one objective: the best one). */
  readonly front: readonly Trial[];
  /** Hash of numbers, states, parameters and values: equal for any number of workers. */
  readonly hash: string;
}
