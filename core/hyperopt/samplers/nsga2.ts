import type { SeenTrial } from '../trial.ts';
import { type EvolutionOptions, evolutionOptions, evolutionRun, type Given } from './evolution.ts';
import { fronts } from './pareto.ts';
import type { Sampler } from './sampler.ts';

/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002), steady state: for one to three objectives, any parameter kinds, constraints by
 * constrained dominance.
 */
export function nsga2Sampler(options: Given<EvolutionOptions> = {}): Sampler {
  const settings = evolutionOptions(options);
  return {
    name: 'nsga2',
    options: { ...settings },
    start: (context) => evolutionRun(context, settings, mostCrowdedOfLastFront),
  };
}

function mostCrowdedOfLastFront(population: readonly SeenTrial[]): number {
  const last = fronts(population).at(-1)!;
  const distance = crowdingDistance(last);
  let worst = 0;
  // Of equals the older one goes, so that a front does not freeze.
  for (let i = 1; i < last.length; i++) {
    const difference = distance[i]! - distance[worst]!;
    if (difference < 0 || (!(difference > 0) && last[i]!.number < last[worst]!.number)) worst = i;
  }
  return population.indexOf(last[worst]!);
}

/** Sum over objectives of the gap between a member's neighbours, as a share of the front's range; Infinity at the ends. */
export function crowdingDistance(front: readonly SeenTrial[]): Float64Array {
  const distance = new Float64Array(front.length);
  const m = front[0]?.losses.length ?? 0;
  for (let o = 0; o < m; o++) {
    const order = front.map((_, i) => i).sort((a, b) => front[a]!.losses[o]! - front[b]!.losses[o]!);
    const range = front[order.at(-1)!]!.losses[o]! - front[order[0]!]!.losses[o]!;
    distance[order[0]!] = Number.POSITIVE_INFINITY;
    distance[order.at(-1)!] = Number.POSITIVE_INFINITY;
    if (!(range > 0)) continue;
    for (let i = 1; i < order.length - 1; i++)
      distance[order[i]!]! += (front[order[i + 1]!]!.losses[o]! - front[order[i - 1]!]!.losses[o]!) / range;
  }
  return distance;
}
