import type { CandleTable } from '../domain/candles.ts';
import type { Timeframe } from '../domain/timeframe.ts';
import { type Column, column } from './column.ts';

/**
 * The rows of one grid: named columns that grow together, and the time at which each row became known.
 * Whole history (a backtest): columns over the loaded arrays. Live: buffers that slide, keeping `keep` rows.
 */
export class GridData {
  readonly key: string;
  /** Rows known so far: absolute index one past the last. */
  end: number;
  /** When each row became known, ms UTC: a candle's close, an event's time. */
  readonly available: Column;
  readonly fields: ReadonlyMap<string, Column>;
  /** False where nobody knows what was traded: the column of volume holds zeros. */
  hasVolume = true;
  /** All columns that slide: a slide allocates nothing. */
  readonly #sliding: Column[];
  readonly #keep: number;

  constructor(key: string, fields: ReadonlyMap<string, Column>, available: Column, end: number, keep: number) {
    this.key = key;
    this.fields = fields;
    this.available = available;
    this.end = end;
    this.#keep = keep;
    this.#sliding = [available, ...fields.values()];
  }

  /** A grid whose rows are all there. */
  static whole(key: string, fields: Readonly<Record<string, Float64Array>>, available: Float64Array): GridData {
    const columns = new Map(Object.entries(fields).map(([name, values]) => [name, column(values)]));
    return new GridData(key, columns, column(available), available.length, available.length);
  }

  /** A grid of candles, all there. A candle is known at its close. @param closes when each does, where another grid has the same times */
  static candles(key: string, table: CandleTable, frame: Timeframe, closes = closeTimes(table.time, frame)): GridData {
    const { time, open, high, low, close, volume, extra } = table;
    const made = GridData.whole(key, { time, open, high, low, close, volume, ...extra }, closes);
    made.hasVolume = table.volumeKind !== 'none';
    return made;
  }

  /** An empty grid with room for `capacity` rows that keeps at least the last `keep` when it is full. */
  static growing(key: string, names: readonly string[], capacity: number, keep: number): GridData {
    const columns = new Map(names.map((name) => [name, column(new Float64Array(capacity))]));
    return new GridData(key, columns, column(new Float64Array(capacity)), 0, keep);
  }

  /** All rows there will be are there: nothing slides. */
  get isWhole(): boolean {
    return this.#keep === this.capacity && this.end === this.capacity;
  }

  get capacity(): number {
    return this.available.values.length;
  }

  /** A column of the same shape that slides along with this grid. */
  attach(values: Float64Array = new Float64Array(this.capacity)): Column {
    const made = column(values, this.available.base);
    this.#sliding.push(made);
    return made;
  }

  /** Makes room for one more row (sliding if the buffers are full) and returns its buffer index; the caller writes it, then `end` has grown. */
  grow(): number {
    const { available } = this;
    if (this.end - available.base === available.values.length) this.#slide();
    return this.end++ - available.base;
  }

  #slide(): void {
    const by = this.available.values.length - this.#keep;
    if (by <= 0)
      throw new RangeError(`grid ${this.key} is full: capacity ${this.available.values.length}, keep ${this.#keep}`);
    for (let k = 0; k < this.#sliding.length; k++) {
      const one = this.#sliding[k]!;
      one.values.copyWithin(0, by);
      one.base += by;
    }
  }
}

/** Rows that one call works on: a function that is called often is compiled well, one that runs a million rows at once is replaced in mid-loop. */
const BLOCK = 512;

/** Closing times by column of opening times, with the timeframe that they hold for. */
const known = new WeakMap<ArrayBufferLike, { readonly frame: string; readonly closes: Float64Array }>();

/**
 * Closing time of each candle, kept with the column of opening times for the next run over it: a search cuts its trials' tables from one shared
 * column, and fresh megabytes for each run would have the collector walk the whole heap every few of them.
 */
export function closeTimes(time: Float64Array, frame: Timeframe): Float64Array {
  const { buffer } = time;
  const isShared = buffer instanceof SharedArrayBuffer;
  if (!isShared && buffer.byteLength !== time.byteLength) return closesOf(time, frame);
  let made = known.get(buffer);
  // Shared columns never change; others may have been written to since.
  if (made?.frame !== frame.name || !(isShared || areCloses(made.closes, time, frame))) {
    made = { frame: frame.name, closes: closesOf(new Float64Array(buffer) as unknown as Float64Array, frame) };
    known.set(buffer, made);
  }
  const first = time.byteOffset / 8;
  return made.closes.subarray(first, first + time.length);
}

/** Takes closing times that another thread has worked out for a shared column of opening times. */
export function knowCloseTimes(time: Float64Array, frame: string, closes: Float64Array): void {
  known.set(time.buffer, { frame, closes });
}

/** Those of a shared column are shared as well, so that a thread can hand them to others. */
function closesOf(time: Float64Array, frame: Timeframe): Float64Array {
  const isShared = time.buffer instanceof SharedArrayBuffer;
  const room = isShared ? new SharedArrayBuffer(time.byteLength) : new ArrayBuffer(time.byteLength);
  const out = new Float64Array(room) as unknown as Float64Array;
  for (let from = 0; from < out.length; from += BLOCK) fillCloses(out, time, frame, from);
  return out;
}

function fillCloses(out: Float64Array, time: Float64Array, frame: Timeframe, from: number): void {
  const to = Math.min(out.length, from + BLOCK);
  const { ms } = frame;
  if (frame.isFixed) for (let i = from; i < to; i++) out[i] = time[i]! + ms;
  else for (let i = from; i < to; i++) out[i] = frame.closeOf(time[i]!);
}

function areCloses(closes: Float64Array, time: Float64Array, frame: Timeframe): boolean {
  if (!frame.isFixed) return time.every((opened, i) => closes[i] === frame.closeOf(opened));
  for (let from = 0; from < time.length; from += BLOCK) if (!areLater(closes, time, frame.ms, from)) return false;
  return true;
}

/** Each number of a block is its opening time and `length`. */
function areLater(closes: Float64Array, time: Float64Array, length: number, from: number): boolean {
  const to = Math.min(time.length, from + BLOCK);
  for (let i = from; i < to; i++) if (closes[i] !== time[i]! + length) return false;
  return true;
}
