/** What a candle's volume counts. Forex quotes have tick or no volume: features that need traded volume refuse those. */
export type VolumeKind = 'traded' | 'tick' | 'broker' | 'none';

/**
 * Candles of one pair and timeframe as columns of equal length, sorted by opening time without duplicates.
 * Times are ms UTC (Float64); prices in quote per base; volume in base units unless `volumeKind` says otherwise.
 */
export interface CandleTable {
  readonly length: number;
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** More columns, such as bidOpen … askClose of forex quotes. */
  readonly extra?: Readonly<Record<string, Float64Array>>;
  readonly volumeKind?: VolumeKind;
}

/** One candle as an object: made on read, for edges and tests. Times in ms UTC. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Values that hold from a moment on: funding rates, open interest, index prices. `time` in ms UTC, sorted. */
export interface EventTable {
  readonly length: number;
  readonly time: Float64Array;
  /** Named value columns, each `length` long; funding has `rate`, open interest has `amount` and `value`. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** Public trades. Times in ms UTC (fractions carry finer clocks). side: 1 = the taker bought, -1 = the taker sold, 0 = not known. */
export interface TradeTable {
  readonly length: number;
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly amount: Float64Array;
  readonly side: Float64Array;
}

/** Book changes, in arrival order: the level of `side` (1 bid, -1 ask) at `price` now holds `amount` (0 removes it). */
export interface BookTable {
  readonly length: number;
  readonly time: Float64Array;
  /** 0 = change, 1 = first row of a snapshot (forget all levels before it), 2 = further row of that snapshot. */
  readonly kind: Float64Array;
  readonly side: Float64Array;
  readonly price: Float64Array;
  readonly amount: Float64Array;
}

/** An empty table of `length` rows, all columns allocated once. */
export function candleTable(length: number): CandleTable {
  const column = () => new Float64Array(length);
  return { length, time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** Rows [from, to) as views, without copying. */
export function sliceCandles(table: CandleTable, from: number, to: number): CandleTable {
  const cut = (column: Float64Array) => column.subarray(from, to);
  return {
    ...table,
    length: Math.max(0, to - from),
    time: cut(table.time),
    open: cut(table.open),
    high: cut(table.high),
    low: cut(table.low),
    close: cut(table.close),
    volume: cut(table.volume),
    ...(table.extra && { extra: Object.fromEntries(Object.entries(table.extra).map(([k, v]) => [k, cut(v)])) }),
  };
}

/** Columns from candle objects. */
export function candlesFrom(rows: readonly Candle[]): CandleTable {
  const table = candleTable(rows.length);
  rows.forEach((row, i) => {
    table.time[i] = row.time;
    table.open[i] = row.open;
    table.high[i] = row.high;
    table.low[i] = row.low;
    table.close[i] = row.close;
    table.volume[i] = row.volume;
  });
  return table;
}

/** Rows from which on a guess is worth its price. */
const LONG = 64;

/** Index of the first element >= `value` in a sorted column (its length when there is none). */
export function lowerBound(column: Float64Array, value: number, from = 0, to = column.length): number {
  if (to - from > LONG) {
    // Times mostly lie evenly: a look at where the value would be then saves the search, each step of which waits for memory.
    const first = column[from]!;
    let guess = from + Math.round(((value - first) / (column[to - 1]! - first)) * (to - 1 - from));
    if (column[guess]! < value) guess++;
    if (guess > from && guess < to && column[guess]! >= value && column[guess - 1]! < value) return guess;
  }
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (column[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * `lowerBound` from a row on that is not far before it: doubles its steps until it is past, so that a walk over a long column touches only what is
 * near.
 */
export function nextAtLeast(column: Float64Array, value: number, from: number): number {
  let at = from;
  let step = 1;
  while (at + step < column.length && column[at + step]! < value) {
    at += step;
    step *= 2;
  }
  return lowerBound(column, value, at, Math.min(column.length, at + step));
}
