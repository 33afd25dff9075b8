/** Range and volume of what a reader saw since it last asked: mids of complete messages, and trades. Prices in half ticks, so that mids are whole. */
export class Tape {
  /** NaN until the first price. */
  open = Number.NaN;
  high = Number.NEGATIVE_INFINITY;
  low = Number.POSITIVE_INFINITY;
  last = Number.NaN;
  /** Lots traded. */
  volume = 0;

  add(halfTicks: number): void {
    if (halfTicks > this.high) this.high = halfTicks;
    if (halfTicks < this.low) this.low = halfTicks;
    this.last = halfTicks;
  }

  /** Begins a new stretch at the last price. */
  reset(): void {
    this.open = this.last;
    if (Number.isNaN(this.last)) return;
    this.high = this.last;
    this.low = this.last;
    this.volume = 0;
  }
}
