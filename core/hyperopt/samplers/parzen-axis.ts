import type { Rng } from '../../foundation/rng.ts';
import { normalCdf } from '../../metrics/normal.ts';
import type { Dim } from '../space/dim.ts';

/** Discrete dimensions with more cells than this are treated as continuous: a cell is then much narrower than any kernel. */
const MAX_CELLS = 256;

/**
 * One dimension of a Parzen estimator: widths of kernels, their logarithmic densities and draws from them.
 * Ordered dimensions use normal kernels cut to [0, 1]; discrete ones the mass of a cell; unordered ones a smoothed point mass.
 */
export interface ParzenAxis {
  readonly kind: 'continuous' | 'discrete' | 'categorical';
  /** log of (sigma * mass inside [0, 1]) of a continuous kernel. */
  logNorm(mu: number, sigma: number): number;
  /** log mass of the cell of `unit` under a discrete kernel. */
  logMass(mu: number, sigma: number, unit: number): number;
  /** Draws from a kernel; returns the canonical coordinate. */
  draw(mu: number, sigma: number, rng: Rng): number;
}

/** The axis for a dimension. */
export function parzenAxis(dim: Dim): ParzenAxis {
  const isDiscrete = dim.count > 0 && dim.count <= MAX_CELLS;
  const kind = dim.isCategorical ? 'categorical' : isDiscrete ? 'discrete' : 'continuous';
  const inside = (mu: number, sigma: number) => normalCdf((1 - mu) / sigma) - normalCdf(-mu / sigma);
  const tables = new Map<number, Map<number, Float64Array>>();
  const tableOf = (mu: number, sigma: number) => {
    let bySigma = tables.get(mu);
    if (!bySigma) tables.set(mu, (bySigma = new Map()));
    let table = bySigma.get(sigma);
    if (!table) {
      if (bySigma.size > 64) bySigma.clear();
      table = new Float64Array(dim.count);
      const total = inside(mu, sigma);
      let below = normalCdf(-mu / sigma);
      for (let i = 0; i < dim.count; i++) {
        const above = normalCdf((dim.edge(i + 1) - mu) / sigma);
        // A cell 40 widths away has no mass left in double precision; the floor keeps its logarithm finite.
        table[i] = Math.log(Math.max((above - below) / total, 1e-300));
        below = above;
      }
      bySigma.set(sigma, table);
    }
    return table;
  };
  return {
    kind,
    logNorm: (mu, sigma) => Math.log(sigma * inside(mu, sigma)),
    logMass: (mu, sigma, unit) => tableOf(mu, sigma)[dim.cell(unit)]!,
    draw(mu, sigma, rng) {
      // mu lies in [0, 1] and sigma is at most 1, so at least a third of the draws fall inside.
      for (;;) {
        const x = mu + sigma * rng.normal();
        if (x >= 0 && x <= 1) return dim.count > 0 ? dim.centre(dim.cell(x)) : x;
      }
    },
  };
}
