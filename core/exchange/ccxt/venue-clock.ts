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

/** Further apart, the machine's clock was set, or the machine slept, ms. */
const STEP_MS = 1_000;
/** Between two questions about such a step, ms. */
const STEP_AGAIN_MS = 5_000;

/**
 * Our estimate of the venue's clock, by which requests are signed: half the round trip is taken off, it is asked every five minutes. When the machine's
 * clock steps, it is asked at once, and time goes on as before until it has answered: a candle must not close because somebody set a clock.
 */
export class VenueClock {
  readonly #parts: VenueClockParts;
  #offsetMs = 0;
  #cancel: () => void = () => {};
  /** The machine's two clocks at the last answer. */
  #anchor: { readonly wall: number; readonly steady: number } | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: VenueClockParts) {
    this.#parts = parts;
  }

  /** ms UTC. */
  now(): number {
    const { clock } = this.#parts;
    const wall = clock.now();
    const steady = clock.steady?.();
    if (this.#anchor === null || steady === undefined) return wall + this.#offsetMs;
    const unstepped = this.#anchor.wall + (steady - this.#anchor.steady);
    if (Math.abs(wall - unstepped) < STEP_MS) return wall + this.#offsetMs;
    if (steady - this.#askedAt >= STEP_AGAIN_MS) {
      this.#askedAt = steady;
      void this.sync().catch(() => {});
    }
    return unstepped + this.#offsetMs;
  }

  /** Asks the venue and signs by its answer from now on. @returns what it said, ms UTC */
  async sync(): Promise<number> {
    const { client, clock, ask, jumped } = this.#parts;
    if (!client.has.fetchTime) return clock.now();
    const timer = () => clock.steady?.() ?? clock.now();
    const before = timer();
    const told = await ask();
    const travelled = timer() - before;
    const after = clock.now();
    if (!told) return this.now();
    const offset = told - (after - travelled / 2);
    const jump = Math.abs(offset - this.#offsetMs);
    this.#offsetMs = offset;
    const steady = clock.steady?.();
    if (steady !== undefined) this.#anchor = { wall: after, steady };
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
