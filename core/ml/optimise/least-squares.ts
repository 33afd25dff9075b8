import { TidegateError } from '../../foundation/errors.ts';
import { sandwich } from './symmetric.ts';

/** An ordinary least squares regression of `y` on columns (give the constant as a column of ones). */
export interface LinearFit {
  readonly coefficients: Float64Array;
  /** Standard errors under equal, uncorrelated errors. */
  readonly standardErrors: Float64Array;
  readonly fitted: Float64Array;
  readonly residuals: Float64Array;
  /** 1 - residual / total sum of squares about the mean; NaN where `y` is constant. */
  readonly r2: number;
  /** (X'X)^-1, row major. */
  readonly inverseGram: Float64Array;
}

/**
 * Ordinary least squares by Householder QR, so that columns of very different size do no harm.
 * @throws TidegateError REGRESSION_ROWS with no more rows than columns, REGRESSION_VALUE on NaN or infinity, REGRESSION_COLLINEAR where columns are linearly dependent
 */
export function leastSquares(columns: readonly ArrayLike<number>[], y: ArrayLike<number>): LinearFit {
  const n = y.length;
  const k = columns.length;
  if (n <= k)
    throw new TidegateError('REGRESSION_ROWS', `${n} rows are too few for ${k} coefficients`, {
      remedy: 'Use more history, or fewer regressors.',
      details: { rows: n, coefficients: k },
    });
  for (const [j, column] of [...columns, y].entries())
    for (let i = 0; i < n; i++)
      if (!Number.isFinite(column[i]!))
        throw new TidegateError('REGRESSION_VALUE', `row ${i} holds ${column[i]}`, {
          where: j === k ? 'target' : `regressor ${j}`,
          remedy: 'Drop or impute rows that are not finite.',
        });
  // Columns are scaled to unit length first: rank is then judged alike whatever the units.
  const lengths = columns.map((column) => Math.sqrt(sumOf(n, (i) => column[i]! * column[i]!)));
  const design = columns.map((column, j) =>
    Float64Array.from({ length: n }, (_, i) => column[i]! / (lengths[j]! || 1)),
  );
  const right = Float64Array.from({ length: n }, (_, i) => y[i]!);
  const r = triangulate(design, right);
  for (let j = 0; j < k; j++)
    if (!(Math.abs(r[j * k + j]!) > 1e-12))
      throw new TidegateError('REGRESSION_COLLINEAR', `regressor ${j} is a combination of those before it`, {
        remedy: 'Leave one of them out.',
      });
  const inverseR = upperInverse(r, k);
  const coefficients = Float64Array.from(
    { length: k },
    (_, j) => sumOf(k, (c) => inverseR[j * k + c]! * right[c]!) / lengths[j]!,
  );
  const fitted = new Float64Array(n);
  for (let j = 0; j < k; j++) for (let i = 0; i < n; i++) fitted[i]! += coefficients[j]! * columns[j]![i]!;
  const residuals = Float64Array.from(fitted, (f, i) => y[i]! - f);
  const inverseGram = new Float64Array(k * k);
  for (let a = 0; a < k; a++)
    for (let b = 0; b < k; b++)
      inverseGram[a * k + b] =
        sumOf(k, (c) => inverseR[a * k + c]! * inverseR[b * k + c]!) / (lengths[a]! * lengths[b]!);
  const rss = sumOf(n, (i) => residuals[i]! ** 2);
  const mean = sumOf(n, (i) => y[i]!) / n;
  const total = sumOf(n, (i) => (y[i]! - mean) ** 2);
  const variance = rss / (n - k);
  return {
    coefficients,
    standardErrors: Float64Array.from({ length: k }, (_, j) => Math.sqrt(variance * inverseGram[j * k + j]!)),
    fitted,
    residuals,
    r2: total > 0 ? 1 - rss / total : Number.NaN,
    inverseGram,
  };
}

/**
 * Covariance of coefficients under correlated and unequal errors (Newey and West 1987): Bartlett weights 1 - l / (lags + 1), no
 * small-sample factor. Row major.
 */
export function neweyWest(columns: readonly ArrayLike<number>[], fit: LinearFit, lags: number): Float64Array {
  const k = columns.length;
  const { residuals } = fit;
  const n = residuals.length;
  const middle = new Float64Array(k * k);
  for (let lag = 0; lag <= lags; lag++) {
    const weight = 1 - lag / (lags + 1);
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++) {
        const x = columns[a]!;
        const z = columns[b]!;
        let sum = 0;
        for (let i = lag; i < n; i++) sum += residuals[i]! * x[i]! * residuals[i - lag]! * z[i - lag]!;
        middle[a * k + b]! += weight * sum;
        if (lag > 0) middle[b * k + a]! += weight * sum;
      }
  }
  return sandwich(fit.inverseGram, middle, k);
}

/**
 * Householder reflections in place: turns the design into its upper triangle, which is returned (k by k, row major), and applies them to
 * `right`, whose first k values are then Q'y.
 */
function triangulate(design: readonly Float64Array[], right: Float64Array): Float64Array {
  const k = design.length;
  const n = right.length;
  const r = new Float64Array(k * k);
  for (let j = 0; j < k; j++) {
    const v = design[j]!;
    let square = 0;
    for (let i = j; i < n; i++) square += v[i]! * v[i]!;
    const pivot = v[j]! > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    for (let c = 0; c < j; c++) r[c * k + j] = v[c]!;
    r[j * k + j] = pivot;
    v[j]! -= pivot;
    const half = square - (v[j]! + pivot) * pivot;
    if (!(half > 0)) continue;
    for (const column of [...design.slice(j + 1), right]) {
      let dot = 0;
      for (let i = j; i < n; i++) dot += v[i]! * column[i]!;
      const factor = dot / half;
      for (let i = j; i < n; i++) column[i]! -= factor * v[i]!;
    }
  }
  return r;
}

function upperInverse(r: Float64Array, k: number): Float64Array {
  const out = new Float64Array(k * k);
  for (let j = 0; j < k; j++)
    for (let i = j; i >= 0; i--) {
      let sum = i === j ? 1 : 0;
      for (let c = i + 1; c <= j; c++) sum -= r[i * k + c]! * out[c * k + j]!;
      out[i * k + j] = sum / r[i * k + i]!;
    }
  return out;
}

function sumOf(n: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += term(i);
  return sum;
}
