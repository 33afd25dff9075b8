/** Mean gain of fills some time later. */
export interface Markout {
  readonly seconds: number;
  /** Fills whose horizon has passed. */
  readonly fills: number;
  /** Volume-weighted mean of sign × (mid then - price) / price, basis points; NaN without fills. Positive: the fill was a good one. */
  readonly bps: number;
}

/** How prices went on after own fills, at several horizons. Fills wait in a queue per horizon; O(1) amortised. */
export class Markouts {
  readonly #horizons: readonly number[];
  readonly #heads: number[];
  readonly #fills: { readonly time: number; readonly sign: number; readonly price: number; readonly amount: number }[] =
    [];
  readonly #sums: number[];
  readonly #weights: number[];
  readonly #counts: number[];

  /** @param seconds horizons */
  constructor(seconds: readonly number[] = [1, 5, 30, 60]) {
    this.#horizons = seconds;
    this.#heads = seconds.map(() => 0);
    this.#sums = seconds.map(() => 0);
    this.#weights = seconds.map(() => 0);
    this.#counts = seconds.map(() => 0);
  }

  /** When the next horizon of a fill is reached, ns; Infinity without one. */
  nextDue = Number.POSITIVE_INFINITY;

  /** `time` in ns. */
  onFill(time: number, sign: 1 | -1, price: number, amount: number): void {
    this.#fills.push({ time, sign, price, amount });
    this.#look();
  }

  /** The mid that holds until `time`; call it before the mid changes, and when time passes. */
  advance(time: number, mid: number): void {
    if (!(mid > 0)) return;
    for (let h = 0; h < this.#horizons.length; h++) {
      const span = this.#horizons[h]! * 1e9;
      let head = this.#heads[h]!;
      for (; head < this.#fills.length && this.#fills[head]!.time + span <= time; head++) {
        const { sign, price, amount } = this.#fills[head]!;
        this.#sums[h]! += ((sign * (mid - price)) / price) * 1e4 * amount;
        this.#weights[h]! += amount;
        this.#counts[h]!++;
      }
      this.#heads[h] = head;
    }
    this.#look();
  }

  #look(): void {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (let h = 0; h < this.#horizons.length; h++) {
      const fill = this.#fills[this.#heads[h]!];
      if (fill) this.nextDue = Math.min(this.nextDue, fill.time + this.#horizons[h]! * 1e9);
    }
  }

  get rows(): readonly Markout[] {
    return this.#horizons.map((seconds, h) => ({
      seconds,
      fills: this.#counts[h]!,
      bps: this.#counts[h] === 0 ? Number.NaN : this.#sums[h]! / this.#weights[h]!,
    }));
  }
}
