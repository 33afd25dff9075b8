import { roomFor } from '../columns/column.ts';
import type { CandleTable } from '../domain/candles.ts';
import type { Lane } from './lanes.ts';
import type { Position } from './position.ts';

/** Columns that were handed back, by length: fresh memory costs a page fault each 4 kB, more than all that is written to it. */
const spare = new Map<number, Float64Array[]>();

const NOTHING = new Float64Array(0);
const columnOf = (room: number) => spare.get(room)?.pop() ?? new Float64Array(room);

/** Account value at each candle close, in two columns: times may be known beforehand, then only values are kept. */
export class EquityLog {
  #time: Float64Array;
  #value: Float64Array;
  readonly #timesKnown: boolean;
  length = 0;

  /** @param times closes, ms UTC, one for each value to come, in order */
  constructor(capacity: number, times?: Float64Array) {
    this.#timesKnown = times !== undefined;
    const room = roomFor(capacity);
    this.#time = times ?? columnOf(room);
    this.#value = columnOf(room);
  }

  /** Hands the memory back for the next run of this length; views of it must not be used after. */
  release(): void {
    for (const column of this.#timesKnown ? [this.#value] : [this.#time, this.#value]) {
      const list = spare.get(column.length) ?? [];
      list.push(column);
      spare.set(column.length, list);
    }
    this.#time = NOTHING;
    this.#value = NOTHING;
    this.length = 0;
  }

  /** @param time close, ms UTC */
  add(time: number, equity: number): void {
    if (this.length === this.#value.length) this.#grow();
    if (!this.#timesKnown) this.#time[this.length] = time;
    this.#value[this.length++] = equity;
  }

  /** Adds the closes of candles [from, to) of the only pair: `cash`, and what a position is worth. @param length of a candle, ms */
  addCandles(
    { time, close }: CandleTable,
    from: number,
    to: number,
    length: number,
    cash: number,
    position: Position | null,
  ): void {
    while (this.length + to - from > this.#value.length) this.#grow();
    const out = this.#value;
    const shift = this.length - from;
    if (!this.#timesKnown) for (let row = from; row < to; row++) this.#time[row + shift] = time[row]! + length;
    if (position === null) out.fill(cash, this.length, to + shift);
    else {
      const { amount, sign, cost, instrument } = position;
      if (instrument.isMargined)
        for (let row = from; row < to; row++) out[row + shift] = cash + sign * (amount * close[row]! - cost);
      else for (let row = from; row < to; row++) out[row + shift] = cash + amount * close[row]!;
    }
    this.length = to + shift;
  }

  /**
   * Adds the steps [from, to) of pairs that have the same candles: `cash`, and what the open positions are worth. Steps are rows of the first lane.
   * @param length of a candle, ms
   */
  addSteps(
    lanes: readonly Lane[],
    from: number,
    to: number,
    length: number,
    cash: number,
    open: readonly Position[],
  ): void {
    while (this.length + to - from > this.#value.length) this.#grow();
    const shift = (this.length - from) | 0;
    const { time } = lanes[0]!.span.candles;
    if (!this.#timesKnown) for (let row = from; row < to; row++) this.#time[row + shift] = time[row]! + length;
    const out = this.#value;
    const end = to | 0;
    for (let row = from | 0; row < end; row++) out[(row + shift) | 0] = cash;
    for (let k = 0; k < open.length; k++) this.#addWorth(open[k]!, lanes, from, to, shift);
    this.length = to + shift;
  }

  /** Adds what a position is worth to the values of some steps: at its last price, where its pair has no candles at them. */
  #addWorth(position: Position, lanes: readonly Lane[], from: number, to: number, shift: number): void {
    let k = 0;
    while (k < lanes.length && lanes[k]!.slot !== position.slot) k++;
    const out = this.#value;
    const end = to | 0;
    if (k === lanes.length) {
      const { value } = position;
      for (let row = from; row < to; row++) out[row + shift]! += value;
      return;
    }
    const { close, shift: own } = lanes[k]!;
    const { amount, sign, cost, instrument } = position;
    // Sums of small numbers: `| 0` says so, and spares a check of each.
    if (instrument.isMargined)
      for (let row = from | 0; row < end; row++)
        out[(row + shift) | 0]! += sign * (amount * close[(row + own) | 0]! - cost);
    else for (let row = from | 0; row < end; row++) out[(row + shift) | 0]! += amount * close[(row + own) | 0]!;
  }

  /** Corrects the last value: what is open at the end of the data is closed at its last price. */
  replaceLast(equity: number): void {
    this.#value[this.length - 1] = equity;
  }

  get time(): Float64Array {
    return this.#time.subarray(0, this.length);
  }

  get value(): Float64Array {
    return this.#value.subarray(0, this.length);
  }

  #grow(): void {
    const longer = (from: Float64Array) => {
      const to = new Float64Array(Math.max(1024, from.length * 2));
      to.set(from);
      return to;
    };
    if (!this.#timesKnown) this.#time = longer(this.#time);
    this.#value = longer(this.#value);
  }
}
