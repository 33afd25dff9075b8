import { type BookEvents, EVENT, EventBuilder, type LotGrid, SEE, toUnits } from '../../book/book-events.ts';
import { NO_EVENTS } from '../../book/event-parts.ts';
import type { BookStreamEvent, LiquidationEvent, StreamState, TradeStreamEvent } from '../../ports/exchange.ts';

type Side = 1 | -1;

/**
 * A live feed as the parts of a run on ticks: each event becomes rows that all count as having happened when they were received, so that the
 * simulated exchange never learns of anything late. Books come as their best levels and become changes against the last ones; a stream that is not
 * live clears the book, so that nothing is traded on it. Times that go back are put off to the last one.
 */
export class LiveParts implements Iterable<BookEvents> {
  isOpen = true;
  readonly #originMs: number;
  readonly #grid: LotGrid;
  readonly #queue: BookEvents[] = [];
  readonly #levels: readonly [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  #time = 0;
  /** Engine time that has been reached, ns: rows that are received late count as of then. */
  reached: () => number = () => 0;
  /** Told of each part before it is taken. */
  onPart: ((part: BookEvents) => void) | null = null;
  /** Events taken. */
  count = 0;

  constructor(grid: LotGrid, originMs: number) {
    this.#grid = grid;
    this.#originMs = originMs;
    // The first part has to be there before anything has come.
    this.#queue.push({ ...NO_EVENTS, originMs });
  }

  /** Time of the last row, ns since the origin. */
  get time(): number {
    return this.#time;
  }

  book({ receivedAt, bids, asks }: BookStreamEvent): void {
    const builder = this.#begin(receivedAt, bids.length + asks.length);
    this.#side(builder, 1, bids);
    this.#side(builder, -1, asks);
    this.#end(builder);
  }

  trade({ receivedAt, side, price, amount }: TradeStreamEvent): void {
    const { tickSize, lotSize } = this.#grid;
    const builder = this.#begin(receivedAt, 1);
    const lots = toUnits(amount, lotSize);
    if (lots > 0) this.#put(builder, EVENT.trade, side === 'buy' ? 1 : -1, toUnits(price, tickSize), lots);
    this.#end(builder);
  }

  liquidation({ receivedAt, side, price, amount }: LiquidationEvent): void {
    const { tickSize, lotSize } = this.#grid;
    const builder = this.#begin(receivedAt, 1);
    this.#put(builder, EVENT.liquidation, side === 'buy' ? 1 : -1, toUnits(price, tickSize), toUnits(amount, lotSize));
    this.#end(builder);
  }

  /** A mark price, and the funding rate that was settled with it where one was. */
  mark(receivedAt: number, mark: number, settledRate: number | null): void {
    const ticks = toUnits(mark, this.#grid.tickSize);
    const builder = this.#begin(receivedAt, 2);
    this.#put(builder, EVENT.mark, 0, ticks, 0);
    if (settledRate !== null) this.#put(builder, EVENT.funding, 0, ticks, settledRate);
    this.#end(builder);
  }

  /** A stream that went stale leaves no book to trade on. */
  state({ state, at }: Pick<StreamState, 'state' | 'at'>): void {
    if (state !== 'stale') return;
    const builder = this.#begin(at, 1);
    this.#put(builder, EVENT.clear, 0, 0, 0);
    for (const side of this.#levels) side.clear();
    this.#end(builder);
  }

  [Symbol.iterator](): Iterator<BookEvents> {
    return {
      next: () => {
        const value = this.#queue.shift();
        return value ? { done: false, value } : { done: true, value: undefined };
      },
    };
  }

  /** Takes rows as they are. */
  add(part: BookEvents): void {
    this.#queue.push(part);
  }

  #begin(receivedAt: number, rows: number): EventBuilder {
    this.count++;
    this.#time = Math.max(this.#time, this.reached(), Math.round((receivedAt - this.#originMs) * 1e6));
    return new EventBuilder(this.#originMs, Math.max(2, 2 * rows));
  }

  #put(builder: EventBuilder, kind: number, side: number, ticks: number, lots: number): void {
    builder.push(SEE.both, kind, side, this.#time, this.#time, ticks, lots);
  }

  #end(builder: EventBuilder): void {
    if (builder.length === 0) return;
    const part = builder.events();
    this.onPart?.(part);
    this.add(part);
  }

  /** Levels that went, or fell out of the view, then those that are new or other. */
  #side(builder: EventBuilder, side: Side, shown: BookStreamEvent['bids']): void {
    const { tickSize, lotSize } = this.#grid;
    const known = this.#levels[side > 0 ? 0 : 1];
    const now = new Map<number, number>();
    for (const [price, amount] of shown) now.set(toUnits(price, tickSize), toUnits(amount, lotSize));
    for (const tick of known.keys()) if (!now.has(tick)) this.#put(builder, EVENT.depth, side, tick, 0);
    for (const [tick, lots] of now) if (known.get(tick) !== lots) this.#put(builder, EVENT.depth, side, tick, lots);
    known.clear();
    for (const [tick, lots] of now) if (lots > 0) known.set(tick, lots);
  }
}
