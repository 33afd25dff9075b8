import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { TidegateError } from '../../foundation/errors.ts';
import { checkTraining, checkWidth, type Transform } from './transform.ts';

/** Principal components of training rows: `state.variance` is the variance along each, `explained` its share of the whole. */
export interface PrincipalComponents extends Transform {
  readonly explained: Float64Array;
}

/**
 * Projects centred rows on the directions of greatest variance: `keep` of them, or as many as explain a share below 1. Scale columns first
 * unless their units agree. The largest weight of each direction is positive, so that signs do not flip between fits.
 * @throws TidegateError PREPARE_DATA on NaN, PREPARE_OPTION
 */
export function principalComponents(columns: readonly Float64Array[], keep: number): PrincipalComponents {
  checkTraining(columns, false);
  const d = columns.length;
  const n = columns[0]!.length;
  if (!((keep > 0 && keep < 1) || (Number.isInteger(keep) && keep >= 1 && keep <= d)))
    throw new TidegateError('PREPARE_OPTION', `keep is ${keep}`, {
      remedy: `Give a whole number from 1 to ${d}, or a share of the variance below 1.`,
    });
  const mean = Float64Array.from(columns, (column) => column.reduce((sum, v) => sum + v, 0) / n);
  const covariance = new Matrix(d, d);
  for (let a = 0; a < d; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (columns[a]![i]! - mean[a]!) * (columns[b]![i]! - mean[b]!);
      covariance.set(a, b, sum / Math.max(1, n - 1));
      covariance.set(b, a, sum / Math.max(1, n - 1));
    }
  const eigen = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const order = eigen.realEigenvalues
    .map((_, k) => k)
    .sort((a, b) => eigen.realEigenvalues[b]! - eigen.realEigenvalues[a]!);
  const variances = order.map((k) => Math.max(0, eigen.realEigenvalues[k]!));
  const total = variances.reduce((sum, v) => sum + v, 0);
  if (!(total > 0)) throw new TidegateError('PREPARE_DATA', 'no column varies', { remedy: 'Check the features.' });
  const count = keep >= 1 ? keep : enough(variances, keep * total);
  const direction = new Float64Array(count * d);
  for (let c = 0; c < count; c++) {
    const vector = Array.from({ length: d }, (_, j) => eigen.eigenvectorMatrix.get(j, order[c]!));
    const largest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
    vector.forEach((v, j) => {
      direction[c * d + j] = largest < 0 ? -v : v;
    });
  }
  const variance = Float64Array.from(variances.slice(0, count));
  return { ...projection({ mean, direction, variance }), explained: variance.map((v) => v / total) };
}

/** The projection from what it learned. */
export function projection(state: Transform['state']): Transform {
  const mean = state.mean!;
  const direction = state.direction!;
  const d = mean.length;
  const count = direction.length / d;
  return {
    name: 'principal-components',
    state,
    apply(rows) {
      checkWidth(rows, d);
      return Array.from({ length: count }, (_, c) =>
        Float64Array.from({ length: rows[0]!.length }, (_, i) => {
          let sum = 0;
          for (let j = 0; j < d; j++) sum += direction[c * d + j]! * (rows[j]![i]! - mean[j]!);
          return sum;
        }),
      );
    },
  };
}

function enough(variances: readonly number[], wanted: number): number {
  let sum = 0;
  for (const [k, v] of variances.entries()) {
    sum += v;
    if (sum >= wanted * (1 - 1e-12)) return k + 1;
  }
  return variances.length;
}
