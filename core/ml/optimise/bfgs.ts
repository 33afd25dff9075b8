/** A smooth function: returns its value at `x` and writes its gradient there. Not finite = not allowed there. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Most steps (default 500). */
  readonly maxSteps?: number;
  /** Stop when every |gradient| * max(1, |x|) is below this times max(1, |value|) (default 1e-8). */
  readonly gradientTolerance?: number;
  /** Stop when the value falls by less than this share twice in a row (default 1e-13). */
  readonly valueTolerance?: number;
}

/** Where the search ended. `isConverged` is false when it ran out of steps or found no way down from a point that is not flat. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly steps: number;
  readonly evaluations: number;
  readonly isConverged: boolean;
}

const SUFFICIENT = 1e-4;
const CURVATURE = 0.9;

/**
 * Minimises a smooth function without constraints by BFGS (Nocedal and Wright, Numerical Optimization, 2006, chapter 6) with a bracketing
 * line search for the weak Wolfe conditions, so that every update keeps the inverse Hessian positive. Points where the value is not
 * finite are stepped back from. Deterministic. Cost O(d²) per step beside the evaluations; meant for up to some hundred unknowns.
 */
export function minimise(objective: Objective, start: ArrayLike<number>, options: MinimiseOptions = {}): Minimum {
  const { maxSteps = 500, gradientTolerance = 1e-8, valueTolerance = 1e-13 } = options;
  const d = start.length;
  let x = Float64Array.from(start);
  let gradient = new Float64Array(d);
  let value = objective(x, gradient);
  let evaluations = 1;
  let nextX = new Float64Array(d);
  let nextGradient = new Float64Array(d);
  const direction = new Float64Array(d);
  const inverse = new Float64Array(d * d);
  const changed = new Float64Array(d);
  let isFresh = true;
  let stalls = 0;
  let steps = 0;
  const isFlat = () => {
    const limit = gradientTolerance * Math.max(1, Math.abs(value));
    for (let i = 0; i < d; i++) if (!(Math.abs(gradient[i]!) * Math.max(1, Math.abs(x[i]!)) <= limit)) return false;
    return true;
  };
  while (Number.isFinite(value) && !isFlat() && steps < maxSteps && stalls < 2) {
    if (isFresh) identity(inverse, d);
    multiply(inverse, gradient, direction, d);
    let slope = 0;
    for (let i = 0; i < d; i++) {
      direction[i] = -direction[i]!;
      slope += direction[i]! * gradient[i]!;
    }
    if (!(slope < 0)) {
      if (isFresh) break;
      isFresh = true;
      continue;
    }
    const first = isFresh ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const found = searchLine(objective, { x, value, slope, direction, first, nextX, nextGradient });
    evaluations += found.evaluations;
    if (!found.isDown) {
      if (isFresh) break;
      isFresh = true;
      continue;
    }
    stalls = value - found.value <= valueTolerance * Math.max(1, Math.abs(value)) ? stalls + 1 : 0;
    if (isFresh) scaleFirst(inverse, d, x, nextX, gradient, nextGradient);
    updateInverse(inverse, d, x, nextX, gradient, nextGradient, changed);
    isFresh = false;
    value = found.value;
    [x, nextX] = [nextX, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    steps++;
  }
  return { x, value, gradient, steps, evaluations, isConverged: Number.isFinite(value) && (stalls >= 2 || isFlat()) };
}

interface Line {
  readonly x: Float64Array;
  readonly value: number;
  readonly slope: number;
  readonly direction: Float64Array;
  readonly first: number;
  readonly nextX: Float64Array;
  readonly nextGradient: Float64Array;
}

/** Bracketing search for a weak Wolfe point (Lewis and Overton 2013), with cubic steps inside the bracket. */
function searchLine(objective: Objective, line: Line): { value: number; evaluations: number; isDown: boolean } {
  const { x, value, slope, direction, nextX, nextGradient } = line;
  let low = { step: 0, value, slope };
  let high: typeof low | undefined;
  let step = line.first;
  for (let evaluations = 1; evaluations <= 40; evaluations++) {
    for (let i = 0; i < x.length; i++) nextX[i] = x[i]! + step * direction[i]!;
    const there = objective(nextX, nextGradient);
    let slopeThere = 0;
    for (let i = 0; i < x.length; i++) slopeThere += nextGradient[i]! * direction[i]!;
    const here = { step, value: there, slope: slopeThere };
    const isUsable = Number.isFinite(there) && Number.isFinite(slopeThere);
    if (!isUsable || there > value + SUFFICIENT * step * slope) {
      // The noise of the sum decides the last digits: a step that changes nothing any more is as good as down.
      if (isUsable && there <= value && evaluations > 20) return { value: there, evaluations, isDown: true };
      high = here;
    } else if (slopeThere < CURVATURE * slope) low = here;
    else return { value: there, evaluations, isDown: true };
    step = high ? within(low, high) : 2.5 * step;
    if (high && (high.step - low.step <= 1e-15 * high.step || step === low.step)) break;
  }
  if (low.step === 0) return { value, evaluations: 40, isDown: false };
  for (let i = 0; i < x.length; i++) nextX[i] = x[i]! + low.step * direction[i]!;
  return { value: objective(nextX, nextGradient), evaluations: 41, isDown: true };
}

/** Minimum of the cubic through both ends, kept off them by a tenth of the bracket; the middle where that is not defined. */
function within(
  low: { step: number; value: number; slope: number },
  high: { step: number; value: number; slope: number },
): number {
  const width = high.step - low.step;
  const middle = low.step + 0.5 * width;
  if (!Number.isFinite(high.value) || !Number.isFinite(high.slope)) return low.step + 0.2 * width;
  const a = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const root = a * a - low.slope * high.slope;
  if (!(root >= 0)) return middle;
  const b = Math.sqrt(root);
  const step = high.step - (width * (high.slope + b - a)) / (high.slope - low.slope + 2 * b);
  if (!Number.isFinite(step)) return middle;
  return Math.min(Math.max(step, low.step + 0.1 * width), high.step - 0.1 * width);
}

function identity(matrix: Float64Array, d: number): void {
  matrix.fill(0);
  for (let i = 0; i < d; i++) matrix[i * d + i] = 1;
}

function multiply(matrix: Float64Array, v: Float64Array, out: Float64Array, d: number): void {
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += matrix[i * d + j]! * v[j]!;
    out[i] = sum;
  }
}

function scaleFirst(
  inverse: Float64Array,
  d: number,
  x: Float64Array,
  nextX: Float64Array,
  g: Float64Array,
  nextG: Float64Array,
): void {
  let sy = 0;
  let yy = 0;
  for (let i = 0; i < d; i++) {
    const y = nextG[i]! - g[i]!;
    sy += (nextX[i]! - x[i]!) * y;
    yy += y * y;
  }
  if (sy > 0 && yy > 0) for (let i = 0; i < d; i++) inverse[i * d + i] = sy / yy;
}

function updateInverse(
  inverse: Float64Array,
  d: number,
  x: Float64Array,
  nextX: Float64Array,
  g: Float64Array,
  nextG: Float64Array,
  changed: Float64Array,
): void {
  let sy = 0;
  let yHy = 0;
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += inverse[i * d + j]! * (nextG[j]! - g[j]!);
    changed[i] = sum;
    const y = nextG[i]! - g[i]!;
    yHy += y * sum;
    sy += y * (nextX[i]! - x[i]!);
  }
  if (!(sy > 1e-300)) return;
  const factor = (1 + yHy / sy) / sy;
  for (let i = 0; i < d; i++) {
    const si = nextX[i]! - x[i]!;
    for (let j = 0; j < d; j++) {
      const sj = nextX[j]! - x[j]!;
      inverse[i * d + j]! += factor * si * sj - (changed[i]! * sj + si * changed[j]!) / sy;
    }
  }
}
