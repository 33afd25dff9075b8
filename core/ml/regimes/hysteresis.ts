import { TidegateError } from '../../foundation/errors.ts';

export interface HysteresisOptions {
  /** A state takes over only with at least this probability (default 0.6). */
  readonly enter?: number;
  /** … in so many rows running (default 2). */
  readonly rows?: number;
  /** The present state gives way at once when its own probability falls below this (default 0: never). */
  readonly leave?: number;
}

/**
 * Holds on to a state until another is clearly there, so that a strategy does not flip with every wobble of a filter. `step` takes the
 * state probabilities of a row and returns the state held. Forward only.
 */
export class Hysteresis {
  readonly #enter: number;
  readonly #rows: number;
  readonly #leave: number;
  #held = -1;
  #candidate = -1;
  #streak = 0;

  constructor({ enter = 0.6, rows = 2, leave = 0 }: HysteresisOptions = {}) {
    if (!(enter > 0 && enter <= 1 && leave >= 0 && leave < 1 && Number.isInteger(rows) && rows >= 1))
      throw new TidegateError('REGIME_OPTION', `enter ${enter}, leave ${leave}, rows ${rows}`, {
        remedy: 'Give probabilities from 0 to 1 and a whole number of rows from 1.',
      });
    this.#enter = enter;
    this.#rows = rows;
    this.#leave = leave;
  }

  /** @returns the state held, -1 before any; rows of NaN (warm-up) change nothing */
  step(probabilities: ArrayLike<number>): number {
    let best = 0;
    for (let s = 1; s < probabilities.length; s++) if (probabilities[s]! > probabilities[best]!) best = s;
    const p = probabilities[best]!;
    if (!Number.isFinite(p)) return this.#held;
    if (this.#held < 0) {
      this.#held = best;
      return best;
    }
    if (best === this.#held || p < this.#enter) {
      this.#candidate = -1;
      this.#streak = 0;
    } else {
      this.#streak = best === this.#candidate ? this.#streak + 1 : 1;
      this.#candidate = best;
    }
    const isSure = this.#streak >= this.#rows;
    if (isSure || (best !== this.#held && probabilities[this.#held]! < this.#leave)) {
      this.#held = best;
      this.#candidate = -1;
      this.#streak = 0;
    }
    return this.#held;
  }
}
