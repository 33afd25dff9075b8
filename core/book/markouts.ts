/** Mean gain of fills some time later. */
export interface Markout {
  readonly seconds: number;
  /** Fills whose horizon has passed. */
  readonly fills: number;
  /** Volume-weighted mean of sign × (mid then - price) / price, basis points; NaN without fills. Positive: the fill was a good one. */
  readonly bps: number;
}

/** Horizons end on a grid of so long, ns: all that end between two of its steps see the same mid. */
const GRID_NS = 0.1e9;

/** Numbers kept of a fill: step of the grid, sign, price, amount. */
const WIDTH = 4;

/**
 * How prices went on after own fills, at several horizons, to a tenth of a second. The mid is noted at the steps where a horizon of some fill ends; fills are
 * held against those mids many at a time, since each horizon by itself would be a look per step. O(1) amortised.
 */
export class Markouts {
  /** Horizons in steps, ascending. */
  readonly #spans: readonly number[];
  readonly #longest: number;
  /** By step, around a ring: whether a horizon ends there, and the mid once it has. */
  readonly #isDue: Uint8Array;
  readonly #mids: Float64Array;
  readonly #mask: number;
  /** The last step that is past, and the last at which a horizon ends. */
  #past = Number.NEGATIVE_INFINITY;
  #lastDue = Number.NEGATIVE_INFINITY;
  /** How many fills each horizon has been read for. */
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  #ring = new Float64Array(64 * WIDTH);
  #fills = 0;

  /** @param seconds horizons, ascending, whole tenths */
  constructor(seconds: readonly number[] = [1, 5, 30, 60]) {
    this.#spans = seconds.map((s) => Math.round((s * 1e9) / GRID_NS));
    this.#longest = this.#spans.at(-1)!;
    const room = 2 ** Math.ceil(Math.log2(3 * this.#longest));
    this.#isDue = new Uint8Array(room);
    this.#mids = new Float64Array(room);
    this.#mask = room - 1;
    this.#counts = new Float64Array(seconds.length);
    this.#sums = new Float64Array(seconds.length);
    this.#weights = new Float64Array(seconds.length);
  }

  /** When the next horizon of a fill has been reached, on the grid of tenths of a second, ns; Infinity without one. */
  nextDue = Number.POSITIVE_INFINITY;

  /** `time` in ns, ascending. A fill heard of later than its first horizon counts from the latest time that leaves it one. */
  onFill(time: number, sign: 1 | -1, price: number, amount: number): void {
    const spans = this.#spans;
    const since = Math.max(Math.ceil(time / GRID_NS), this.#past + 1 - spans[0]!);
    this.#makeRoom(since);
    const ring = this.#ring;
    const at = (this.#fills++ * WIDTH) & (ring.length - 1);
    ring[at] = since;
    ring[at + 1] = sign;
    ring[at + 2] = price;
    ring[at + 3] = amount;
    for (let h = 0; h < spans.length; h++) this.#isDue[(since + spans[h]!) & this.#mask] = 1;
    this.#lastDue = since + this.#longest;
    this.nextDue = Math.min(this.nextDue, (since + spans[0]!) * GRID_NS);
  }

  /** The mid that holds until `time`; call it before the mid changes, and when time passes. */
  advance(time: number, mid: number): void {
    if (time < this.nextDue || !(mid > 0)) return;
    const isDue = this.#isDue;
    const mask = this.#mask;
    const last = this.#lastDue;
    const past = Math.floor(time / GRID_NS);
    let step = this.nextDue / GRID_NS;
    for (; step <= last; step++) {
      if (isDue[step & mask] === 0) continue;
      if (step > past) break;
      isDue[step & mask] = 0;
      this.#mids[step & mask] = mid;
    }
    this.nextDue = step > last ? Number.POSITIVE_INFINITY : step * GRID_NS;
    this.#past = past;
  }

  /** Room for a fill: those before it are read first where the ring of mids would come round to theirs, or the fills' own is full. */
  #makeRoom(since: number): void {
    const first = this.#counts[this.#counts.length - 1]!;
    if (first === this.#fills) return;
    const ring = this.#ring;
    const oldest = ring[(first * WIDTH) & (ring.length - 1)]!;
    if ((this.#fills - first) * WIDTH < ring.length && since + this.#longest - oldest <= this.#mask) return;
    this.#read();
    if ((this.#fills - this.#counts[this.#counts.length - 1]!) * WIDTH * 2 > ring.length) this.#grow();
  }

  /** Takes in what is past of each horizon. */
  #read(): void {
    const ring = this.#ring;
    const mids = this.#mids;
    for (let h = 0; h < this.#spans.length; h++) {
      const span = this.#spans[h]!;
      let sum = this.#sums[h]!;
      let weight = this.#weights[h]!;
      let k = this.#counts[h]!;
      for (; k < this.#fills; k++) {
        const at = (k * WIDTH) & (ring.length - 1);
        const due = ring[at]! + span;
        if (due > this.#past) break;
        const price = ring[at + 2]!;
        const amount = ring[at + 3]!;
        sum += ((ring[at + 1]! * (mids[due & this.#mask]! - price)) / price) * 1e4 * amount;
        weight += amount;
      }
      this.#counts[h] = k;
      this.#sums[h] = sum;
      this.#weights[h] = weight;
    }
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
    this.#read();
    return this.#spans.map((span, h) => ({
      seconds: (span * GRID_NS) / 1e9,
      fills: this.#counts[h]!,
      bps: this.#counts[h] === 0 ? Number.NaN : this.#sums[h]! / this.#weights[h]!,
    }));
  }
}
