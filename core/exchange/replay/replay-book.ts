import { drawAt } from '../../foundation/rng.ts';

/** Levels of one side as [tick, lots], best first. */
export type Levels = readonly (readonly [tick: number, lots: number])[];

/** Where takeable quantity comes from. Ticks and lots are integers; `side` 1 = bids, -1 = asks. */
interface LiquiditySource {
  readonly bestBid: number;
  readonly bestAsk: number;
  levels(side: 1 | -1): Levels;
}

/** The book of one symbol, as the venues match on it. */
export interface MarketBook extends LiquiditySource {
  /** Resting orders wait in its queues and are filled by what is played; without, they fill when the price comes to them. */
  readonly queues: boolean;
  /** Multiplies every level: 0.01 makes a thin market. */
  liquidity: number;
  /** Moves the book to a price (ticks); 0 empties it. */
  move(tick: number): void;
  /** The best price; cheap. 0 when the book is empty. */
  touch(side: 1 | -1): number;
  /** Removes what a taker got. */
  take(side: 1 | -1, tick: number, lots: number): void;
}

/** Options of the synthetic book. */
export interface SyntheticBookOptions {
  readonly seed: string | number;
  readonly name: string;
  /** Levels a side. */
  readonly depth: number;
  /** Mean lots of a level. */
  readonly lots: number;
  /** Ticks between best bid and best ask, at least 1. */
  readonly spreadTicks: number;
  /** Ticks between levels. */
  readonly gapTicks: number;
}

/**
 * A book around a price: level sizes are counter-based draws keyed by seed, symbol, tick and epoch, so that nothing is stored and any
 * level can be computed alone. What has been taken from a level stays gone until the next step of the market.
 */
export class SyntheticBook implements MarketBook {
  readonly queues = false;
  readonly #options: SyntheticBookOptions;
  readonly #taken = new Map<number, number>();
  #mid = 1;
  #epoch = 0;
  #isEmpty = false;
  liquidity = 1;

  constructor(options: SyntheticBookOptions) {
    this.#options = options;
  }

  /** Moves the book to a new price (ticks) and refills it. A price of 0 empties it. */
  move(midTick: number): void {
    this.#mid = midTick;
    this.#isEmpty = midTick <= 0;
    this.#epoch++;
    this.#taken.clear();
  }

  get bestBid(): number {
    return this.levels(1)[0]?.[0] ?? 0;
  }

  get bestAsk(): number {
    return this.levels(-1)[0]?.[0] ?? 0;
  }

  /** The best price that exists before anything was taken this step; cheap. 0 when the book is empty. */
  touch(side: 1 | -1): number {
    if (this.#isEmpty) return 0;
    const half = Math.max(1, this.#options.spreadTicks) / 2;
    return side > 0
      ? Math.ceil(this.#mid - half)
      : Math.ceil(this.#mid - half) + Math.max(1, this.#options.spreadTicks);
  }

  levels(side: 1 | -1): Levels {
    const out: (readonly [number, number])[] = [];
    const first = this.touch(side);
    if (first <= 0) return out;
    for (let k = 0; k < this.#options.depth; k++) {
      const tick = first - side * k * this.#options.gapTicks;
      if (tick <= 0) break;
      const lots = this.#lots(side, tick, k) - (this.#taken.get(side * tick) ?? 0);
      if (lots > 0) out.push([tick, lots]);
    }
    return out;
  }

  take(side: 1 | -1, tick: number, lots: number): void {
    this.#taken.set(side * tick, (this.#taken.get(side * tick) ?? 0) + lots);
  }

  /** Sizes grow away from the touch and change every few steps, each level at its own time. */
  #lots(side: 1 | -1, tick: number, k: number): number {
    const { seed, name, lots } = this.#options;
    const phase = Math.abs(tick) % 7;
    const draw = drawAt(seed, name, side, tick, Math.floor((this.#epoch + phase) / 7));
    return Math.max(0, Math.round((0.25 + 1.5 * draw) * lots * (1 + k / 10) * this.liquidity));
  }
}
