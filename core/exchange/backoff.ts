import type { Rng } from '../foundation/rng.ts';

/** How often a class of requests is tried, and how long it waits between: doubled each time, half of it drawn. */
export interface Attempts {
  readonly attempts: number;
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Wait before try number `failures` + 1: uniform in [half, whole] of min(most, first × 2^(failures - 1)), so that clients don't return in step. */
export function backoffMs({ firstMs, mostMs }: Omit<Attempts, 'attempts'>, failures: number, rng: Rng): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.max(0, Math.min(failures, 30) - 1));
  return whole / 2 + (whole / 2) * rng.next();
}
