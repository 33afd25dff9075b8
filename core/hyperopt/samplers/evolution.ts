import type { Rng } from '../../foundation/rng.ts';
import type { SeenTrial, Suggestion } from '../trial.ts';
import { child, type VariationOptions } from './crossover.ts';
import { dominates } from './pareto.ts';
import { type SamplerContext, type SamplerRun, uniformPoint } from './sampler.ts';

export interface EvolutionOptions extends VariationOptions {
  readonly populationSize: number;
}

/** Chooses the member to drop from a population that is one too large; an index into `population`. */
export type Drop = (population: readonly SeenTrial[]) => number;

/** Options of which any may be left out. */
export type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Options as given, filled in. */
export function evolutionOptions(options: Given<EvolutionOptions>): EvolutionOptions {
  const { populationSize = 50, crossoverRate = 0.9, mutationRate = null } = options;
  return { populationSize, crossoverRate, mutationRate };
}

/**
 * Steady-state evolution shared by NSGA-II and NSGA-III: a population's worth of uniform trials, then each trial is a child of two
 * tournament winners, and each outcome enters the population and pushes out the worst member.
 * Unlike generations, this has no barrier at which workers wait, and every outcome is used as soon as the lag allows.
 */
export function evolutionRun(context: SamplerContext, options: EvolutionOptions, drop: Drop): SamplerRun {
  const { space } = context;
  const population: SeenTrial[] = [];
  const winner = (rng: Rng): SeenTrial => {
    const a = population[rng.int(population.length)]!;
    const b = population[rng.int(population.length)]!;
    return dominates(b, a) ? b : a;
  };
  return {
    noted() {},
    observed(trial) {
      population.push(trial);
      if (population.length > options.populationSize) population.splice(drop(population), 1);
    },
    suggest(number, rng): Suggestion {
      if (number < options.populationSize || population.length < 2)
        return { unit: uniformPoint(space.dims.length, rng) };
      return { unit: child(space, winner(rng).unit, winner(rng).unit, options, rng) };
    },
  };
}
