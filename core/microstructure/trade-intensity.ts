import { requireCount, requirePositive } from './state.ts';

/**
 * Fits the arrival of trades at a distance from mid, λ(δ) = A exp(-k δ), as the market-making models want it: per interval of a second the
 * furthest distance that trades reached on each side is kept; a resting order at δ would have been hit in the share of intervals that went
 * further. A (per second) and k (per quote unit) come from a line through ln(share) over distances, weighted by counts. NaN until
 * `minIntervals` have passed or where trades reach fewer than two distances.
 */
export class TradeIntensity {
  readonly #counts: Float64Array;
  readonly #bucketBps: number;
  readonly #minIntervals: number;
  readonly #keep: number;
  #intervals = 0;
  #up = 0;
  #down = 0;
  #mid = Number.NaN;
  #end = Number.NEGATIVE_INFINITY;

  /** @param options `bucketBps` is the width of a distance bucket; intervals are forgotten with a half-life of `halfLife` seconds */
  constructor(
    options: {
      readonly bucketBps?: number;
      readonly buckets?: number;
      readonly halfLife?: number;
      readonly minIntervals?: number;
    } = {},
  ) {
    this.#bucketBps = requirePositive('bucketBps', options.bucketBps ?? 0.1);
    this.#counts = new Float64Array(requireCount('buckets', options.buckets ?? 100, 2));
    this.#minIntervals = requireCount('minIntervals', options.minIntervals ?? 30);
    this.#keep = 0.5 ** (1 / requirePositive('halfLife', options.halfLife ?? 300));
  }

  onTrade(price: number, side: number): void {
    const away = side * (price - this.#mid);
    if (!(away > 0)) return;
    if (side > 0) this.#up = Math.max(this.#up, away);
    else this.#down = Math.max(this.#down, away);
  }

  /** Lets time pass; `mid` is the one that holds now. */
  advanceTo(time: number, mid: number): void {
    if (!(mid > 0) || time < this.#end) return;
    if (!Number.isNaN(this.#mid)) this.#close();
    this.#mid = mid;
    this.#end = Math.floor(time / 1000 + 1) * 1000;
    this.#up = 0;
    this.#down = 0;
  }

  #close(): void {
    const counts = this.#counts;
    for (let i = 0; i < counts.length; i++) counts[i]! *= this.#keep;
    this.#intervals = this.#intervals * this.#keep + 1;
    for (const away of [this.#up, this.#down]) {
      const reached = Math.min(counts.length, Math.floor(((away / this.#mid) * 1e4) / this.#bucketBps));
      for (let i = 0; i < reached; i++) counts[i]! += 0.5;
    }
  }

  get fit(): { readonly a: number; readonly k: number } {
    const none = { a: Number.NaN, k: Number.NaN };
    if (this.#intervals < this.#minIntervals * 0.9) return none;
    let [n, sx, sy, sxx, sxy, used] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < this.#counts.length; i++) {
      const share = Math.min(0.999, this.#counts[i]! / this.#intervals);
      if (share * this.#intervals < 1) break;
      const x = (((i + 1) * this.#bucketBps) / 1e4) * this.#mid;
      // An interval is hit with probability 1 - exp(-λ): a share near 1 says that λ is large, not 1.
      const y = Math.log(-Math.log(1 - share));
      const w = this.#counts[i]!;
      n += w;
      sx += w * x;
      sy += w * y;
      sxx += w * x * x;
      sxy += w * x * y;
      used++;
    }
    const spread = n * sxx - sx * sx;
    if (used < 2 || !(spread > 0)) return none;
    const slope = (n * sxy - sx * sy) / spread;
    if (!(slope < 0)) return none;
    return { a: Math.exp((sy - slope * sx) / n), k: -slope };
  }
}
