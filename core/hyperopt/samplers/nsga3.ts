import type { SeenTrial } from '../trial.ts';
import { type EvolutionOptions, evolutionOptions, evolutionRun, type Given } from './evolution.ts';
import { fronts } from './pareto.ts';
import type { Sampler } from './sampler.ts';

export interface Nsga3Options extends EvolutionOptions {
  /** Divisions of each axis of the simplex of reference directions. */
  readonly divisions: number;
}

/**
 * NSGA-III (Deb and Jain 2014), steady state: like NSGA-II, but the last front is thinned where members crowd around one of the reference
 * directions that spread evenly over the objectives; for three objectives and more.
 */
export function nsga3Sampler(options: Given<Nsga3Options> = {}): Sampler {
  const settings = { ...evolutionOptions(options), divisions: options.divisions ?? 3 };
  return {
    name: 'nsga3',
    options: { ...settings },
    start(context) {
      const directions = referenceDirections(context.objectives, settings.divisions);
      return evolutionRun(context, settings, (population) => mostCrowdedNiche(population, directions));
    },
  };
}

/** Das and Dennis' points on the unit simplex: all m-tuples of multiples of 1 / divisions that sum to 1. */
export function referenceDirections(objectives: number, divisions: number): Float64Array[] {
  const directions: Float64Array[] = [];
  const visit = (head: readonly number[], left: number) => {
    if (head.length === objectives - 1) {
      directions.push(Float64Array.from([...head, left], (v) => v / divisions));
      return;
    }
    for (let v = 0; v <= left; v++) visit([...head, v], left - v);
  };
  visit([], divisions);
  return directions;
}

/** Of the last front, the member farthest from the reference direction that has the most members over all fronts. */
function mostCrowdedNiche(population: readonly SeenTrial[], directions: readonly Float64Array[]): number {
  const all = fronts(population);
  const last = all.at(-1)!;
  const m = directions[0]!.length;
  if (last[0]!.losses.length !== m || last[0]!.violation > 0) return population.indexOf(last.at(-1)!);
  const feasible = all.flat().filter((t) => t.losses.length === m && !(t.violation > 0));
  const first = all[0]!;
  const ideal = Float64Array.from({ length: m }, (_, o) => Math.min(...first.map((t) => t.losses[o]!)));
  const nadir = Float64Array.from({ length: m }, (_, o) => Math.max(...first.map((t) => t.losses[o]!)));
  const niches = new Int32Array(directions.length);
  const placeOf = new Map<SeenTrial, readonly [niche: number, distance: number]>();
  for (const trial of feasible) {
    const point = Float64Array.from(ideal, (low, o) => (trial.losses[o]! - low) / Math.max(nadir[o]! - low, 1e-12));
    const place = nearestDirection(point, directions);
    placeOf.set(trial, place);
    niches[place[0]]!++;
  }
  let worst = last[0]!;
  for (const trial of last) {
    const [niche, distance] = placeOf.get(trial)!;
    const [worstNiche, worstDistance] = placeOf.get(worst)!;
    const difference = niches[niche]! - niches[worstNiche]!;
    if (difference > 0 || (difference === 0 && distance > worstDistance)) worst = trial;
  }
  return population.indexOf(worst);
}

function nearestDirection(point: Float64Array, directions: readonly Float64Array[]): readonly [number, number] {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let k = 0; k < directions.length; k++) {
    const w = directions[k]!;
    let dot = 0;
    let ww = 0;
    for (let o = 0; o < w.length; o++) {
      dot += point[o]! * w[o]!;
      ww += w[o]! * w[o]!;
    }
    let distance = 0;
    for (let o = 0; o < w.length; o++) distance += (point[o]! - (dot / ww) * w[o]!) ** 2;
    if (distance < bestDistance) {
      bestDistance = distance;
      best = k;
    }
  }
  return [best, bestDistance];
}
