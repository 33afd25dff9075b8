import { RollingMoments } from './rolling-moments.ts';
import { requireCount, requirePositive, type Savable, StateReader } from './state.ts';

const MAX_PENDING = 4096;

/**
 * What takers paid, over the last `window` trades, in basis points of mid: the effective spread 2 × side × (price - mid) at the trade,
 * and the realised spread, the same against the mid `horizonMs` later. Their difference is the price impact, what makers lost to
 * better informed takers (Huang and Stoll, 1996). Call `onTrade` with the mid before the trade, and `onMid` whenever it changes.
 * At most 4,096 trades wait for their horizon: beyond that the oldest resolves early, at the latest mid.
 */
export class TradeSpreads implements Savable {
  readonly #horizonMs: number;
  readonly #effective: RollingMoments;
  readonly #realised: RollingMoments;
  readonly #due = new Float64Array(MAX_PENDING);
  readonly #price = new Float64Array(MAX_PENDING);
  readonly #side = new Float64Array(MAX_PENDING);
  #first = 0;
  #pending = 0;
  #mid = Number.NaN;

  constructor(options: { readonly window?: number; readonly horizonMs?: number } = {}) {
    const window = requireCount('window', options.window ?? 500);
    this.#horizonMs = requirePositive('horizonMs', options.horizonMs ?? 5000);
    this.#effective = new RollingMoments(window);
    this.#realised = new RollingMoments(window);
  }

  /** Mean effective spread, bps; NaN before the first trade. */
  get effectiveSpreadTrade(): number {
    return this.#effective.mean;
  }

  /** Mean realised spread, bps; NaN before the first trade is old enough. */
  get realisedSpread(): number {
    return this.#realised.mean;
  }

  /** Effective minus realised, bps. */
  get priceImpact(): number {
    return this.effectiveSpreadTrade - this.realisedSpread;
  }

  /** A new mid from `time` (ms) on: trades whose horizon ended before it resolve against the mid that held until now. */
  onMid(time: number, mid: number): void {
    while (this.#pending > 0 && this.#due[this.#first]! < time) this.#resolve();
    if (mid > 0) this.#mid = mid;
  }

  /** A trade of side 1 (buyer's) or -1 (seller's); ignored while no mid is known. */
  onTrade(time: number, price: number, side: number): void {
    while (this.#pending > 0 && this.#due[this.#first]! < time) this.#resolve();
    if (Number.isNaN(this.#mid) || !(price > 0)) return;
    this.#effective.push(spreadPaid(price, this.#mid, side));
    if (this.#pending === MAX_PENDING) this.#resolve();
    const slot = (this.#first + this.#pending) % MAX_PENDING;
    this.#due[slot] = time + this.#horizonMs;
    this.#price[slot] = price;
    this.#side[slot] = side;
    this.#pending++;
  }

  #resolve(): void {
    this.#realised.push(spreadPaid(this.#price[this.#first]!, this.#mid, this.#side[this.#first]!));
    this.#first = (this.#first + 1) % MAX_PENDING;
    this.#pending--;
  }

  save(): number[] {
    const state = [this.#mid, ...this.#effective.save(), ...this.#realised.save(), this.#pending];
    for (let i = 0; i < this.#pending; i++) {
      const slot = (this.#first + i) % MAX_PENDING;
      state.push(this.#due[slot]!, this.#price[slot]!, this.#side[slot]!);
    }
    return state;
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#mid = reader.next();
    this.#effective.load(reader);
    this.#realised.load(reader);
    this.#pending = reader.next();
    this.#first = 0;
    for (let i = 0; i < this.#pending; i++) {
      this.#due[i] = reader.next();
      this.#price[i] = reader.next();
      this.#side[i] = reader.next();
    }
  }
}

function spreadPaid(price: number, mid: number, side: number): number {
  return ((2 * (side > 0 ? price - mid : mid - price)) / mid) * 10_000;
}
