import { type BookTop, midOf } from './book-top.ts';
import { requireCount, type Savable, StateReader } from './state.ts';

/** Options of the liquidity metrics. */
export interface LiquidityOptions {
  readonly levels?: number;
  /** Weight of the newest depth in the moving average. */
  readonly resilienceAlpha?: number;
  /** Drop below the average that counts as a shock: 0.3 for BTC, 0.2 for thinner pairs. */
  readonly shockThreshold?: number;
}

/** Cost of walking the book with a market order. Basis points are costs: positive is worse. NaN when the side is empty. */
export interface Slippage {
  vwap: number;
  bpsVsMid: number;
  bpsVsBest: number;
  /** Share of the order that the given levels can fill, 0..1. */
  filled: number;
}

/**
 * Spread, depth and resilience of the book (Kyle 1985; Foucault, Pagano and Röell 2013). Sizes in base units, NaN when a side is empty.
 * `effectiveSpread` is the quoted one, as the document names it; see `TradeSpreads` for the one paid by trades.
 * Guard: all of it believes what is shown; in a spoofed book the depth is not there.
 */
export class Liquidity implements Savable {
  effectiveSpread = Number.NaN;
  bidDepth = Number.NaN;
  askDepth = Number.NaN;
  /** Sums of size / distance from mid. */
  weightedBidDepth = Number.NaN;
  weightedAskDepth = Number.NaN;
  /** Exponential average of total depth. */
  averageDepth = Number.NaN;
  /** 0..1; 0.5 when depth is as usual, below it the book is fragile. */
  resilience = Number.NaN;
  /** Depth fell by more than the threshold below its average at this update: cancel quotes, enter nothing. */
  isDepthShock = false;
  readonly #levels: number;
  readonly #alpha: number;
  readonly #shockThreshold: number;

  constructor(options: LiquidityOptions = {}) {
    this.#levels = requireCount('levels', options.levels ?? 5);
    this.#alpha = options.resilienceAlpha ?? 0.1;
    this.#shockThreshold = options.shockThreshold ?? 0.3;
  }

  /** bid / (bid + ask) depth: above 0.5 is bullish, above 0.65 reliably so. */
  get depthImbalance(): number {
    return this.bidDepth / (this.bidDepth + this.askDepth);
  }

  update(top: BookTop): void {
    const mid = midOf(top);
    this.effectiveSpread = top.bids > 0 && top.asks > 0 ? top.askPrice[0]! - top.bidPrice[0]! : Number.NaN;
    let bidDepth = 0;
    let askDepth = 0;
    let weightedBid = 0;
    let weightedAsk = 0;
    const bids = Math.min(this.#levels, top.bids);
    const asks = Math.min(this.#levels, top.asks);
    for (let k = 0; k < bids; k++) {
      bidDepth += top.bidSize[k]!;
      weightedBid += top.bidSize[k]! / Math.abs(top.bidPrice[k]! - mid);
    }
    for (let k = 0; k < asks; k++) {
      askDepth += top.askSize[k]!;
      weightedAsk += top.askSize[k]! / Math.abs(top.askPrice[k]! - mid);
    }
    this.bidDepth = bidDepth;
    this.askDepth = askDepth;
    this.weightedBidDepth = weightedBid;
    this.weightedAskDepth = weightedAsk;
    this.#track(bidDepth + askDepth);
  }

  #track(depth: number): void {
    const before = this.averageDepth;
    this.isDepthShock = depth < (1 - this.#shockThreshold) * before;
    this.averageDepth = Number.isNaN(before) ? depth : this.#alpha * depth + (1 - this.#alpha) * before;
    if (this.averageDepth > 0) this.resilience = Math.min(depth / this.averageDepth, 2) / 2;
  }

  save(): number[] {
    const depths = [this.bidDepth, this.askDepth, this.weightedBidDepth, this.weightedAskDepth];
    return [this.effectiveSpread, ...depths, this.averageDepth, this.resilience, this.isDepthShock ? 1 : 0];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.effectiveSpread = reader.next();
    this.bidDepth = reader.next();
    this.askDepth = reader.next();
    this.weightedBidDepth = reader.next();
    this.weightedAskDepth = reader.next();
    this.averageDepth = reader.next();
    this.resilience = reader.next();
    this.isDepthShock = reader.nextBoolean();
  }
}

/** Walks the book with a market order of `size` base units over all levels of `top`; writes into `out` and returns it. */
export function slippage(
  top: BookTop,
  side: 'buy' | 'sell',
  size: number,
  out: Slippage = { vwap: 0, bpsVsMid: 0, bpsVsBest: 0, filled: 0 },
): Slippage {
  const isBuy = side === 'buy';
  const prices = isBuy ? top.askPrice : top.bidPrice;
  const sizes = isBuy ? top.askSize : top.bidSize;
  const levels = isBuy ? top.asks : top.bids;
  let left = size;
  let cost = 0;
  for (let k = 0; k < levels && left > 0; k++) {
    const take = Math.min(left, sizes[k]!);
    cost += take * prices[k]!;
    left -= take;
  }
  const filled = size - left;
  const sign = isBuy ? 10_000 : -10_000;
  const mid = midOf(top);
  out.filled = filled / size;
  out.vwap = filled > 0 ? cost / filled : Number.NaN;
  out.bpsVsMid = (sign * (out.vwap - mid)) / mid;
  out.bpsVsBest = filled > 0 ? (sign * (out.vwap - prices[0]!)) / prices[0]! : Number.NaN;
  return out;
}
