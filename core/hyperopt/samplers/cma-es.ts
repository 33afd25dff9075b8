import { hash32, type Rng, seeded } from '../../foundation/rng.ts';
import type { SeenTrial, Suggestion, TrialStart } from '../trial.ts';
import { compareTrials } from '../trial.ts';
import { applyMargin } from './cma-margin.ts';
import { CmaState } from './cma-state.ts';
import { defaultPopulation } from './cma-weights.ts';
import { needsOneObjective } from './needs-one-objective.ts';
import { orthogonalNormal } from './orthogonal-normal.ts';
import { type Sampler, type SamplerContext, type SamplerRun, uniformPoint } from './sampler.ts';
import { TpeRun } from './tpe.ts';

export interface CmaEsOptions {
  /** Population; 4 + 2 ln n, at least 6, where not given, doubled at every restart. */
  readonly populationSize?: number | undefined;
  /** Initial step size as a share of each range. */
  readonly sigma?: number | undefined;
}

/**
 * CMA-ES with active covariance update, restarts with a doubled population (IPOP, Auger and Hansen 2005) and margins for whole numbers.
 * Starts at the centre of the space. Unordered choices are left to an independent TPE. One objective.
 * An update happens whenever a population of outcomes has arrived, in order of number; outcomes that were proposed before the last update
 * count too, with their steps cut to a plausible length, so that a lag costs little.
 * @throws TidegateError HPO_SAMPLER_OBJECTIVES for several objectives
 */
export function cmaEsSampler(options: CmaEsOptions = {}): Sampler {
  const { sigma = 1 / 6, populationSize } = options;
  return {
    name: 'cmaes',
    options: { sigma, populationSize: populationSize ?? null },
    start(context) {
      needsOneObjective('cmaes', context.objectives);
      return new CmaEsRun(context, sigma, populationSize);
    },
  };
}

class CmaEsRun implements SamplerRun {
  readonly #context: SamplerContext;
  readonly #sigma: number;
  /** Ordered dimensions, which the evolution strategy moves. */
  readonly #ordered: readonly number[];
  readonly #choices: TpeRun | undefined;
  #state: CmaState | undefined;
  #restarts = 0;
  #stalled = 0;
  #bestOfRun: SeenTrial | undefined;
  #batch: SeenTrial[] = [];
  /** Draws made so far from the distribution of `drawnEpoch`. */
  #drawn = 0;
  #drawnEpoch = -1;

  constructor(context: SamplerContext, sigma: number, populationSize: number | undefined) {
    this.#context = context;
    this.#sigma = sigma;
    const { dims } = context.space;
    this.#ordered = dims.flatMap((dim, d) => (dim.isCategorical ? [] : [d]));
    const unordered = dims.flatMap((dim, d) => (dim.isCategorical ? [d] : []));
    if (unordered.length > 0)
      this.#choices = new TpeRun(context, { isMultivariate: false, startTrials: 10, candidates: 24 }, unordered);
    const n = this.#ordered.length;
    if (n > 0) this.#state = new CmaState(new Float64Array(n).fill(0.5), sigma, populationSize ?? defaultPopulation(n));
  }

  noted(trial: TrialStart): void {
    this.#choices?.noted(trial);
    const epoch = trial.memo.at?.[0];
    if (epoch === undefined) return;
    this.#drawn = epoch === this.#drawnEpoch ? this.#drawn + 1 : 1;
    this.#drawnEpoch = epoch;
  }

  observed(trial: SeenTrial): void {
    this.#choices?.observed(trial);
    const state = this.#state;
    if (!state) return;
    this.#batch.push(trial);
    if (this.#batch.length < state.settings.lambda) return;
    const ranked = this.#batch.sort(compareTrials);
    this.#batch = [];
    const now = state.generation;
    const epoch = this.#epoch(now);
    state.update(
      ranked.map((t) => this.#pointOf(t)),
      ranked.map((t) => t.memo.at?.[0] !== epoch),
    );
    applyMargin(
      state,
      this.#ordered.map((d) => this.#context.space.dims[d]!),
    );
    const best = ranked[0]!;
    const isBetter = !this.#bestOfRun || compareTrials(best, this.#bestOfRun) < 0;
    this.#stalled = isBetter ? 0 : this.#stalled + 1;
    if (isBetter) this.#bestOfRun = best;
    // Stagnation as in Hansen 2009: no better point for 10 + 30 n / lambda generations.
    if (state.hasConverged() || this.#stalled > 10 + (30 * state.n) / state.settings.lambda) this.#restart(state);
  }

  suggest(number: number, rng: Rng, attempt: number): Suggestion {
    const { dims } = this.#context.space;
    const unit = uniformPoint(dims.length, rng);
    const memo: Record<string, readonly number[]> = {};
    const state = this.#state;
    if (state) {
      const epoch = this.#epoch(state.generation);
      const index = this.#drawnEpoch === epoch ? this.#drawn : 0;
      const x = state.draw(
        rng,
        attempt === 0 ? orthogonalNormal(state.n, index, hash32(this.#context.seed, epoch)) : undefined,
      );
      for (let i = 0; i < x.length; i++) unit[this.#ordered[i]!] = x[i]!;
      memo.x = Array.from(x);
      memo.at = [epoch];
    }
    // The estimator for choices starts after ten trials; the draws above stand until then.
    if (this.#choices && number >= 10) this.#choices.fill(unit, rng);
    return { unit, memo };
  }

  /** Says from which distribution a point was drawn. */
  #epoch(generation: number): number {
    return this.#restarts * 1e6 + generation;
  }

  #pointOf(trial: SeenTrial): Float64Array {
    const x = trial.memo.x;
    if (x) return Float64Array.from(x);
    return Float64Array.from(this.#ordered, (d) => (Number.isNaN(trial.unit[d]!) ? 0.5 : trial.unit[d]!));
  }

  #restart(old: CmaState): void {
    this.#restarts++;
    this.#stalled = 0;
    this.#bestOfRun = undefined;
    const rng = seeded(hash32(this.#context.seed, 'cmaes', 'restart', this.#restarts));
    this.#state = new CmaState(uniformPoint(old.n, rng), this.#sigma, old.settings.lambda * 2);
  }
}
