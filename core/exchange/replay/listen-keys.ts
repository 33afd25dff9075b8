import { createHash } from 'node:crypto';

const VALID_MS = 60 * 60_000;

/** Listen keys: one for the account, valid for 60 minutes of session time after it was made or kept alive. */
export class ListenKeys {
  readonly #seed: string | number;
  readonly #now: () => number;
  #key: string | null = null;
  #validUntil = 0;
  #count = 0;

  constructor(seed: string | number, now: () => number) {
    this.#seed = seed;
    this.#now = now;
  }

  /** The live key, made when there is none; its life starts anew. */
  create(): string {
    const live = this.#key !== null && this.isValid(this.#key) ? this.#key : null;
    this.#key =
      live ??
      createHash('sha256')
        .update(`${this.#seed} listen key ${++this.#count}`)
        .digest('hex');
    this.#validUntil = this.#now() + VALID_MS;
    return this.#key;
  }

  isValid(key: string): boolean {
    return key === this.#key && this.#now() < this.#validUntil;
  }

  /** Lengthens its life. @returns false when there is no live key */
  keep(): boolean {
    if (this.#key === null || !this.isValid(this.#key)) return false;
    this.#validUntil = this.#now() + VALID_MS;
    return true;
  }

  /** @returns the key that was ended, if there was one */
  end(): string | null {
    const key = this.#key;
    this.#key = null;
    return key;
  }
}
