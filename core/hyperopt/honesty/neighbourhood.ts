import { percentile, sorted } from '../../metrics/percentile.ts';
import type { Space } from '../space/space.ts';
import type { SeenTrial } from '../trial.ts';

/** How a trial's neighbours in parameter space did: a plateau lasts, a spike is luck. */
export interface Neighbourhood {
  readonly neighbours: number;
  /** Median and worst loss of the neighbours, the trial itself excluded; NaN without neighbours. */
  readonly median: number;
  readonly worst: number;
  /** (overall median - neighbours' median) / (overall median - own loss): 1 = plateau, 0 or less = spike. NaN where undefined. */
  readonly plateau: number;
}

/**
 * Neighbourhood of a trial: the `count` nearest completed trials that lie within `radius` (Gower distance: mean over parameters of the
 * coordinates' difference; 1 where categories differ or a parameter exists in one only).
 */
export function neighbourhood(
  space: Space,
  trials: readonly SeenTrial[],
  of: SeenTrial,
  options: { readonly radius?: number; readonly count?: number } = {},
): Neighbourhood {
  const { radius = 0.15, count = 20 } = options;
  const done = trials.filter((t) => t.state === 'complete');
  const near = done
    .filter((t) => t.number !== of.number)
    .map((t) => ({ loss: t.losses[0]!, distance: gowerDistance(space, t.unit, of.unit) }))
    .filter((t) => t.distance <= radius)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count);
  const losses = sorted(near.map((t) => t.loss));
  const median = losses.length > 0 ? percentile(losses, 0.5) : Number.NaN;
  const overall = percentile(sorted(done.map((t) => t.losses[0]!)), 0.5);
  const span = overall - of.losses[0]!;
  return {
    neighbours: near.length,
    median,
    worst: losses.at(-1) ?? Number.NaN,
    plateau: span > 0 ? (overall - median) / span : Number.NaN,
  };
}

/** Mean over parameters of how far two points are apart, 0..1. */
export function gowerDistance(space: Space, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < space.dims.length; d++) {
    const [u, v] = [a[d]!, b[d]!];
    if (Number.isNaN(u) && Number.isNaN(v)) continue;
    if (Number.isNaN(u) || Number.isNaN(v)) sum += 1;
    else sum += space.dims[d]!.isCategorical ? (u === v ? 0 : 1) : Math.abs(u - v);
  }
  return sum / space.dims.length;
}

/**
 * The trial whose surroundings are best rather than itself: lowest median loss of the trial and its nearest `count` neighbours.
 * @returns undefined without completed feasible trials
 */
export function mostStable(space: Space, trials: readonly SeenTrial[], count = 8): SeenTrial | undefined {
  const done = trials.filter((t) => t.state === 'complete' && !(t.violation > 0));
  let best: SeenTrial | undefined;
  let bestMedian = Number.POSITIVE_INFINITY;
  for (const trial of done) {
    const nearest = done
      .map((t) => ({ loss: t.losses[0]!, distance: gowerDistance(space, t.unit, trial.unit) }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, count + 1);
    const median = percentile(sorted(nearest.map((t) => t.loss)), 0.5);
    if (median < bestMedian) {
      bestMedian = median;
      best = trial;
    }
  }
  return best;
}

/** Points one step away along each active parameter, for running the neighbourhood rather than finding it among the trials. */
export function stepsAround(space: Space, unit: ArrayLike<number>, step = 0.05): Float64Array[] {
  const points: Float64Array[] = [];
  const own = space.key(unit);
  for (let d = 0; d < space.dims.length; d++) {
    const dim = space.dims[d]!;
    if (Number.isNaN(unit[d]!) || dim.isCategorical) continue;
    const width = dim.count > 0 ? Math.max(step, 1 / dim.count) : step;
    for (const move of [-width, width]) {
      const point = Float64Array.from({ length: space.dims.length }, (_, i) =>
        Number.isNaN(unit[i]!) ? 0.5 : unit[i]!,
      );
      point[d] = Math.min(1, Math.max(0, point[d]! + move));
      const snapped = space.snap(point);
      if (space.key(snapped) !== own) points.push(snapped);
    }
  }
  return points;
}
