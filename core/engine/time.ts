import { TidegateError } from '../foundation/errors.ts';

/**
 * Engine time: nanoseconds since a millisecond-aligned origin of the run, in a Float64. Exact to 1 ns for 104 days, to whole ms for years.
 * Public surfaces speak ms UTC.
 */
export class EngineClock {
  /** ms UTC of engine time 0. */
  readonly origin: number;

  constructor(origin: number) {
    this.origin = Math.floor(origin);
  }

  toEngine(ms: number): number {
    return (ms - this.origin) * 1e6;
  }

  toMs(time: number): number {
    return time / 1e6 + this.origin;
  }
}

/** The error for an event that comes after a later one, or at no time at all. Engine times. */
export function timeWentBack(clock: EngineClock, time: number, last: number): TidegateError {
  const text = (t: number) => (Number.isFinite(t) ? new Date(clock.toMs(t)).toISOString() : `time ${t}`);
  return new TidegateError('ENGINE_TIME', `an event of ${text(time)} came after one of ${text(last)}`, {
    remedy: 'Sort the feed by time.',
  });
}
