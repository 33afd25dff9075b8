import type { Column } from '../columns/column.ts';
import type { SeriesView } from '../indicators/series.ts';

/** Where "now" is on a grid: the buffer index of the current row. One per pair, moved by the engine. */
export interface Cursor {
  row: number;
}

const NOTHING = new Float64Array(0);
const NOWHERE: Cursor = { row: -1 };

/** What a strategy sees of a series at a candle: its value now and before. It cannot address the future. */
export class View implements SeriesView {
  // They begin as what they will be: the compiler then knows what it reads, at each candle.
  readonly #values: Float64Array = NOTHING;
  readonly #cursor: Cursor = NOWHERE;

  constructor(column: Column, cursor: Cursor) {
    this.#values = column.values;
    this.#cursor = cursor;
  }

  /** Value at the candle that just closed; NaN during warm-up. */
  get now(): number {
    return this.#values[this.#cursor.row]!;
  }

  /** Value one candle earlier; NaN before the first. */
  get prev(): number {
    const row = this.#cursor.row - 1;
    return row >= 0 ? this.#values[row]! : Number.NaN;
  }

  /**
   * Value `ago` candles back (0 = now); NaN beyond the loaded history.
   * @throws RangeError when `ago` is negative or no integer: there is no way to look ahead
   */
  at(ago: number): number {
    if (!(ago >= 0) || !Number.isInteger(ago))
      throw new RangeError(`at(${ago}): give the number of candles back, 0 or more`);
    const row = this.#cursor.row - ago;
    return row >= 0 ? this.#values[row]! : Number.NaN;
  }

  /** The last `count` values, oldest first, as a copy; fewer at the start of history. */
  last(count: number): Float64Array {
    const to = this.#cursor.row + 1;
    return this.#values.slice(Math.max(0, to - count), to);
  }

  valueOf(): number {
    return this.now;
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): { readonly now: number; readonly prev: number } {
    return { now: this.now, prev: this.prev };
  }
}

/** One declared series, or the record of series that a feature with several outputs gives. */
export type Declared = { readonly view: unknown };

/** One of them, or several by name: what `m.at('1h', …)` may declare. */
export type DeclaredTree = Declared | { readonly [name: string]: Declared };

/** What was declared, brought to another grid: a plain record is read as one, `f.hour.trend.now`. */
export type Joined<R extends DeclaredTree> = R extends Declared
  ? R
  : R & { readonly view: { readonly [K in keyof R]: R[K] extends Declared ? R[K]['view'] : never } };

/** What `features()` may return: declared series by name. */
export type FeatureRecord = { readonly [name: string]: Declared };

/** The same record with views in place of series: `f.rsi.now`, `f.macd.signal.prev`. */
export type Views<R extends FeatureRecord> = { readonly [K in keyof R]: R[K]['view'] };

/** True when `a` was at or below `b` one candle ago and is above it now. False while either is NaN. `b` may be a constant. */
export function crossedAbove(a: SeriesView, b: SeriesView | number): boolean {
  if (typeof b === 'number') return a.now > b && a.prev <= b;
  return a.now > b.now && a.prev <= b.prev;
}

/** True when `a` was at or above `b` one candle ago and is below it now. False while either is NaN. `b` may be a constant. */
export function crossedBelow(a: SeriesView, b: SeriesView | number): boolean {
  if (typeof b === 'number') return a.now < b && a.prev >= b;
  return a.now < b.now && a.prev >= b.prev;
}
