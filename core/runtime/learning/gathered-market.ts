import { type CandleTable, type EventTable, lowerBound } from '../../domain/candles.ts';
import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { MarketData, SeriesInfo, SeriesKey } from '../../ports/market-data.ts';

/** Rows of one series as they are gathered, oldest first: `time` and what else it has (open … volume; rate; amount, value). */
export interface GatheredRows extends Pick<SeriesKey, 'pair' | 'type' | 'timeframe'> {
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/**
 * The market as a live session has heard it, as stored data: candles, mark prices, funding, open interest. Rows come in order of time; what is there
 * already is passed over. Old rows leave once there are twice as many as are kept.
 */
export class GatheredMarket implements MarketData {
  readonly root = 'live';
  readonly dataKind = 'real';
  readonly #exchange: string;
  readonly #keepMs: number;
  readonly #series = new Map<string, Gathered>();

  /** @param keepMs market time that is kept at least, ms; Infinity: all */
  constructor(exchange: string, keepMs: number) {
    this.#exchange = exchange;
    this.#keepMs = keepMs;
  }

  add({ columns, ...key }: GatheredRows): void {
    const name = `${key.pair}|${key.type}|${key.timeframe}`;
    const found = this.#series.get(name);
    if (found) found.add(columns, this.#keepMs);
    else this.#series.set(name, new Gathered(key, columns));
  }

  async list(): Promise<readonly SeriesInfo[]> {
    return [...this.#series.values()].map(({ key, columns, length }) => {
      const time = columns.time!;
      const [first, last] = [time[0] ?? Number.NaN, time[length - 1] ?? Number.NaN];
      return { ...key, exchange: this.#exchange, rows: length, first, last, bytes: 0, source: '' };
    });
  }

  async candles(...[, pair, frame, { type = 'candles', from, to } = {}]: Parameters<MarketData['candles']>) {
    const { time, ...rest } = this.#of(pair, type, frame).slice(from, to);
    return { time, ...rest, length: time!.length } as unknown as CandleTable;
  }

  async events(...[, pair, type, { from, to } = {}]: Parameters<MarketData['events']>): Promise<EventTable> {
    const { time, ...values } = this.#of(pair, type, null).slice(from, to);
    return { time: time!, values, length: time!.length };
  }

  async latest({ pair, type, timeframe: frame }: SeriesKey): Promise<number | null> {
    const found = this.#series.get(`${pair}|${type}|${frame}`);
    return found ? (found.columns.time![found.length - 1] ?? null) : null;
  }

  trades = unheard;
  book = unheard;
  contentHash = unheard;
  specAt = unheard;

  #of(pair: string, type: string, frame: string | null): Gathered {
    const found = this.#series.get(`${pair}|${type}|${frame}`);
    if (found) return found;
    throw new TidegateError('DATA_MISSING', `no ${type} of ${pair}${frame ? ` at ${frame}` : ''} has been heard yet`, {
      remedy: 'It comes with the first candles of the session.',
    });
  }
}

async function unheard(): Promise<never> {
  throw new TidegateError(
    'DATA_MISSING',
    'a live session gathers candles, mark prices, funding and open interest only',
    { remedy: 'Leave out the module that asks for more.' },
  );
}

/** Columns that grow together. Views of them stay what they are: growth makes new arrays. */
class Gathered {
  readonly key: Omit<GatheredRows, 'columns'>;
  columns: Record<string, Float64Array>;
  length: number;

  constructor(key: Omit<GatheredRows, 'columns'>, columns: GatheredRows['columns']) {
    this.key = key;
    this.columns = { ...columns };
    this.length = columns.time!.length;
  }

  add(rows: GatheredRows['columns'], keepMs: number): void {
    const last = this.columns.time![this.length - 1] ?? Number.NEGATIVE_INFINITY;
    const first = lowerBound(rows.time!, last + 1);
    const count = rows.time!.length - first;
    if (count <= 0) return;
    if (this.length + count > this.columns.time!.length) this.#grow(count, rows.time!.at(-1)! - keepMs);
    for (const [name, column] of Object.entries(this.columns)) column.set(rows[name]!.subarray(first), this.length);
    this.length += count;
  }

  slice(from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): Record<string, Float64Array> {
    const time = this.columns.time!.subarray(0, this.length);
    const [first, end] = [lowerBound(time, from), lowerBound(time, to)];
    return Object.fromEntries(
      Object.entries(this.columns).map(([name, column]) => [name, column.subarray(first, end)]),
    );
  }

  #grow(count: number, oldest: number): void {
    const first = lowerBound(this.columns.time!.subarray(0, this.length), oldest);
    const length = this.length - first;
    const room = 2 * (length + count);
    for (const [name, column] of Object.entries(this.columns)) {
      const wider = new Float64Array(room);
      wider.set(column.subarray(first, this.length));
      this.columns[name] = wider;
    }
    this.length = length;
  }
}

/** Rows of candles as they are gathered. @param rows opening time ms UTC, open, high, low, close, volume */
export function gatheredCandles(pair: string, frame: string, rows: readonly (readonly number[])[]): GatheredRows {
  const column = (k: number) => Float64Array.from(rows, (row) => row[k]!);
  const [time, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map(column);
  const columns = { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
  return { pair, type: 'candles', timeframe: timeframe(frame).name, columns };
}
