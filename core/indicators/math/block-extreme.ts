/**
 * Where the highest value of a sliding window stands, by van Herk's blocks, inside a Float64Array that belongs to a kernel's state.
 * From `at`: highest of the current block, its place, then for each place of the block before the highest value from there to the
 * block's end, and that one's place. Feed negated values for the lowest. Places are within a block of `n` rows.
 */

/** Numbers that a window of `n` rows takes. */
export const extremeState = (n: number) => 2 + 2 * n;

/** Forgets both blocks. */
export function clearExtreme(s: Float64Array, at: number): void {
  s[at] = Number.NEGATIVE_INFINITY;
  s[at + 1] = 0;
}

/**
 * Closes a full block whose values are `values[from]` … `values[from + n - 1]`, times `sign`; among equals the latest place wins, or the earliest.
 */
export function closeBlock(
  s: Float64Array,
  at: number,
  n: number,
  values: Float64Array,
  from: number,
  sign: 1 | -1,
  latest: boolean,
): void {
  let highest = Number.NEGATIVE_INFINITY;
  let place = n;
  for (let k = n - 1; k >= 0; k--) {
    const x = sign * values[from + k]!;
    if (x > highest || (!latest && x === highest)) {
      highest = x;
      place = k;
    }
    s[at + 2 + k] = highest;
    s[at + 2 + n + k] = place;
  }
  clearExtreme(s, at);
}
