import { type CandleTable, type EventTable, lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type { MarketData, TimeRange } from '../../ports/market-data.ts';

/**
 * A market that ends at a moment: of candles only those closed by then, of events those that have happened. What is read is kept, so that many
 * runs over the same data load it once; every table handed out is a copy with buffers of its own, so that nothing beyond the end can be
 * reached through them.
 */
export class MarketTape {
  readonly #data: MarketData;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(data: MarketData) {
    this.#data = data;
  }

  /** @param end ms UTC */
  until(end: number): MarketData {
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
        return copyCandles(all, options, end - ahead);
      },
      async events(exchange, pair, type, range = {}) {
        const all = await keep(`${exchange} ${pair} ${type}`, () => data.events(exchange, pair, type));
        return copyEvents(all, range, end);
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

/** Rows with from <= time < to and time <= last. */
function rowsOf(time: Float64Array, length: number, range: TimeRange, last: number): [number, number] {
  const from = range.from === undefined ? 0 : lowerBound(time, range.from, 0, length);
  const to = range.to === undefined ? length : lowerBound(time, range.to, 0, length);
  return [from, Math.max(from, Math.min(to, lowerBound(time, last + 0.5, 0, length)))];
}

function copyCandles(all: CandleTable, range: TimeRange, last: number): CandleTable {
  const [from, to] = rowsOf(all.time, all.length, range, last);
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

function copyEvents(all: EventTable, range: TimeRange, last: number): EventTable {
  const [from, to] = rowsOf(all.time, all.length, range, last);
  return {
    length: to - from,
    time: all.time.slice(from, to),
    values: Object.fromEntries(Object.entries(all.values).map(([k, v]) => [k, v.slice(from, to)])),
  };
}
