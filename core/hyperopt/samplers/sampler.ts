import type { Rng } from '../../foundation/rng.ts';
import type { Space } from '../space/space.ts';
import type { SeenTrial, Suggestion, TrialStart } from '../trial.ts';

/** What a sampler is started with. */
export interface SamplerContext {
  readonly space: Space;
  readonly objectives: number;
  readonly seed: string | number;
}

/**
 * A sampler at work on one study.
 * The law: `suggest(k)` is a function of the seed, k, the attempt, the starts of trials before k and the outcomes of trials before k - lag,
 * and of nothing else; so any number of workers, a resumed study and several processes all propose the same trials.
 */
export interface SamplerRun {
  /** Parameters of the next trial in order of number became known (its outcome may still be open). */
  noted(trial: TrialStart): void;
  /** Outcome of the next trial in order of number. */
  observed(trial: SeenTrial): void;
  /**
   * Proposes trial `number`; called again with a fresh `rng` and the next `attempt` when the proposal was a duplicate.
   * @returns undefined when the sampler has nothing left to propose (an exhausted grid)
   */
  suggest(number: number, rng: Rng, attempt: number): Suggestion | undefined;
}

/** A search method with its options; `start` makes the state for one study. */
export interface Sampler {
  readonly name: string;
  /** Plain data, part of the study's identity. */
  readonly options: Readonly<Record<string, unknown>>;
  start(context: SamplerContext): SamplerRun;
}

/** Uniform point of the unit cube. */
export function uniformPoint(dims: number, rng: Rng): Float64Array {
  const unit = new Float64Array(dims);
  for (let i = 0; i < dims; i++) unit[i] = rng.next();
  return unit;
}
