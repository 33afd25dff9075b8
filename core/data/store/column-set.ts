import type { BookTable, CandleTable, EventTable, TradeTable, VolumeKind } from '../../domain/candles.ts';
import { lowerBound } from '../../domain/candles.ts';
import type { DataType, TimeRange } from '../../ports/market-data.ts';

/** Any stored table as named columns of one length; `time` (ms UTC, never falling) is always there. */
export interface ColumnSet {
  readonly length: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly volumeKind?: VolumeKind;
}

/** The columns each type must have, in storage order. Candles may have more (bidOpen … askClose). */
export const REQUIRED_COLUMNS: Readonly<Record<DataType, readonly string[]>> = {
  candles: ['time', 'open', 'high', 'low', 'close', 'volume'],
  mark: ['time', 'open', 'high', 'low', 'close', 'volume'],
  funding: ['time', 'rate'],
  oi: ['time', 'amount', 'value'],
  liquidations: ['time', 'side', 'price', 'amount'],
  depth: ['time'],
  trades: ['time', 'price', 'amount', 'side'],
  book: ['time', 'kind', 'side', 'price', 'amount'],
};

/** A candle table as columns, without copying. */
export function candleColumns(table: CandleTable): ColumnSet {
  const { length, time, open, high, low, close, volume, extra, volumeKind } = table;
  return { length, columns: { time, open, high, low, close, volume, ...extra }, ...(volumeKind && { volumeKind }) };
}

/** Columns as a candle table, without copying; columns beyond the six become `extra`. */
export function candlesOf(set: ColumnSet): CandleTable {
  const { time, open, high, low, close, volume, ...extra } = set.columns;
  return {
    length: set.length,
    time: time!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume!,
    ...(Object.keys(extra).length > 0 && { extra }),
    ...(set.volumeKind && { volumeKind: set.volumeKind }),
  };
}

export function eventColumns(table: EventTable): ColumnSet {
  return { length: table.length, columns: { time: table.time, ...table.values } };
}

export function eventsOf(set: ColumnSet): EventTable {
  const { time, ...values } = set.columns;
  return { length: set.length, time: time!, values };
}

export function tradeColumns(table: TradeTable): ColumnSet {
  const { length, time, price, amount, side } = table;
  return { length, columns: { time, price, amount, side } };
}

export function tradesOf(set: ColumnSet): TradeTable {
  const { time, price, amount, side } = set.columns;
  return { length: set.length, time: time!, price: price!, amount: amount!, side: side! };
}

export function bookColumns(table: BookTable): ColumnSet {
  const { length, time, kind, side, price, amount } = table;
  return { length, columns: { time, kind, side, price, amount } };
}

export function bookOf(set: ColumnSet): BookTable {
  const { time, kind, side, price, amount } = set.columns;
  return { length: set.length, time: time!, kind: kind!, side: side!, price: price!, amount: amount! };
}

/** Rows [from, to) as views. */
export function sliceColumns(set: ColumnSet, from: number, to: number): ColumnSet {
  return { ...set, length: Math.max(0, to - from), columns: mapColumns(set, (c) => c.subarray(from, to)) };
}

/** Rows with from <= time < to, as views. */
export function rangeOf(set: ColumnSet, range: TimeRange): ColumnSet {
  const [first, end] = boundsOf(set.columns.time!, range);
  return first === 0 && end === set.length ? set : sliceColumns(set, first, end);
}

/** Index range [first, end) of the rows in `range` of a sorted time column. */
export function boundsOf(time: Float64Array, range: TimeRange): readonly [number, number] {
  const first = range.from === undefined ? 0 : lowerBound(time, range.from);
  const end = range.to === undefined ? time.length : Math.max(first, lowerBound(time, range.to, first));
  return [first, end];
}

/** The sets one after the other; a column that one of them lacks is NaN there. A single set is returned as it is. */
export function concatColumns(sets: readonly ColumnSet[]): ColumnSet {
  if (sets.length === 1) return sets[0]!;
  const length = sets.reduce((sum, set) => sum + set.length, 0);
  const names = [...new Set(sets.flatMap((set) => Object.keys(set.columns)))];
  const columns: Record<string, Float64Array> = {};
  for (const name of names) {
    const out = new Float64Array(length);
    let at = 0;
    for (const set of sets) {
      const column = set.columns[name];
      if (column) out.set(column, at);
      else out.fill(Number.NaN, at, at + set.length);
      at += set.length;
    }
    columns[name] = out;
  }
  const volumeKind = sets.find((set) => set.volumeKind)?.volumeKind;
  return { length, columns, ...(volumeKind && { volumeKind }) };
}

/** The rows named by `rows`, copied. */
export function pickRows(set: ColumnSet, rows: readonly number[] | Uint32Array): ColumnSet {
  return {
    ...set,
    length: rows.length,
    columns: mapColumns(set, (column) => {
      const out = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]!]!;
      return out;
    }),
  };
}

/** The rows from the last to the first, copied. */
export function reversed(set: ColumnSet): ColumnSet {
  return { ...set, columns: mapColumns(set, (column) => column.toReversed()) };
}

/** A set of no rows with the columns of a type. */
export function emptyColumns(type: DataType): ColumnSet {
  return { length: 0, columns: Object.fromEntries(REQUIRED_COLUMNS[type].map((name) => [name, new Float64Array(0)])) };
}

function mapColumns(set: ColumnSet, map: (column: Float64Array) => Float64Array): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(set.columns).map(([name, column]) => [name, map(column)]));
}
