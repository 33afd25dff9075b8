/** Mean gain of fills some time later. */
export interface Markout {
  readonly seconds: number;
  /** Fills whose horizon has passed. */
  readonly fills: number;
  /** Volume-weighted mean of sign × (mid then - price) / price, basis points; NaN without fills. Positive: the fill was a good one. */
  readonly bps: number;
}

/** Horizons are looked at so often, ns: all that end in between see the same mid. */
const GRID_NS = 0.1e9;

/** How prices went on after own fills, at several horizons, to a tenth of a second. Fills wait in a queue per horizon; O(1) amortised. */
export class Markouts {
  readonly #horizons: readonly number[];
  readonly #heads: number[];
  // Columns of numbers: nothing for the collector to walk.
  readonly #time: number[] = [];
  readonly #sign: number[] = [];
  readonly #price: number[] = [];
  readonly #amount: number[] = [];
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

  /** When the next horizon of a fill has been reached, on the grid of tenths of a second, ns; Infinity without one. */
  nextDue = Number.POSITIVE_INFINITY;

  /** `time` in ns. */
  onFill(time: number, sign: 1 | -1, price: number, amount: number): void {
    this.#time.push(time);
    this.#sign.push(sign);
    this.#price.push(price);
    this.#amount.push(amount);
    if (this.nextDue === Number.POSITIVE_INFINITY) this.#look();
  }

  /** The mid that holds until `time`; call it before the mid changes, and when time passes. */
  advance(time: number, mid: number): void {
    if (!(mid > 0)) return;
    for (let h = 0; h < this.#horizons.length; h++) {
      const span = this.#horizons[h]! * 1e9;
      let head = this.#heads[h]!;
      for (; head < this.#time.length && this.#time[head]! + span <= time; head++) {
        const price = this.#price[head]!;
        const amount = this.#amount[head]!;
        this.#sums[h]! += ((this.#sign[head]! * (mid - price)) / price) * 1e4 * amount;
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
      const head = this.#heads[h]!;
      if (head < this.#time.length) this.nextDue = Math.min(this.nextDue, this.#time[head]! + this.#horizons[h]! * 1e9);
    }
    this.nextDue = Math.ceil(this.nextDue / GRID_NS) * GRID_NS;
  }

  get rows(): readonly Markout[] {
    return this.#horizons.map((seconds, h) => ({
      seconds,
      fills: this.#counts[h]!,
      bps: this.#counts[h] === 0 ? Number.NaN : this.#sums[h]! / this.#weights[h]!,
    }));
  }
}
