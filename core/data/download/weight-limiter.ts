import type { DownloadClock } from './source.ts';

const WINDOW_MS = 60_000;
/** Share of what the exchange allows that is spent. */
export const SPENT_SHARE = 0.9;

/**
 * Keeps the weight of any 60 seconds under the exchange's limit for one minute (a sliding window is never looser than the exchange's own
 * fixed one), with a tenth spared for others on the same address. `pause` stops everything until a time, as after a 429.
 */
export class WeightLimiter {
  readonly #clock: DownloadClock;
  readonly #budget: number;
  #spent: { readonly at: number; readonly weight: number }[] = [];
  #pausedUntil = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(clock: DownloadClock, perMinute: number) {
    this.#clock = clock;
    this.#budget = perMinute * SPENT_SHARE;
  }

  /** Waits, in order of asking, until `weight` may be spent, and spends it. */
  async spend(weight: number, signal?: AbortSignal): Promise<void> {
    const before = this.#turn;
    let done = () => {};
    this.#turn = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      await this.#wait(weight, signal);
    } finally {
      done();
    }
  }

  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
  }

  async #wait(weight: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (signal?.aborted) return;
      const now = this.#clock.now();
      this.#spent = this.#spent.filter(({ at }) => at > now - WINDOW_MS);
      const used = this.#spent.reduce((sum, item) => sum + item.weight, 0);
      const untilFree = used + weight <= this.#budget || used === 0 ? 0 : this.#spent[0]!.at + WINDOW_MS - now + 1;
      const wait = Math.max(untilFree, this.#pausedUntil - now);
      if (wait <= 0) {
        this.#spent.push({ at: now, weight });
        return;
      }
      await this.#clock.sleep(wait, signal);
    }
  }
}
