import { ratio } from './moments.ts';

/**
 * Omega ratio about a threshold per period: sum of gains over sum of losses (C. Keating and W. Shadwick, 2002).
 * @returns NaN without losses
 */
export function omega(returns: ArrayLike<number>, threshold = 0): number {
  let gains = 0;
  let losses = 0;
  for (let i = 0; i < returns.length; i++) {
    const excess = returns[i]! - threshold;
    if (excess > 0) gains += excess;
    else losses -= excess;
  }
  return ratio(gains, losses);
}
