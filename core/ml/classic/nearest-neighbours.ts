import type { VectorLearner, VectorRows } from './vector-module.ts';

export interface NeighbourOptions {
  readonly neighbours: number;
  /** `distance`: a neighbour counts by the inverse of its distance; `uniform`: all count alike. */
  readonly weighting: 'uniform' | 'distance';
  /** Rows that are kept, the latest: each prediction looks at all of them. */
  readonly rows: number;
}

/** k nearest neighbours by Euclidean distance of scaled features. Cost of a prediction: rows × width, cut off where a row is already too far. */
export function trainNeighbours(data: VectorRows, options: NeighbourOptions): VectorLearner {
  const first = Math.max(0, data.rows - options.rows);
  return neighbours(
    {
      points: data.values.slice(first * data.width),
      targets: data.target.slice(first),
      weights: data.weights.slice(first),
    },
    data.width,
    options,
  );
}

/** A learner of saved points (rows × width), their targets and weights. */
export function neighbours(
  arrays: Readonly<Record<string, Float64Array>>,
  width: number,
  { neighbours: wanted, weighting }: NeighbourOptions,
): VectorLearner {
  const { points, targets, weights } = arrays as Readonly<Record<'points' | 'targets' | 'weights', Float64Array>>;
  const rows = targets.length;
  const k = Math.min(wanted, rows);
  const near = new Float64Array(k);
  const who = new Int32Array(k);
  return {
    arrays: () => ({ points, targets, weights }),
    score(x, out) {
      let held = 0;
      for (let r = 0; r < rows; r++) {
        const limit = held < k ? Number.POSITIVE_INFINITY : near[k - 1]!;
        let square = 0;
        const at = r * width;
        for (let c = 0; c < width && square < limit; c++) square += (x[c]! - points[at + c]!) ** 2;
        // Of equal distances the earlier row stays: the answer does not depend on how the search is done.
        if (!(square < limit)) continue;
        if (held < k) held++;
        let i = held - 1;
        for (; i > 0 && near[i - 1]! > square; i--) {
          near[i] = near[i - 1]!;
          who[i] = who[i - 1]!;
        }
        near[i] = square;
        who[i] = r;
      }
      out.fill(0);
      let total = 0;
      const isClasses = out.length > 1;
      for (let i = 0; i < held; i++) {
        const r = who[i]!;
        const weight = weights[r]! * (weighting === 'uniform' ? 1 : 1 / Math.max(Math.sqrt(near[i]!), 1e-12));
        total += weight;
        if (isClasses) out[targets[r]!]! += weight;
        else out[0]! += weight * targets[r]!;
      }
      for (let i = 0; i < out.length; i++) out[i]! /= total;
    },
  };
}
