/** Beyond this distance the market's clock is not the venue's own: a replay of the past, at its own speed. */
const SAME_CLOCK_MS = 600_000;

/**
 * The market's time as far as it is known: the latest time that any event carried, and, where that is the venue's own clock, what has passed since.
 * A replay's market time runs by itself and is never extrapolated.
 */
export class MarketClock {
  readonly #venueNow: () => number;
  #latest = Number.NEGATIVE_INFINITY;
  #isVenueClock = true;

  /** `venueNow`: the estimate of the venue's clock, ms UTC. */
  constructor(venueNow: () => number) {
    this.#venueNow = venueNow;
  }

  /** An event of the market carried this time. */
  heard(time: number): void {
    if (!(time > this.#latest)) return;
    this.#latest = time;
    this.#isVenueClock = Math.abs(this.#venueNow() - time) < SAME_CLOCK_MS;
  }

  /** The market's time is the venue's own, not that of a replay of the past at a speed of its own. */
  get isVenues(): boolean {
    return this.#isVenueClock;
  }

  /** ms UTC. Before any event: the venue's clock. */
  now(): number {
    return this.#isVenueClock ? Math.max(this.#venueNow(), this.#latest) : this.#latest;
  }
}
