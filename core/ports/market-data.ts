import type { BookTable, CandleTable, EventTable, TradeTable } from '../domain/candles.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';

/** The kinds of market data that are stored. `candles` and `mark` have a timeframe; the others are events. */
export type DataType = 'candles' | 'mark' | 'funding' | 'oi' | 'liquidations' | 'depth' | 'trades' | 'book';
export type CandleType = 'candles' | 'mark';
/**
 * funding has `rate`; oi has `amount` and `value`; liquidations have `side` (1 = a short was bought back), `price`, `amount`; depth has what stands within
 * some percent of mid: `depth-1` (bids within 1 %, base units) to `depth5`, and `notional…` (quote units).
 */
export type EventType = 'funding' | 'oi' | 'liquidations' | 'depth';

/** Which series: one exchange, pair, type and (for candles and mark) timeframe; null for events. */
export interface SeriesKey {
  readonly exchange: string;
  readonly pair: string;
  readonly type: DataType;
  readonly timeframe: string | null;
}

/** One stored series: what `data list` shows. Times ms UTC: of the first and the last row (opening times for candles). */
export interface SeriesInfo extends SeriesKey {
  readonly rows: number;
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** File or folder it is read from, relative to the root. */
  readonly source: string;
  /** Files of the series that cannot be read; absent when all can. */
  readonly damaged?: readonly string[];
}

/** Rows with from <= time < to, ms UTC; an absent end is open. */
export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

export interface CandleOptions extends TimeRange {
  /** Traded candles unless `mark` is asked for. */
  readonly type?: CandleType;
}

/** A market specification with its provenance. */
export interface SpecFound {
  readonly spec: InstrumentSpec;
  /** True when nothing is stored for the pair and built-in defaults of the venue kind are used; reports say so. */
  readonly assumed: boolean;
}

/**
 * Stored market data behind one interface: a Parquet catalogue, a folder of CSV files, or a synthetic market in memory.
 * Tables are owned by the caller of a load only for reading: implementations may hand the same columns out twice.
 * A series that is not there throws TidegateError DATA_MISSING (near pair names suggested); a range without rows gives an empty table.
 */
export interface MarketData {
  /** Where the data is: a folder, or a label such as `synthetic:7`. */
  readonly root: string;
  /** Reports must label results on synthetic data: see `dataKindOf`. Synthetic where every series is. */
  readonly dataKind: 'real' | 'synthetic';
  /** All series, sorted by exchange, pair, type, timeframe length. */
  list(): Promise<readonly SeriesInfo[]>;
  /** Candles sorted by opening time without duplicates. Gaps stay gaps. */
  candles(exchange: string, pair: string, timeframe: string, options?: CandleOptions): Promise<CandleTable>;
  events(exchange: string, pair: string, type: EventType, range?: TimeRange): Promise<EventTable>;
  trades(exchange: string, pair: string, range?: TimeRange): Promise<TradeTable>;
  book(exchange: string, pair: string, range?: TimeRange): Promise<BookTable>;
  /** Time (ms UTC) of the last row, or null when nothing is stored. Never throws DATA_MISSING. */
  latest(key: SeriesKey): Promise<number | null>;
  /** SHA-256 (hex) of the rows in the range: column names and canonical bytes (one NaN, no -0), whatever the storage. */
  contentHash(key: SeriesKey, range?: TimeRange): Promise<string>;
  /** The specification that holds at `time` (ms UTC); never throws for an unknown pair: see `assumed`. */
  specAt(exchange: string, pair: string, time: number): Promise<SpecFound>;
}

/** The exchange name of every made market. */
export const SYNTHETIC = 'synthetic';

/** The kind of one exchange's data: a folder of real markets may hold a made one beside them. */
export function dataKindOf(data: Pick<MarketData, 'dataKind'>, exchange: string): MarketData['dataKind'] {
  return exchange === SYNTHETIC ? 'synthetic' : data.dataKind;
}
