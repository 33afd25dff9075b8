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

/** Numbers kept of a fill: time on the grid, sign, price, amount. */
const WIDTH = 4;

/**
 * How prices went on after own fills, at several horizons, to a tenth of a second. Fills wait in a ring that each horizon reads at its own pace, until the
 * longest has passed them; O(1) amortised.
 */
export class Markouts {
  readonly #spans: readonly number[];
  /** How many fills each horizon has been read for. */
  readonly #counts: Float64Array;
  /** When a horizon's next fill is due, on the grid, ns. */
  readonly #due: Float64Array;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  #ring = new Float64Array(64 * WIDTH);
  #fills = 0;

  /** @param seconds horizons, ascending, whole tenths */
  constructor(seconds: readonly number[] = [1, 5, 30, 60]) {
    this.#spans = seconds.map((s) => Math.round((s * 1e9) / GRID_NS) * GRID_NS);
    this.#counts = new Float64Array(seconds.length);
    this.#due = new Float64Array(seconds.length).fill(Number.POSITIVE_INFINITY);
    this.#sums = new Float64Array(seconds.length);
    this.#weights = new Float64Array(seconds.length);
  }

  /** When the next horizon of a fill has been reached, on the grid of tenths of a second, ns; Infinity without one. */
  nextDue = Number.POSITIVE_INFINITY;

  /** `time` in ns, ascending. */
  onFill(time: number, sign: 1 | -1, price: number, amount: number): void {
    if ((this.#fills - this.#counts[this.#counts.length - 1]!) * WIDTH >= this.#ring.length) this.#grow();
    const ring = this.#ring;
    const at = (this.#fills++ * WIDTH) & (ring.length - 1);
    const since = Math.ceil(time / GRID_NS) * GRID_NS;
    ring[at] = since;
    ring[at + 1] = sign;
    ring[at + 2] = price;
    ring[at + 3] = amount;
    const due = this.#due;
    for (let h = 0; h < due.length; h++) {
      if (due[h]! < Number.POSITIVE_INFINITY) continue;
      due[h] = since + this.#spans[h]!;
      if (due[h]! < this.nextDue) this.nextDue = due[h]!;
    }
  }

  /** The mid that holds until `time`; call it before the mid changes, and when time passes. */
  advance(time: number, mid: number): void {
    if (time < this.nextDue || !(mid > 0)) return;
    const due = this.#due;
    let next = Number.POSITIVE_INFINITY;
    for (let h = 0; h < due.length; h++) {
      if (due[h]! <= time) this.#read(h, time, mid);
      if (due[h]! < next) next = due[h]!;
    }
    this.nextDue = next;
  }

  /** Takes in what is due of a horizon. */
  #read(h: number, time: number, mid: number): void {
    const ring = this.#ring;
    const span = this.#spans[h]!;
    let k = this.#counts[h]!;
    let next = Number.POSITIVE_INFINITY;
    for (; k < this.#fills; k++) {
      const at = (k * WIDTH) & (ring.length - 1);
      if (ring[at]! + span > time) {
        next = ring[at]! + span;
        break;
      }
      const price = ring[at + 2]!;
      const amount = ring[at + 3]!;
      this.#sums[h]! += ((ring[at + 1]! * (mid - price)) / price) * 1e4 * amount;
      this.#weights[h]! += amount;
    }
    this.#counts[h] = k;
    this.#due[h] = next;
  }

  #grow(): void {
    const old = this.#ring;
    const ring = new Float64Array(2 * old.length);
    for (let k = this.#counts[this.#counts.length - 1]!; k < this.#fills; k++)
      for (let j = 0; j < WIDTH; j++)
        ring[((k * WIDTH) & (ring.length - 1)) + j] = old[((k * WIDTH) & (old.length - 1)) + j]!;
    this.#ring = ring;
  }

  get rows(): readonly Markout[] {
    return this.#spans.map((span, h) => ({
      seconds: span / 1e9,
      fills: this.#counts[h]!,
      bps: this.#counts[h] === 0 ? Number.NaN : this.#sums[h]! / this.#weights[h]!,
    }));
  }
}
