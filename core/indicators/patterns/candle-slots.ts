import type { Column } from '../../columns/column.ts';
import { scratchNumbers as numbers } from '../../columns/column-memory.ts';
import { slotRow } from '../math/simd-code.ts';
import { ROWS_BEFORE } from './fact-code.ts';
import type { Measure, Sum } from './facts.ts';

/** Columns of a candle: open, high, low, close, each with a slot of the scratch memory. */
export const CANDLE_COLUMNS = 4;
/** Addresses of the slots. */
export const SLOTS = Int32Array.from({ length: CANDLE_COLUMNS }, (_, k) => 8 * slotRow(k));
const [O, H, L, C] = [slotRow(0), slotRow(1), slotRow(2), slotRow(3)];

/** Copies rows into the slots, the first 16 rows after their beginning, and those before it. */
export function copyCandles(inputs: readonly Column[], from: number, to: number): void {
  for (let k = 0; k < CANDLE_COLUMNS; k++) {
    const { values, base } = inputs[k]!;
    const slot = slotRow(k);
    const first = Math.max(base, from - ROWS_BEFORE);
    const start = slot + ROWS_BEFORE + first - from;
    for (let i = slot; i < start; i++) numbers[i] = 0;
    if (to - from > 32) numbers.set(values.subarray(first - base, to - base), start);
    else for (let i = first; i < to; i++) numbers[start + i - first] = values[i - base]!;
  }
}

/** Copies only what loops read for a row: of each column the rows that lie so many before it. */
export function copyReads(inputs: readonly Column[], reads: readonly Int32Array[], row: number): void {
  for (let k = 0; k < CANDLE_COLUMNS; k++) {
    const { values, base } = inputs[k]!;
    const lags = reads[k]!;
    const to = slotRow(k) + ROWS_BEFORE;
    const from = row - base;
    for (let j = 0; j < lags.length; j++) numbers[to - lags[j]!] = values[from - lags[j]!]!;
  }
}

/** Whether a number of the candle in the slots is NaN. */
export function isBrokenCandle(): boolean {
  const at = ROWS_BEFORE;
  return Number.isNaN(numbers[O + at]! + numbers[H + at]! + numbers[L + at]! + numbers[C + at]!);
}

/** A sum over its rows, for the row that lies copied in the slots. */
export function sumAfresh({ measure, rows, back }: Sum): number {
  let sum = 0;
  for (let q = rows; q > 0; q--) sum += MEASURES[measure](ROWS_BEFORE - back - q);
  return sum;
}

const MEASURES: Readonly<Record<Measure, (at: number) => number>> = {
  body: (at) => Math.abs(numbers[C + at]! - numbers[O + at]!),
  range: (at) => numbers[H + at]! - numbers[L + at]!,
  shadows(at) {
    const [open, close] = [numbers[O + at]!, numbers[C + at]!];
    return numbers[H + at]! - Math.max(open, close) + (Math.min(open, close) - numbers[L + at]!);
  },
};
