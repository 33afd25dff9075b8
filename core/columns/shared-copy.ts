/** A copy of a column that threads share. */
export function sharedCopy(column: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy as unknown as Float64Array;
}
