import { type CandleTable, type EventTable, lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';

/**
 * A market as it was known at a moment: of candles those closed by then, of events those that have happened. After it there is nothing, or another
 * future. What is read is kept, so that many runs over the same data load it once; every table handed out is a copy with buffers of its own, so
 * that nothing beyond the moment can be reached through them.
 */
export class MarketTape {
  readonly #data: MarketData;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(data: MarketData) {
    this.#data = data;
  }

  /** Nothing after the moment. @param end ms UTC */
  until(end: number): MarketData {
    return this.#known(end, dropped);
  }

  /**
   * After the moment each value is mirrored at the last one that was known, k²/v: what rose falls by the same ratio, and as many rows are there as
   * in truth. Whoever waits for the end of the data, or takes what is not there for good news, meets another future instead. @param moment ms UTC
   */
  mirroredAfter(moment: number): MarketData {
    return this.#known(moment, mirrored);
  }

  #known(end: number, after: After): MarketData {
    const data = this.#data;
    const keep = <T>(key: string, load: () => Promise<T>): Promise<T> => {
      const made = (this.#kept.get(key) as Promise<T> | undefined) ?? load();
      this.#kept.set(key, made);
      return made;
    };
    return {
      root: data.root,
      dataKind: data.dataKind,
      list: () => keep('list', () => data.list()),
      async candles(exchange, pair, frame, options = {}) {
        const type = options.type ?? 'candles';
        const all = await keep(`${exchange} ${pair} ${frame} ${type}`, () =>
          data.candles(exchange, pair, frame, { type }),
        );
        // A mark candle is known from its opening on where a settlement needs its opening price; its close is joined as of its closing time.
        const ahead = type === 'mark' ? 0 : timeframe(frame).ms;
        return after.candles(all, options, end - ahead);
      },
      async events(exchange, pair, type, range = {}) {
        const all = await keep(`${exchange} ${pair} ${type}`, () => data.events(exchange, pair, type));
        return after.events(all, range, end);
      },
      trades: (exchange, pair, range = {}) =>
        data.trades(exchange, pair, { ...range, to: Math.min(range.to ?? end, end) }),
      book: (exchange, pair, range = {}) => data.book(exchange, pair, { ...range, to: Math.min(range.to ?? end, end) }),
      latest: async (key) => {
        const last = await keep(`latest ${JSON.stringify(key)}`, () => data.latest(key));
        return last === null ? null : Math.min(last, end);
      },
      // The inputs of these runs are not hashed: they are compared with one another.
      contentHash: async () => '',
      specAt: (exchange, pair, time) =>
        keep(`spec ${exchange} ${pair} ${time}`, () => data.specAt(exchange, pair, time)),
    };
  }
}

/** What becomes of rows after a moment; both give copies of the rows in a range. */
interface After {
  /** @param last the latest opening time that is known, ms UTC */
  candles(all: CandleTable, range: TimeRange, last: number): CandleTable;
  events(all: EventTable, range: TimeRange, last: number): EventTable;
}

const dropped: After = {
  candles: (all, range, last) => slicedCandles(all, rowsOf(all.time, all.length, range, last)),
  events: (all, range, last) => slicedEvents(all, rowsOf(all.time, all.length, range, last)),
};

const mirrored: After = {
  candles(all, range, last) {
    const known = lowerBound(all.time, last + 0.5, 0, all.length);
    const axis = all.close[Math.max(0, known - 1)] ?? Number.NaN;
    const price = (column: Float64Array) => mirror(column, known, axis);
    const { extra } = all;
    const turned: CandleTable = {
      ...all,
      open: price(all.open),
      high: price(all.low),
      low: price(all.high),
      close: price(all.close),
      volume: mirror(all.volume, known),
      ...(extra && {
        extra: Object.fromEntries(
          Object.keys(extra).map((name) => {
            const other = MIRROR_IMAGE[name];
            return [name, other && extra[other] ? price(extra[other]) : mirror(extra[name]!, known)];
          }),
        ),
      }),
    };
    // What was known stays as it was: highs and lows change places only after it.
    for (const [name, column] of Object.entries({ high: all.high, low: all.low }) as ['high' | 'low', Float64Array][])
      turned[name].set(column.subarray(0, known));
    for (const [name, column] of Object.entries(extra ?? {})) turned.extra![name]!.set(column.subarray(0, known));
    return slicedCandles(turned, rowsOf(all.time, all.length, range, Number.POSITIVE_INFINITY));
  },
  events(all, range, last) {
    const known = lowerBound(all.time, last + 0.5, 0, all.length);
    const values = Object.fromEntries(Object.entries(all.values).map(([k, v]) => [k, mirror(v, known)]));
    return slicedEvents({ ...all, values }, rowsOf(all.time, all.length, range, Number.POSITIVE_INFINITY));
  },
};

/** Where the reflection of a quoted price is found: a bid becomes an ask, a high a low. */
const MIRROR_IMAGE: Readonly<Record<string, string>> = {
  ...{ bidOpen: 'askOpen', bidHigh: 'askLow', bidLow: 'askHigh', bidClose: 'askClose' },
  ...{ askOpen: 'bidOpen', askHigh: 'bidLow', askLow: 'bidHigh', askClose: 'bidClose' },
};

/** A copy whose values from row `known` on are mirrored: axis²/v where both are positive, -v elsewhere. */
function mirror(
  column: Float64Array,
  known: number,
  axis = column[Math.max(0, known - 1)] ?? Number.NaN,
): Float64Array {
  return column.map((v, i) => (i < known ? v : axis > 0 && v > 0 ? (axis * axis) / v : -v));
}

/** First and end of the rows with from <= time < to and time <= last. */
function rowsOf(time: Float64Array, length: number, range: TimeRange, last: number): Rows {
  const from = range.from === undefined ? 0 : lowerBound(time, range.from, 0, length);
  const to = range.to === undefined ? length : lowerBound(time, range.to, 0, length);
  return [from, Math.max(from, Math.min(to, lowerBound(time, last + 0.5, 0, length)))];
}

type Rows = readonly [from: number, to: number];

function slicedCandles(all: CandleTable, [from, to]: Rows): CandleTable {
  const cut = (column: Float64Array) => column.slice(from, to);
  return {
    ...all,
    length: to - from,
    time: cut(all.time),
    open: cut(all.open),
    high: cut(all.high),
    low: cut(all.low),
    close: cut(all.close),
    volume: cut(all.volume),
    ...(all.extra && { extra: Object.fromEntries(Object.entries(all.extra).map(([k, v]) => [k, cut(v)])) }),
  };
}

function slicedEvents(all: EventTable, [from, to]: Rows): EventTable {
  return {
    length: to - from,
    time: all.time.slice(from, to),
    values: Object.fromEntries(Object.entries(all.values).map(([k, v]) => [k, v.slice(from, to)])),
  };
}
