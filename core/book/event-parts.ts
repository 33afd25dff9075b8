import { TidegateError } from '../foundation/errors.ts';
import { type BookEvents, EventBuilder } from './book-events.ts';

/**
 * Events that come in parts (an hour or a day each), read by two readers at different speeds. A part is fetched when the first reader
 * needs it and let go when both have passed it, so memory is bounded by the parts between the two.
 */
export class EventParts {
  readonly #source: Iterator<BookEvents>;
  readonly #more: { readonly isOpen?: boolean };
  readonly #held: BookEvents[] = [];
  /** How many parts have been let go. */
  #dropped = 0;
  #originMs = Number.NaN;
  #isDry = false;

  /** @param source with `isOpen`, more may come after what there is now: it is asked again then */
  constructor(source: BookEvents | (Iterable<BookEvents> & { readonly isOpen?: boolean })) {
    const parts = Symbol.iterator in source ? source : [source];
    this.#more = parts as { readonly isOpen?: boolean };
    this.#source = parts[Symbol.iterator]();
  }

  /** Parts in memory now. */
  get held(): number {
    return this.#held.length;
  }

  /**
   * Part number `index`, from 0; null after the last, or where it has not come yet.
   * @throws TidegateError BOOK_ORIGIN_MISMATCH when a part counts time from another origin than the first
   */
  at(index: number): BookEvents | null {
    while (!this.#isDry && index >= this.#dropped + this.#held.length) {
      const next = this.#source.next();
      if (next.done) {
        if (this.#more.isOpen) return null;
        this.#isDry = true;
      } else this.#hold(next.value);
    }
    return this.#held[index - this.#dropped] ?? null;
  }

  #hold(part: BookEvents): void {
    if (Number.isNaN(this.#originMs)) this.#originMs = part.originMs;
    if (part.originMs !== this.#originMs)
      throw new TidegateError(
        'BOOK_ORIGIN_MISMATCH',
        `Part ${this.#dropped + this.#held.length} counts time from ${part.originMs} ms, the first from ${this.#originMs}`,
        { remedy: 'Give all parts of a run the same originMs when importing them.' },
      );
    this.#held.push(part);
  }

  /** Lets go of the parts before `index`. */
  release(index: number): void {
    while (this.#dropped < index && this.#held.length > 0) {
      this.#held.shift();
      this.#dropped++;
    }
  }
}

/** A part without events, for readers that have nothing to read. */
export const NO_EVENTS: BookEvents = new EventBuilder(0).events();
