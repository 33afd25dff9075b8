/**
 * A monotone deque of the highest values of a sliding window, inside a Float64Array that belongs to a kernel's state: at `at` the place of
 * the front, the number of entries, then `n` values and `n` rows. Amortised O(1) per row. Feed negated values for the lowest.
 */

/** Numbers that the deque of a window of `n` rows takes. */
export const dequeState = (n: number) => 2 + 2 * n;

/** Empties the deque. */
export function clearDeque(s: Float64Array, at: number): void {
  s[at] = 0;
  s[at + 1] = 0;
}

/** Takes the value of `row` into a window of `n` rows; among equal values the earliest stays in front when `keepTies`, the latest otherwise. */
export function slideDeque(s: Float64Array, at: number, n: number, row: number, x: number, keepTies: boolean): void {
  const values = at + 2;
  const rows = values + n;
  let front = s[at]! | 0;
  let size = s[at + 1]! | 0;
  if (size > 0 && s[rows + front]! <= row - n) {
    front = front === n - 1 ? 0 : front + 1;
    size--;
  }
  let end = front + size;
  if (end >= n) end -= n;
  while (size > 0) {
    const last = end === 0 ? n - 1 : end - 1;
    const value = s[values + last]!;
    if (value > x || (keepTies && value === x)) break;
    end = last;
    size--;
  }
  s[values + end] = x;
  s[rows + end] = row;
  s[at] = front;
  s[at + 1] = size + 1;
}

/** Row of the highest value of the window. */
export function frontRow(s: Float64Array, at: number, n: number): number {
  return s[at + 2 + n + s[at]!]!;
}

/** The highest value of the window. */
export function frontValue(s: Float64Array, at: number): number {
  return s[at + 2 + s[at]!]!;
}
