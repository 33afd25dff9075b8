import type { SeenTrial } from '../trial.ts';
import { hypervolume } from './hypervolume.ts';
import { fronts } from './pareto.ts';

/**
 * The best `count` of several-objective trials: whole non-dominated fronts, the last one cut greedily by how much hypervolume each adds
 * (as in multi-objective TPE, Ozaki et al. 2022).
 */
export function bestSubset(trials: readonly SeenTrial[], count: number): SeenTrial[] {
  const chosen: SeenTrial[] = [];
  for (const front of fronts(trials, count)) {
    const room = count - chosen.length;
    chosen.push(...(front.length <= room ? front : cutFront(front, room)));
  }
  return chosen;
}

function cutFront(front: readonly SeenTrial[], count: number): SeenTrial[] {
  const m = front[0]!.losses.length;
  if (m === 0) return front.slice(0, count);
  const reference = Float64Array.from({ length: m }, (_, i) => {
    const worst = Math.max(...front.map((t) => t.losses[i]!));
    return Math.max(worst * 1.1, worst * 0.9) + 1e-12;
  });
  const left = [...front];
  const chosen: SeenTrial[] = [];
  let covered = 0;
  while (chosen.length < count) {
    let best = 0;
    let bestVolume = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < left.length; i++) {
      const volume = hypervolume([...chosen.map((t) => t.losses), left[i]!.losses], reference);
      if (volume > bestVolume) {
        bestVolume = volume;
        best = i;
      }
    }
    chosen.push(left[best]!);
    left.splice(best, 1);
    // Once nothing adds volume the rest is taken in order.
    if (bestVolume <= covered) chosen.push(...left.splice(0, count - chosen.length));
    covered = bestVolume;
  }
  return chosen;
}
