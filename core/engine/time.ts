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
