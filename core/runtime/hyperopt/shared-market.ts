import { closeTimes, knowCloseTimes } from '../../columns/grid-data.ts';
import { sharedCopy } from '../../columns/shared-copy.ts';
import { type CandleTable, type EventTable, lowerBound, sliceCandles } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import type {
  CandleOptions,
  EventType,
  MarketData,
  SeriesInfo,
  SpecFound,
  TimeRange,
} from '../../ports/market-data.ts';
import { checkCandles } from '../load-market.ts';

/** What has been loaded, as plain data over shared memory: handing it to a thread copies nothing. */
export interface MarketSnapshot {
  readonly root: string;
  readonly dataKind: 'real' | 'synthetic';
  readonly list: readonly SeriesInfo[];
  readonly candles: ReadonlyMap<string, CandleTable>;
  /** When candles closed, by the key of `candles`: worked out by a thread once, for all of them. */
  readonly closes?: ReadonlyMap<string, Float64Array>;
  readonly events: ReadonlyMap<string, EventTable>;
  /** Specifications by exchange and pair, where one holds throughout. */
  readonly specs: ReadonlyMap<string, SpecFound>;
}

/**
 * Market data of one stretch of time in shared memory. It loads what is asked for, whole, the first time, and cuts ranges from it as views.
 * What a thread has not been handed is loaded by it from the stored data.
 */
export class SharedMarket implements MarketData {
  readonly root: string;
  readonly dataKind: 'real' | 'synthetic';
  readonly #open: () => Promise<MarketData>;
  readonly #range: TimeRange;
  #opened: Promise<MarketData> | undefined;
  #list: readonly SeriesInfo[] | undefined;
  readonly #candles = new Map<string, CandleTable>();
  readonly #events = new Map<string, EventTable>();
  readonly #specs = new Map<string, SpecFound>();

  constructor(
    about: Pick<MarketData, 'root' | 'dataKind'>,
    open: () => Promise<MarketData>,
    range: TimeRange,
    snapshot?: MarketSnapshot,
  ) {
    this.root = about.root;
    this.dataKind = about.dataKind;
    this.#open = open;
    this.#range = range;
    if (!snapshot) return;
    this.#list = snapshot.list;
    for (const [key, table] of snapshot.candles) {
      const [, pair, frame, type] = key.split(' ');
      this.#candles.set(key, type === 'candles' ? checkCandles(table, pair!, frame!) : table);
      const closes = snapshot.closes?.get(key);
      if (closes) knowCloseTimes(table.time, frame!, closes);
    }
    for (const [key, table] of snapshot.events) this.#events.set(key, table);
    for (const [key, spec] of snapshot.specs) this.#specs.set(key, spec);
  }

  async snapshot(): Promise<MarketSnapshot> {
    return {
      root: this.root,
      dataKind: this.dataKind,
      list: await this.list(),
      candles: this.#candles,
      closes: new Map(
        [...this.#candles].flatMap(([key, { time }]) => {
          const frame = timeframe(key.split(' ')[2]!);
          return frame.isFixed ? [[key, closeTimes(time, frame)]] : [];
        }),
      ),
      events: this.#events,
      specs: this.#specs,
    };
  }

  async list(): Promise<readonly SeriesInfo[]> {
    this.#list ??= await (await this.#data()).list();
    return this.#list;
  }

  async candles(exchange: string, pair: string, frame: string, options: CandleOptions = {}): Promise<CandleTable> {
    const { type = 'candles', from, to } = options;
    const key = `${exchange} ${pair} ${frame} ${type}`;
    let whole = this.#candles.get(key);
    if (!whole) {
      const loaded = await (await this.#data()).candles(exchange, pair, frame, { ...this.#range, type });
      whole = sharedTable(loaded);
      if (type === 'candles') checkCandles(whole, pair, frame);
      this.#candles.set(key, whole);
    }
    const first = from === undefined ? 0 : lowerBound(whole.time, from);
    return sliceCandles(whole, first, to === undefined ? whole.length : lowerBound(whole.time, to));
  }

  async events(exchange: string, pair: string, type: EventType, range: TimeRange = {}): Promise<EventTable> {
    const key = `${exchange} ${pair} ${type}`;
    let whole = this.#events.get(key);
    if (!whole) {
      const { time, values, length } = await (await this.#data()).events(exchange, pair, type, this.#range);
      whole = { length, time: sharedCopy(time), values: mapValues(values, sharedCopy) };
      this.#events.set(key, whole);
    }
    const first = range.from === undefined ? 0 : lowerBound(whole.time, range.from);
    const end = range.to === undefined ? whole.length : lowerBound(whole.time, range.to);
    const cut = (column: Float64Array) => column.subarray(first, end);
    return { length: end - first, time: cut(whole.time), values: mapValues(whole.values, cut) };
  }

  async specAt(exchange: string, pair: string, time: number): Promise<SpecFound> {
    const key = `${exchange} ${pair}`;
    const known = this.#specs.get(key);
    if (known) return known;
    const data = await this.#data();
    const { from = time, to = time } = this.#range;
    const [found, first, last] = await Promise.all([time, from, to].map((at) => data.specAt(exchange, pair, at)));
    if (first!.spec.validFrom === last!.spec.validFrom && first!.assumed === last!.assumed)
      this.#specs.set(key, found!);
    return found!;
  }

  trades = async (...args: Parameters<MarketData['trades']>) => (await this.#data()).trades(...args);
  book = async (...args: Parameters<MarketData['book']>) => (await this.#data()).book(...args);
  latest = async (...args: Parameters<MarketData['latest']>) => (await this.#data()).latest(...args);
  contentHash = async (...args: Parameters<MarketData['contentHash']>) => (await this.#data()).contentHash(...args);

  #data(): Promise<MarketData> {
    this.#opened ??= this.#open();
    return this.#opened;
  }
}

function sharedTable(table: CandleTable): CandleTable {
  const { time, open, high, low, close, volume, extra } = table;
  return {
    ...table,
    time: sharedCopy(time),
    open: sharedCopy(open),
    high: sharedCopy(high),
    low: sharedCopy(low),
    close: sharedCopy(close),
    volume: sharedCopy(volume),
    ...(extra && { extra: mapValues(extra, sharedCopy) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
