import type { BookEvents, LotGrid } from '../../book/book-events.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { readTickDay, type TickDay } from './tick-store.ts';

/**
 * Stored days as parts for a reader that cannot wait: `ready` is awaited between steps, and loads the next day while the one at hand is
 * being replayed, so at most two days wait beside those in use.
 */
export class TickParts implements Iterable<BookEvents> {
  readonly originMs: number;
  readonly #days: readonly TickDay[];
  readonly #queue: BookEvents[] = [];
  #next = 0;
  #ahead: Promise<{ readonly events: BookEvents; readonly grid: LotGrid }> | null = null;
  #grid: LotGrid | null = null;

  /** @param days in order, at least one */
  constructor(days: readonly TickDay[]) {
    this.#days = days;
    // A second before the first day: rows received early must not have negative times.
    this.originMs = (days[0]?.from ?? 0) - 1000;
  }

  /** Tick and lot size of the stored integers; known after the first `ready`. */
  get grid(): LotGrid {
    if (!this.#grid) throw new TidegateError('TICKS_NOT_LOADED', 'no day of ticks has been loaded yet');
    return this.#grid;
  }

  /** A step may be taken: a part waits, or there is none left. */
  get isReady(): boolean {
    return this.#queue.length > 0 || this.#next >= this.#days.length;
  }

  /** Makes `isReady` true and starts to load the day after. */
  async ready(): Promise<void> {
    while (!this.isReady) {
      this.#ahead ??= this.#load(this.#next);
      const { events, grid } = await this.#ahead;
      this.#checkGrid(grid, this.#days[this.#next]!);
      this.#next++;
      this.#ahead = this.#next < this.#days.length ? this.#load(this.#next) : null;
      if (events.length > 0) this.#queue.push(events);
    }
  }

  [Symbol.iterator](): Iterator<BookEvents> {
    return {
      next: () => {
        const value = this.#queue.shift();
        if (value) return { done: false, value };
        if (this.#next < this.#days.length)
          throw new TidegateError('TICKS_NOT_LOADED', 'a part of the ticks was asked for before it was loaded');
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
