import { TidegateError } from '../foundation/errors.ts';

/** What an event row says. Values are stored in the `kind` column. */
export const EVENT = {
  /** The level of `side` at `price` now holds `lots` (0 removes it). */
  depth: 0,
  /** A trade of `lots` at `price`; `side` is the aggressor's. */
  trade: 1,
  /** Forget the levels of `side` (0: both) at `price` or better (0: all). A snapshot is a clear followed by depth rows. */
  clear: 2,
  /** `price` is the mark or index price; a funding row pays the rate in `lots` (a fraction) at the mark price `price`. */
  mark: 3,
  index: 4,
  funding: 5,
  /** `lots` are open now. */
  openInterest: 6,
  /** A forced order of `lots` at `price`: `side` is what it did (1 bought back a short). */
  liquidation: 7,
} as const;

/** Bits of the `see` column: who gets the row. */
export const SEE = { exchange: 1, local: 2, both: 3 } as const;

/**
 * Market events of one instrument as columns. Rows are in an order that is right for both readers: rows with the exchange bit ascend in
 * `exchangeTime`, rows with the local bit in `localTime`. Times are nanoseconds since `originMs` (exact for 104 days).
 */
export interface BookEvents {
  readonly length: number;
  /** ms UTC of time 0. */
  readonly originMs: number;
  readonly see: Uint8Array;
  readonly kind: Uint8Array;
  /** 1 bid or buyer, -1 ask or seller. */
  readonly side: Int8Array;
  /** When it happened at the exchange, and when it reached us. */
  readonly exchangeTime: Float64Array;
  readonly localTime: Float64Array;
  /** Integer ticks. */
  readonly price: Int32Array;
  /** Integer lots, held in doubles. */
  readonly lots: Float64Array;
}

/** Price tick and amount step that turn integers back into prices and amounts. */
export interface LotGrid {
  readonly tickSize: number;
  readonly lotSize: number;
}

/** Appends event rows to columns that grow by doubling; `events()` gives views of what is there, without copying. */
export class EventBuilder {
  readonly originMs: number;
  #length = 0;
  #see: Uint8Array;
  #kind: Uint8Array;
  #side: Int8Array;
  #exchangeTime: Float64Array;
  #localTime: Float64Array;
  #price: Int32Array;
  #lots: Float64Array;

  /** @param capacity rows that there is room for at first */
  constructor(originMs: number, capacity = 1024) {
    this.originMs = originMs;
    this.#see = new Uint8Array(capacity);
    this.#kind = new Uint8Array(capacity);
    this.#side = new Int8Array(capacity);
    this.#exchangeTime = new Float64Array(capacity);
    this.#localTime = new Float64Array(capacity);
    this.#price = new Int32Array(capacity);
    this.#lots = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Times in ns since the origin, price in ticks. */
  push(
    see: number,
    kind: number,
    side: number,
    exchangeTime: number,
    localTime: number,
    price: number,
    lots: number,
  ): void {
    const i = this.#length++;
    if (i === this.#kind.length) this.#grow();
    this.#see[i] = see;
    this.#kind[i] = kind;
    this.#side[i] = side;
    this.#exchangeTime[i] = exchangeTime;
    this.#localTime[i] = localTime;
    this.#price[i] = price;
    this.#lots[i] = lots;
  }

  #grow(): void {
    const wider = <T extends Uint8Array | Int8Array | Int32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const size = this.#kind.length * 2;
    this.#see = wider(this.#see, new Uint8Array(size));
    this.#kind = wider(this.#kind, new Uint8Array(size));
    this.#side = wider(this.#side, new Int8Array(size));
    this.#exchangeTime = wider(this.#exchangeTime, new Float64Array(size));
    this.#localTime = wider(this.#localTime, new Float64Array(size));
    this.#price = wider(this.#price, new Int32Array(size));
    this.#lots = wider(this.#lots, new Float64Array(size));
  }

  events(): BookEvents {
    const n = this.#length;
    return {
      length: n,
      originMs: this.originMs,
      see: this.#see.subarray(0, n),
      kind: this.#kind.subarray(0, n),
      side: this.#side.subarray(0, n),
      exchangeTime: this.#exchangeTime.subarray(0, n),
      localTime: this.#localTime.subarray(0, n),
      price: this.#price.subarray(0, n),
      lots: this.#lots.subarray(0, n),
    };
  }
}

/** Rows [from, to) as views, without copying. */
export function sliceEvents(events: BookEvents, from: number, to: number): BookEvents {
  return {
    length: Math.max(0, to - from),
    originMs: events.originMs,
    see: events.see.subarray(from, to),
    kind: events.kind.subarray(from, to),
    side: events.side.subarray(from, to),
    exchangeTime: events.exchangeTime.subarray(from, to),
    localTime: events.localTime.subarray(from, to),
    price: events.price.subarray(from, to),
    lots: events.lots.subarray(from, to),
  };
}

/**
 * Checks that events can be traded on: times that do not go back, a receive time not before the exchange's, prices above zero, sizes
 * not negative, known kinds.
 * @throws TidegateError BOOK_EVENT naming the first bad row
 */
export function validateEvents(events: BookEvents, where = 'book events'): void {
  let lastExchange = Number.NEGATIVE_INFINITY;
  let lastLocal = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < events.length; i++) {
    const see = events.see[i]!;
    const exchange = events.exchangeTime[i]!;
    const local = events.localTime[i]!;
    const problem = rowProblem(events, i, lastExchange, lastLocal);
    if (problem !== null)
      throw new TidegateError('BOOK_EVENT', `row ${i} ${problem}`, {
        where,
        remedy: 'Repair or cut the file at that row; sorting by receive time mends feeds that only mix up their order.',
        details: { row: i, exchange, local, price: events.price[i], lots: events.lots[i] },
      });
    if (see & SEE.exchange) lastExchange = exchange;
    if (see & SEE.local) lastLocal = local;
  }
}

function rowProblem(events: BookEvents, i: number, lastExchange: number, lastLocal: number): string | null {
  const see = events.see[i]!;
  const kind = events.kind[i]!;
  const exchange = events.exchangeTime[i]!;
  const local = events.localTime[i]!;
  if (kind > EVENT.liquidation) return `has the unknown kind ${kind}`;
  if (see < 1 || see > 3) return `is for nobody (see = ${see})`;
  if (!Number.isFinite(exchange) || !Number.isFinite(local)) return 'has no time';
  if (see & SEE.exchange && exchange < lastExchange)
    return `goes back in exchange time by ${lastExchange - exchange} ns`;
  if (see & SEE.local && local < lastLocal) return `goes back in receive time by ${lastLocal - local} ns`;
  if (local < exchange) return `was received ${exchange - local} ns before it happened`;
  if (kind === EVENT.depth || kind === EVENT.trade) {
    const lots = events.lots[i]!;
    if (events.price[i]! <= 0) return `has the price ${events.price[i]} ticks`;
    if (!(lots >= 0) || (kind === EVENT.trade && lots === 0)) return `has the size ${lots} lots`;
    if (events.side[i]! !== 1 && events.side[i]! !== -1) return `has the side ${events.side[i]}`;
  }
  return null;
}

/** `units` steps of `step` as the decimal number nearest to it: 499997 ticks of 0.1 are 49999.7, not 49999.700000000004. */
export function fromUnits(units: number, step: number): number {
  const perOne = Math.round(1 / step);
  return Math.abs(perOne * step - 1) < 1e-9 ? units / perOne : units * step;
}

/** How many steps of `step` a decimal number is, rounded to the nearest. */
export function toUnits(value: number, step: number): number {
  return Math.round(value / step);
}
