import type { PairState } from '../engine/slot.ts';
import type { BarCandle } from '../strategy/bar.ts';

/** A short candle made from mids and trades, which moves stops and time-outs of runs on ticks. Times ms UTC. */
export class ManageCandle implements BarCandle {
  time = Number.NaN;
  closeTime = Number.NaN;
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
  volume = 0;

  add(price: number, amount: number): void {
    if (Number.isNaN(this.open)) {
      this.open = price;
      this.high = price;
      this.low = price;
    } else {
      if (price > this.high) this.high = price;
      if (price < this.low) this.low = price;
    }
    this.close = price;
    this.volume += amount;
  }

  /** Hands its values to the pair and begins anew. One without prices changes nothing. */
  handTo(pair: PairState, time: number): void {
    if (Number.isNaN(this.open)) return;
    this.time = this.closeTime;
    this.closeTime = time;
    pair.open = this.open;
    pair.high = this.high;
    pair.low = this.low;
    pair.close = this.close;
    pair.volume = this.volume;
    pair.markHigh = this.high;
    pair.markLow = this.low;
    this.open = Number.NaN;
    this.volume = 0;
  }
}
