import { TidegateError } from '../../foundation/errors.ts';

/** When something is trained; times and spans in ms. */
export interface PointOptions {
  /** When the first and the last row became known, ms UTC. */
  readonly first: number;
  readonly last: number;
  readonly window: number;
  readonly every: number;
  /** Trading begins here: trainings whose successor answers before that are left out. */
  readonly needed?: number;
  readonly handoverDelay: number;
}

/**
 * Moments of training: the multiples of `every` since 1970 from the first full window on. They do not depend on where a run starts or ends.
 * Training sees what was known at the moment itself, and answers `handoverDelay` later.
 * @throws TidegateError TRAIN_SCHEDULE unless window and every are above 0
 */
export function trainPoints(options: PointOptions): number[] {
  const { first, last, window, every, needed = Number.NEGATIVE_INFINITY, handoverDelay } = options;
  if (!(window > 0 && every > 0 && handoverDelay >= 0))
    throw new TidegateError(
      'TRAIN_SCHEDULE',
      `window ${window} ms, every ${every} ms, handover after ${handoverDelay} ms`,
      {
        remedy: 'Give times above 0, such as 90d and 7d.',
      },
    );
  const points: number[] = [];
  for (let at = Math.ceil((first + window) / every) * every; at <= last; at += every) points.push(at);
  const start = points.findLastIndex((at) => at + handoverDelay <= needed);
  return points.slice(Math.max(0, start));
}
