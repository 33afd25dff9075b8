import type { Rng } from '../../foundation/rng.ts';
import type { Dim } from '../space/dim.ts';
import { tabulatedNormalCdf } from './tabulated-normal-cdf.ts';

/** Discrete dimensions with more cells than this are treated as continuous: a cell is then narrower than the narrowest kernel. */
const MAX_CELLS = 128;

/** How a dimension enters a Parzen estimator: kernels cut to [0, 1] and compared by density, by mass of a cell, or by equality. */
export type AxisKind = 'continuous' | 'discrete' | 'categorical';

export function axisKind(dim: Dim): AxisKind {
  if (dim.isCategorical) return 'categorical';
  return dim.count > 0 && dim.count <= MAX_CELLS ? 'discrete' : 'continuous';
}

/** Mass of the normal kernel (mu, sigma) inside [0, 1]. */
export function massInside(mu: number, sigma: number): number {
  return tabulatedNormalCdf((1 - mu) / sigma) - tabulatedNormalCdf(-mu / sigma);
}

/** Mass of one cell of a discrete dimension under a kernel cut to [0, 1]. */
export function cellMass(dim: Dim, cell: number, mu: number, sigma: number): number {
  const mass =
    tabulatedNormalCdf((dim.edge(cell + 1) - mu) / sigma) - tabulatedNormalCdf((dim.edge(cell) - mu) / sigma);
  return mass / massInside(mu, sigma);
}

/** A draw from a normal kernel cut to [0, 1], as a canonical coordinate. */
export function drawFrom(dim: Dim, mu: number, sigma: number, rng: Rng): number {
  // mu lies in [0, 1] and sigma is at most 1, so at least a third of the draws fall inside.
  for (;;) {
    const x = mu + sigma * rng.normal();
    if (x >= 0 && x <= 1) return dim.count > 0 ? dim.centre(dim.cell(x)) : x;
  }
}
