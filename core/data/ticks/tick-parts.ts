import { type BookEvents, type LotGrid, sliceEvents } from '../../book/book-events.ts';
import { withOpeningBook } from '../../book/opening-book.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { readTickDay, type TickDay } from './tick-store.ts';

/** Longest pause between two days over which the book is taken to stand, ns. */
const PAUSE_NS = 10e9;

/**
 * Stored days as parts for a reader that cannot wait: `ready` is awaited between steps, and loads the next day while the one at hand is
 * being replayed, so at most two days wait beside those in use.
 */
export class TickParts implements Iterable<BookEvents> {
  readonly originMs: number;
  readonly #days: readonly TickDay[];
  readonly #queue: BookEvents[] = [];
  readonly #dayBefore: TickDay | undefined;
  #next = 0;
  #ahead: Promise<{ readonly events: BookEvents; readonly grid: LotGrid }> | null = null;
  #grid: LotGrid | null = null;

  /** The day before the first one, whose end is the book that it opens with. */
  #before: BookEvents | undefined;
  #isBegun = false;
  readonly #range: { readonly from?: number; readonly to?: number };

  /**
   * @param days in order, at least one; the first begins with the book as it stood then
   * @param range ms UTC, exchange time: rows outside are left out of the first and last day
   * @param originMs ms UTC that times are counted from; a second before the first day unless given
   * @param dayBefore the stored day right before the first one, where there is one
   */
  constructor(
    days: readonly TickDay[],
    range: { readonly from?: number; readonly to?: number } = {},
    originMs?: number,
    dayBefore?: TickDay,
  ) {
    this.#dayBefore = dayBefore;
    this.#days = days;
    this.#range = range;
    // A second before the first day: rows received early must not have negative times.
    this.originMs = originMs ?? (days[0]?.from ?? 0) - 1000;
  }

  /** Tick and lot size of the stored integers; known after the first `ready`. */
  get grid(): LotGrid {
    if (!this.#grid) throw new Error('no day of ticks has been loaded yet');
    return this.#grid;
  }

  /** A step may be taken: a part waits, or there is none left. */
  get isReady(): boolean {
    return this.#queue.length > 0 || this.#next >= this.#days.length;
  }

  /** Makes `isReady` true and starts to load the day after. */
  async ready(): Promise<void> {
    if (this.#dayBefore && this.#next === 0 && this.#grid === null)
      this.#before = (await readTickDay(this.#dayBefore, this.originMs)).events;
    while (!this.isReady) {
      this.#ahead ??= this.#load(this.#next);
      const { events, grid } = await this.#ahead;
      this.#checkGrid(grid, this.#days[this.#next]!);
      this.#next++;
      this.#ahead = this.#next < this.#days.length ? this.#load(this.#next) : null;
      const wanted = this.#inRange(events);
      if (wanted.length > 0) this.#queue.push(wanted);
      this.#before = undefined;
    }
  }

  [Symbol.iterator](): Iterator<BookEvents> {
    return {
      next: () => {
        const value = this.#queue.shift();
        if (value) return { done: false, value };
        if (this.#next < this.#days.length) throw new Error('a part of the ticks was asked for before it was loaded');
        return { done: true, value: undefined };
      },
    };
  }

  #load(index: number): ReturnType<typeof readTickDay> {
    const loading = readTickDay(this.#days[index]!, this.originMs);
    // Awaited later: until then a failure is not an unhandled one.
    loading.catch(() => {});
    return loading;
  }

  /** Rows are nearly in order of exchange time: the cut is at the first row of the range, and at the first beyond it. */
  #inRange(events: BookEvents): BookEvents {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.#range;
    const { length, exchangeTime, originMs } = events;
    const ms = (i: number) => originMs + exchangeTime[i]! / 1e6;
    let first = 0;
    while (first < length && ms(first) < from) first++;
    let end = length;
    while (end > first && ms(end - 1) >= to) end--;
    if (this.#isBegun) return end === length ? events : sliceEvents(events, 0, end);
    this.#isBegun = first < end;
    return withOpeningBook(events, first, end, this.#isJoined(events) ? this.#before : undefined);
  }

  /** The day before goes on into this one: after a pause its book says nothing any more. */
  #isJoined({ exchangeTime, length }: BookEvents): boolean {
    const before = this.#before;
    if (!before || before.length === 0 || length === 0) return false;
    return exchangeTime[0]! - before.exchangeTime[before.length - 1]! <= PAUSE_NS;
  }

  #checkGrid(grid: LotGrid, day: TickDay): void {
    this.#grid ??= grid;
    const first = this.#grid;
    if (grid.tickSize !== first.tickSize || grid.lotSize !== first.lotSize)
      throw new TidegateError(
        'TICKS_GRID',
        `tick and lot are ${grid.tickSize} and ${grid.lotSize} on ${day.day}, but ${first.tickSize} and ${first.lotSize} before`,
        { where: day.path, remedy: 'Run the days before and after the change of the specification apart.' },
      );
  }
}
