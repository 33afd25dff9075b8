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
  readonly #readers: PartReader[] = [];
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
        `part ${this.#dropped + this.#held.length} counts time from ${part.originMs} ms, the first from ${this.#originMs}`,
        { remedy: 'Give all parts of a run the same originMs when importing them.' },
      );
    this.#held.push(part);
  }

  /** A reader that begins at the first part; parts that all readers have passed are let go. */
  reader(): PartReader {
    const reader = new PartReader(this, this.#readers);
    this.#readers.push(reader);
    return reader;
  }

  /** Lets go of the parts before `index`. */
  release(index: number): void {
    while (this.#dropped < index && this.#held.length > 0) {
      this.#held.shift();
      this.#dropped++;
    }
  }
}

/** Parts that may still have to be read: `ready` is awaited before the next one is asked for, unless `isReady`. */
export type PartSource = Iterable<BookEvents> & { readonly isReady?: boolean; readonly ready?: () => Promise<void> };

/** A part without events, for readers that have nothing to read. */
export const NO_EVENTS: BookEvents = new EventBuilder(0).events();

/** A place in parts that follow each other. */
export class PartReader {
  /** The part at hand, and the row in it. */
  events: BookEvents;
  cursor = 0;
  /** Number of the part at hand. */
  part = 0;
  readonly #parts: EventParts;
  readonly #readers: readonly PartReader[];

  constructor(parts: EventParts, readers: readonly PartReader[]) {
    this.#parts = parts;
    this.#readers = readers;
    this.events = parts.at(0) ?? NO_EVENTS;
  }

  /** All rows that there are by now have been read. */
  get isDone(): boolean {
    return this.cursor >= this.events.length && !this.#parts.at(this.part + 1);
  }

  /** Goes on to the next part; false where there is none (yet). */
  next(): boolean {
    const next = this.#parts.at(this.part + 1);
    if (!next) return false;
    this.events = next;
    this.part++;
    this.cursor = 0;
    let passed = this.part;
    for (const { part } of this.#readers) passed = Math.min(passed, part);
    this.#parts.release(passed);
    return true;
  }
}
