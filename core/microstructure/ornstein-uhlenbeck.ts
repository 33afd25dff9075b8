/** A fitted Ornstein-Uhlenbeck process; times in steps of the input. Everything but `valid` is NaN when there is no mean reversion. */
export interface OuFit {
  readonly valid: boolean;
  /** X[t+1] - X[t] = a + b X[t] + e. */
  readonly a: number;
  readonly b: number;
  /** Speed of reversion, -b. */
  readonly theta: number;
  /** Long-run mean. */
  readonly mu: number;
  /** Population deviation of the residuals. */
  readonly sigma: number;
  /** ln 2 / theta. */
  readonly halfLife: number;
  /** Residual deviation with two degrees of freedom taken off, and that of the stationary law, sigma / sqrt(2 theta). */
  readonly sigmaDdof2: number;
  readonly sigmaStationary: number;
  /** Of the discrete process: ln 2 / -ln(1 + b); NaN when b <= -1. */
  readonly halfLifeExact: number;
}

const NONE: OuFit = {
  valid: false,
  a: Number.NaN,
  b: Number.NaN,
  theta: Number.NaN,
  mu: Number.NaN,
  sigma: Number.NaN,
  halfLife: Number.NaN,
  sigmaDdof2: Number.NaN,
  sigmaStationary: Number.NaN,
  halfLifeExact: Number.NaN,
};

/** Ordinary least squares of the changes of `x` on `x` (Uhlenbeck and Ornstein 1930; Elliott, Van Der Hoek and Malcolm 2005). */
export function ouFit(x: ArrayLike<number>): OuFit {
  const n = x.length - 1;
  if (n < 3) return NONE;
  let meanX = 0;
  for (let i = 0; i < n; i++) meanX += x[i]! / n;
  const meanY = (x[n]! - x[0]!) / n;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    sxx += dx * dx;
    sxy += dx * (x[i + 1]! - x[i]! - meanY);
  }
  const b = sxy / sxx;
  const theta = -b;
  if (!(sxx > 0) || !(theta > 1e-12)) return NONE;
  const a = meanY - b * meanX;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (x[i + 1]! - x[i]! - a - b * x[i]!) ** 2;
  const sigma = Math.sqrt(squares / n);
  return {
    valid: true,
    a,
    b,
    theta,
    mu: a / theta,
    sigma,
    halfLife: Math.LN2 / theta,
    sigmaDdof2: Math.sqrt(squares / (n - 2)),
    sigmaStationary: sigma / Math.sqrt(2 * theta),
    halfLifeExact: b > -1 ? Math.LN2 / -Math.log1p(b) : Number.NaN,
  };
}
