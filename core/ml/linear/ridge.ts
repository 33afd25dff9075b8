import { TidegateError } from '../../foundation/errors.ts';
import { solvePositive } from './solve-positive.ts';
import type { ScaledRows } from './standardise.ts';

/** Coefficients (intercept first, of scaled features) and the deviation of the residuals. */
export interface RidgeFit {
  readonly coefficients: Float64Array;
  readonly residualDeviation: number;
}

/**
 * Ridge regression by its normal equations, (X'WX + l2·I) b = X'Wy with the intercept unpenalised (A. Hoerl and R. Kennard, 1970).
 * @throws TidegateError MODEL_DATA when features are collinear and l2 is 0
 */
export function ridge(model: string, data: ScaledRows, l2: number): RidgeFit {
  const { rows, width, values, target, weights } = data;
  const n = width + 1;
  const gram = new Float64Array(n * n);
  const moment = new Float64Array(n);
  const x = new Float64Array(n);
  x[0] = 1;
  for (let r = 0; r < rows; r++) {
    x.set(values.subarray(r * width, (r + 1) * width), 1);
    const weight = weights[r]!;
    for (let i = 0; i < n; i++) {
      const wx = weight * x[i]!;
      moment[i]! += wx * target[r]!;
      for (let j = 0; j <= i; j++) gram[i * n + j]! += wx * x[j]!;
    }
  }
  for (let i = 1; i < n; i++) gram[i * n + i]! += l2;
  const coefficients = solvePositive(gram, moment);
  if (coefficients === null)
    throw new TidegateError('MODEL_DATA', `model "${model}" got features that depend on each other`, {
      remedy: 'Set l2 above 0, or leave constant and duplicate features out.',
    });
  let squares = 0;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    let fitted = coefficients[0]!;
    for (let c = 0; c < width; c++) fitted += coefficients[c + 1]! * values[r * width + c]!;
    squares += weights[r]! * (target[r]! - fitted) ** 2;
    total += weights[r]!;
  }
  return { coefficients, residualDeviation: Math.sqrt(squares / total) };
}
