import type { ExchangeClock } from '../exchange-clock.ts';
import type { CcxtClient } from './ccxt-client.ts';

/** The venue's clock is asked again after so long, ms. */
const AGAIN_MS = 300_000;
/** A jump of the offset beyond this is told, ms. */
const TOLD_MS = 1_000;

export interface VenueClockParts {
  readonly client: CcxtClient;
  readonly clock: ExchangeClock;
  readonly ask: () => Promise<number | undefined | null>;
  /** The offset jumped: venue minus ours, ms. */
  readonly jumped: (offsetMs: number) => void;
}

/** Our estimate of the venue's clock, by which requests are signed: half the round trip is taken off, it is asked every five minutes. */
export class VenueClock {
  readonly #parts: VenueClockParts;
  #offsetMs = 0;
  #cancel: () => void = () => {};

  constructor(parts: VenueClockParts) {
    this.#parts = parts;
  }

  /** ms UTC. */
  now(): number {
    return this.#parts.clock.now() + this.#offsetMs;
  }

  /** Asks the venue and signs by its answer from now on. @returns what it said, ms UTC */
  async sync(): Promise<number> {
    const { client, clock, ask, jumped } = this.#parts;
    if (!client.has.fetchTime) return clock.now();
    const before = clock.now();
    const told = await ask();
    const after = clock.now();
    if (!told) return this.now();
    const offset = told - (before + after) / 2;
    const jump = Math.abs(offset - this.#offsetMs);
    this.#offsetMs = offset;
    client.options.timeDifference = -Math.round(offset);
    if (jump >= TOLD_MS) jumped(Math.round(offset));
    return told;
  }

  /** Asks again and again until closed. */
  keep(): void {
    this.#cancel = this.#parts.clock.after(AGAIN_MS, () => {
      // The next time will do; a request that is refused for its time asks at once.
      void this.sync().catch(() => {});
      this.keep();
    });
  }

  close(): void {
    this.#cancel();
  }
}
