import { TidegateError } from '../../foundation/errors.ts';

/** How variance follows the past: see `recursions.ts` for the formulas. */
export type GarchKind = 'garch' | 'gjr' | 'tarch' | 'egarch';

/** Distribution of the standardised errors. `skewed-t` is Hansen's (1994). */
export type ErrorKind = 'normal' | 't' | 'skewed-t';

/** Mean of the returns: none, a constant, lagged returns, or means of the last `lags` returns (HAR), both with a constant. */
export type MeanSpec =
  | { readonly kind: 'zero' }
  | { readonly kind: 'constant' }
  | { readonly kind: 'ar'; readonly lags: readonly number[] }
  | { readonly kind: 'har'; readonly lags: readonly number[] };

/** A volatility model of order (1, 1). `hasLeverage: false` leaves gamma out of EGARCH (default true). */
export interface GarchSpec {
  readonly kind: GarchKind;
  readonly errors: ErrorKind;
  readonly mean: MeanSpec;
  readonly hasLeverage?: boolean;
}

/** True where the spec has a gamma: GJR, TARCH, and EGARCH unless switched off. */
export function hasGamma(spec: GarchSpec): boolean {
  return spec.kind === 'gjr' || spec.kind === 'tarch' || (spec.kind === 'egarch' && spec.hasLeverage !== false);
}

/** Names of the parameters in the order of every parameter array: mean, then omega, alpha, gamma, beta, then shape. */
export function parameterNames(spec: GarchSpec): readonly string[] {
  const { mean } = spec;
  const meanNames =
    mean.kind === 'zero'
      ? []
      : mean.kind === 'constant'
        ? ['mu']
        : ['mu', ...mean.lags.map((lag) => `${mean.kind}[${lag}]`)];
  const shape = spec.errors === 'normal' ? [] : spec.errors === 't' ? ['nu'] : ['nu', 'lambda'];
  return [...meanNames, 'omega', 'alpha', ...(hasGamma(spec) ? ['gamma'] : []), 'beta', ...shape];
}

/** Where each block of a parameter array starts: mean coefficients, variance parameters, shape. */
export function parameterBlocks(spec: GarchSpec): {
  readonly mean: number;
  readonly shape: number;
  readonly total: number;
} {
  const mean = spec.mean.kind === 'zero' ? 0 : spec.mean.kind === 'constant' ? 1 : 1 + spec.mean.lags.length;
  const shape = mean + 3 + (hasGamma(spec) ? 1 : 0);
  return { mean, shape, total: shape + (spec.errors === 'normal' ? 0 : spec.errors === 't' ? 1 : 2) };
}

/** @throws TidegateError VOLATILITY_DATA on NaN, infinity, no variation or fewer than `least` returns */
export function checkReturns(returns: ArrayLike<number>, least: number): void {
  if (returns.length < least)
    throw new TidegateError('VOLATILITY_DATA', `${returns.length} returns are too few, this fit needs ${least}`, {
      remedy: 'Use more history.',
      details: { received: returns.length, needed: least },
    });
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < returns.length; i++) {
    const value = returns[i]!;
    if (!Number.isFinite(value))
      throw new TidegateError('VOLATILITY_DATA', `return ${i} is ${value}`, { remedy: 'Drop or fill that row first.' });
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low))
    throw new TidegateError('VOLATILITY_DATA', `all ${returns.length} returns are ${low}`, {
      remedy: 'A constant series has no volatility to fit: check the data.',
    });
}
