/** The candle columns that a pattern looks at. All indexes are places in these arrays. */
export class CandleView {
  o: Float64Array = new Float64Array(0);
  h: Float64Array = new Float64Array(0);
  l: Float64Array = new Float64Array(0);
  c: Float64Array = new Float64Array(0);

  /** Length of the real body. */
  body(i: number): number {
    return Math.abs(this.c[i]! - this.o[i]!);
  }
  /** Upper end of the real body. */
  top(i: number): number {
    return Math.max(this.o[i]!, this.c[i]!);
  }
  /** Lower end of the real body. */
  bottom(i: number): number {
    return Math.min(this.o[i]!, this.c[i]!);
  }
}
