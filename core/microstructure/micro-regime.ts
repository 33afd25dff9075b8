import { type BookTop, midOf, spreadBps } from './book-top.ts';
import { requirePositive, type Savable, StateReader } from './state.ts';

export type SpreadRegime = 'Tight' | 'Normal' | 'Wide';
export type DepthRegime = 'Thick' | 'Normal' | 'Thin';
export type ActivityRegime = 'Active' | 'Normal' | 'Quiet';

/** Options of the three-axis regime. The thresholds are BTC's: set them per pair, coarsely. */
export interface MicroRegimeOptions {
  readonly tightBps?: number;
  readonly wideBps?: number;
  /** Band around mid in which depth is counted. */
  readonly nearBps?: number;
  /** Notional, quote units. */
  readonly thickNotional?: number;
  readonly thinNotional?: number;
  readonly activityWindowMs?: number;
  readonly activePerSecond?: number;
  readonly quietPerSecond?: number;
}

const SPREAD_FACTORS = { Tight: 1, Normal: 0.7, Wide: 0.4 } as const;
const DEPTH_FACTORS = { Thick: 1, Normal: 0.7, Thin: 0.4 } as const;
const ACTIVITY_FACTORS = { Active: 1, Normal: 0.7, Quiet: 0.5 } as const;

/**
 * Where the market stands on three axes, spread, depth near mid and update rate, and the product of their factors in [0.2, 1] by which
 * signals are scaled (after Kirilenko, Kyle, Samadi and Tuzun, Journal of Finance 72(3), 2017). The floor keeps exits possible.
 * It sees a market that has got worse, never one about to: use it beside VPIN.
 */
export class MicroRegime implements Savable {
  spreadBps = Number.NaN;
  depthNotional = Number.NaN;
  updatesPerSecond = 0;
  readonly #limits: Required<MicroRegimeOptions>;
  #times = new Float64Array(1024);
  #first = 0;
  #count = 0;

  constructor(options: MicroRegimeOptions = {}) {
    this.#limits = {
      tightBps: options.tightBps ?? 5,
      wideBps: options.wideBps ?? 20,
      nearBps: options.nearBps ?? 10,
      thickNotional: options.thickNotional ?? 100_000,
      thinNotional: options.thinNotional ?? 10_000,
      activityWindowMs: requirePositive('activityWindowMs', options.activityWindowMs ?? 5000),
      activePerSecond: options.activePerSecond ?? 10,
      quietPerSecond: options.quietPerSecond ?? 1,
    };
  }

  get spread(): SpreadRegime {
    if (this.spreadBps < this.#limits.tightBps) return 'Tight';
    return this.spreadBps <= this.#limits.wideBps ? 'Normal' : 'Wide';
  }

  get depth(): DepthRegime {
    if (this.depthNotional > this.#limits.thickNotional) return 'Thick';
    return this.depthNotional >= this.#limits.thinNotional ? 'Normal' : 'Thin';
  }

  get activity(): ActivityRegime {
    if (this.updatesPerSecond > this.#limits.activePerSecond) return 'Active';
    return this.updatesPerSecond >= this.#limits.quietPerSecond ? 'Normal' : 'Quiet';
  }

  /** 0.2..1. An unknown spread or depth counts as the worst. */
  get multiplier(): number {
    const product = SPREAD_FACTORS[this.spread] * DEPTH_FACTORS[this.depth] * ACTIVITY_FACTORS[this.activity];
    return Math.min(1, Math.max(0.2, product));
  }

  update(top: BookTop): void {
    this.spreadBps = spreadBps(top);
    this.depthNotional = depthNear(top, this.#limits.nearBps);
    this.#remember(top.time);
    this.advanceTo(top.time);
  }

  /** Lets time pass without an update, so that a silent market turns quiet. */
  advanceTo(now: number): void {
    const horizon = now - this.#limits.activityWindowMs;
    const mask = this.#times.length - 1;
    while (this.#count > 0 && this.#times[this.#first]! <= horizon) {
      this.#first = (this.#first + 1) & mask;
      this.#count--;
    }
    this.updatesPerSecond = this.#count / (this.#limits.activityWindowMs / 1000);
  }

  #remember(time: number): void {
    if (this.#count === this.#times.length) this.#grow();
    this.#times[(this.#first + this.#count) & (this.#times.length - 1)] = time;
    this.#count++;
  }

  #grow(): void {
    const wider = new Float64Array(this.#times.length * 2);
    for (let i = 0; i < this.#count; i++) wider[i] = this.#times[(this.#first + i) & (this.#times.length - 1)]!;
    this.#times = wider;
    this.#first = 0;
  }

  save(): number[] {
    const state = [this.spreadBps, this.depthNotional, this.updatesPerSecond, this.#count];
    for (let i = 0; i < this.#count; i++) state.push(this.#times[(this.#first + i) & (this.#times.length - 1)]!);
    return state;
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.spreadBps = reader.next();
    this.depthNotional = reader.next();
    this.updatesPerSecond = reader.next();
    const count = reader.next();
    this.#first = 0;
    this.#count = 0;
    for (let i = 0; i < count; i++) this.#remember(reader.next());
  }
}

/** Notional (quote) of both sides within `nearBps` of mid, borders included; NaN when a side is empty. */
export function depthNear(top: BookTop, nearBps: number): number {
  const mid = midOf(top);
  if (Number.isNaN(mid)) return Number.NaN;
  // A price on the border is inside, whatever rounding the two products leave.
  const lowest = mid * (1 - nearBps / 10_000 - 1e-12);
  const highest = mid * (1 + nearBps / 10_000 + 1e-12);
  let notional = 0;
  for (let k = 0; k < top.bids && top.bidPrice[k]! >= lowest; k++) notional += top.bidPrice[k]! * top.bidSize[k]!;
  for (let k = 0; k < top.asks && top.askPrice[k]! <= highest; k++) notional += top.askPrice[k]! * top.askSize[k]!;
  return notional;
}
