/** Samples a mid on a clock: what has held until each whole interval is told once it has passed. Times ms UTC. */
export class MidClock {
  readonly #everyMs: number;
  readonly #onSample: (mid: number, time: number) => void;
  #next = Number.NaN;

  constructor(everyMs: number, onSample: (mid: number, time: number) => void) {
    this.#everyMs = everyMs;
    this.#onSample = onSample;
  }

  /** Lets time pass; `mid` is what has held until now, NaN where there was none. */
  advanceTo(time: number, mid: number): void {
    if (Number.isNaN(this.#next)) {
      if (mid > 0) this.#next = Math.floor(time / this.#everyMs + 1) * this.#everyMs;
      return;
    }
    while (time >= this.#next) {
      if (mid > 0) this.#onSample(mid, this.#next);
      this.#next += this.#everyMs;
    }
  }
}
