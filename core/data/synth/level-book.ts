import type { Rng } from '../../foundation/rng.ts';

/** Where the book's events go. Prices in ticks, amounts in lots; side 1 = bid (or a buying taker), -1 = ask. */
export interface LevelBookOutput {
  change(time: number, kind: number, side: number, tick: number, lots: number): void;
  trade(time: number, tick: number, lots: number, takerSide: number): void;
}

/** Levels kept on each side. */
const DEPTH = 15;

/** A small limit order book by price level that follows a latent price and reports what it does. */
export class LevelBook {
  readonly #rng: Rng;
  readonly #usual: number;
  readonly #out: LevelBookOutput;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  #lastTrade = Number.NaN;

  constructor(rng: Rng, usualLots: number, out: LevelBookOutput) {
    this.#rng = rng;
    this.#usual = usualLots;
    this.#out = out;
  }

  /** Sets the book around `tick` where it is empty and reports it whole, bids first, best first. */
  snapshot(time: number, tick: number): void {
    if (this.#bids.size === 0) this.#fillAround(tick);
    let kind = 1;
    for (const [side, levels] of this.#sides()) {
      for (const [price, lots] of sorted(levels, side)) {
        this.#out.change(time, kind, side, price, lots);
        kind = 2;
      }
    }
  }

  /** Moves the touch so that `tick` has just traded, or lets chance act around it. `mustTrade`: one trade at `tick` for certain. */
  step(time: number, tick: number, mustTrade: boolean): void {
    const bid = Math.max(...this.#bids.keys());
    const ask = Math.min(...this.#asks.keys());
    if (tick >= ask) this.#eat(time, 1, tick);
    else if (tick <= bid) this.#eat(time, -1, tick);
    else if (mustTrade || this.#rng.next() < 0.5) this.#improveAndTrade(time, tick);
    if (mustTrade && this.#lastTrade !== tick) this.#improveAndTrade(time, tick);
    this.#refill(time);
    this.#churn(time);
  }

  /** A taker on `side` takes every level up to and partly at `tick`. */
  #eat(time: number, side: number, tick: number): void {
    const levels = side > 0 ? this.#asks : this.#bids;
    for (const [price, lots] of sorted(levels, -side)) {
      if ((price - tick) * side > 0) break;
      const isLast = price === tick;
      const taken = isLast ? Math.max(1, Math.floor(lots * (0.1 + 0.5 * this.#rng.next()))) : lots;
      this.#trade(time, side, price, taken);
    }
    // The market moved here: where nothing stood at `tick`, somebody steps in and is hit.
    if (this.#lastTrade !== tick) this.#improveAndTrade(time, tick);
  }

  /** Puts a small order at `tick`, inside the spread or at the touch, and trades half of it. */
  #improveAndTrade(time: number, tick: number): void {
    const bid = Math.max(...this.#bids.keys());
    const ask = Math.min(...this.#asks.keys());
    const takerSide = tick <= bid ? -1 : tick >= ask ? 1 : this.#rng.next() < 0.5 ? 1 : -1;
    const levels = takerSide > 0 ? this.#asks : this.#bids;
    if (!levels.has(tick)) this.#set(time, -takerSide, tick, 1 + this.#draw());
    const lots = levels.get(tick)!;
    this.#trade(time, takerSide, tick, Math.max(1, Math.floor(lots / 2)));
  }

  #trade(time: number, takerSide: number, tick: number, lots: number): void {
    const levels = takerSide > 0 ? this.#asks : this.#bids;
    const left = levels.get(tick)! - lots;
    this.#out.trade(time, tick, lots, takerSide);
    this.#set(time, -takerSide, tick, left);
    this.#lastTrade = tick;
  }

  /** Keeps both sides DEPTH deep next to each other; levels left far behind are cancelled. */
  #refill(time: number): void {
    const anchorBid = this.#bids.size > 0 ? Math.max(...this.#bids.keys()) : Math.min(...this.#asks.keys()) - 1;
    const anchorAsk = this.#asks.size > 0 ? Math.min(...this.#asks.keys()) : anchorBid + 1;
    const spread = 1 + this.#rng.int(2);
    // Nothing may have traded yet.
    const mid = Number.isNaN(this.#lastTrade) ? Math.round((anchorBid + anchorAsk) / 2) : Math.round(this.#lastTrade);
    const bestBid = Math.min(anchorAsk - 1, Math.max(anchorBid, mid - spread));
    const bestAsk = Math.max(bestBid + 1, Math.min(anchorAsk, mid + spread));
    for (let d = 0; d < DEPTH; d++) {
      if (bestBid - d > 0 && !this.#bids.has(bestBid - d)) this.#set(time, 1, bestBid - d, this.#draw());
      if (!this.#asks.has(bestAsk + d)) this.#set(time, -1, bestAsk + d, this.#draw());
    }
    for (const price of [...this.#bids.keys()]) if (price < bestBid - 2 * DEPTH) this.#set(time, 1, price, 0);
    for (const price of [...this.#asks.keys()]) if (price > bestAsk + 2 * DEPTH) this.#set(time, -1, price, 0);
  }

  /** Makers change their minds at a few random levels. */
  #churn(time: number): void {
    const changes = 1 + this.#rng.int(4);
    for (let i = 0; i < changes; i++) {
      const side = this.#rng.next() < 0.5 ? 1 : -1;
      const prices = sorted(side > 0 ? this.#bids : this.#asks, side);
      const level = prices[this.#rng.int(Math.min(DEPTH, prices.length))];
      if (level) this.#set(time, side, level[0], this.#draw());
    }
  }

  #fillAround(tick: number): void {
    for (let d = 1; d <= DEPTH; d++) {
      if (tick - d > 0) this.#bids.set(tick - d, this.#draw());
      this.#asks.set(tick + d, this.#draw());
    }
  }

  #set(time: number, side: number, tick: number, lots: number): void {
    const levels = side > 0 ? this.#bids : this.#asks;
    if (lots > 0) levels.set(tick, lots);
    else levels.delete(tick);
    this.#out.change(time, 0, side, tick, lots);
  }

  #draw(): number {
    return Math.max(1, Math.round(this.#usual * Math.exp(0.9 * this.#rng.normal())));
  }

  #sides(): readonly (readonly [number, Map<number, number>])[] {
    return [
      [1, this.#bids],
      [-1, this.#asks],
    ];
  }
}

/** Levels of a side, best first: bids from the highest, asks from the lowest. */
function sorted(levels: ReadonlyMap<number, number>, side: number): [number, number][] {
  return [...levels].sort(([a], [b]) => (b - a) * side);
}
