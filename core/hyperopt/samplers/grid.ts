import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import type { Space } from '../space/space.ts';
import type { Sampler } from './sampler.ts';

/** Largest grid that is listed. */
const MAX_POINTS = 1_000_000;

/**
 * Every combination once, in seeded random order so that a study stopped early has still looked everywhere.
 * Discrete dimensions contribute all values (or `points` evenly spread ones where they have more), continuous ones `points` values, ends included.
 * @throws TidegateError HPO_GRID_TOO_LARGE above a million combinations
 */
export function gridSampler(
  options: { readonly points?: number | undefined; readonly isShuffled?: boolean | undefined } = {},
): Sampler {
  const points = options.points ?? 10;
  const isShuffled = options.isShuffled ?? true;
  return {
    name: 'grid',
    options: { points, isShuffled },
    start({ space, seed }) {
      const grid = gridOf(space, points);
      if (isShuffled) {
        const rng = seeded(seed).fork('grid');
        for (let i = grid.length - 1; i > 0; i--) {
          const j = rng.int(i + 1);
          [grid[i], grid[j]] = [grid[j]!, grid[i]!];
        }
      }
      return {
        noted() {},
        observed() {},
        suggest: (number) => (number < grid.length ? { unit: grid[number]! } : undefined),
      };
    },
  };
}

/** The points of a grid over `space`, canonical (snapped), conditional dimensions only where they exist. */
export function gridOf(space: Space, points: number): Float64Array[] {
  const levels = space.dims.map((dim) => {
    const count = dim.count === 0 ? points : Math.min(dim.count, dim.isCategorical ? dim.count : Math.max(points, 2));
    return Array.from({ length: count }, (_, i) => {
      const share = count === 1 ? 0.5 : i / (count - 1);
      return dim.count === 0 ? share : dim.centre(Math.round(share * (dim.count - 1)));
    });
  });
  const grid: Float64Array[] = [];
  const unit = new Float64Array(space.dims.length);
  const visit = (d: number) => {
    if (d === space.dims.length) {
      if (grid.length >= MAX_POINTS)
        throw new TidegateError('HPO_GRID_TOO_LARGE', `the grid has more than ${MAX_POINTS} combinations`, {
          where: 'sampler grid',
          remedy: 'Lower sampler.points, search fewer spaces, or use another sampler.',
        });
      grid.push(unit.slice());
      return;
    }
    const isActive = space.dims[d]!.conditions.every(
      (c) => !Number.isNaN(unit[c.parent]!) && c.allowed[space.dims[c.parent]!.cell(unit[c.parent]!)] === 1,
    );
    for (const level of isActive ? levels[d]! : [Number.NaN]) {
      unit[d] = level;
      visit(d + 1);
    }
  };
  visit(0);
  return grid;
}
