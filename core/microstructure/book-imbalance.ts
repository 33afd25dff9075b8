import { type BookTop, midOf } from './book-top.ts';

/** Order-book imbalance (bid - ask) / (bid + ask), -1..1; 0 when both are empty. */
export function imbalance(bid: number, ask: number): number {
  const total = bid + ask;
  return total > 0 ? (bid - ask) / total : 0;
}

/** Imbalance of the sizes at the best prices: the queue imbalance of Gould and Bonart (2016). */
export function queueImbalance(top: BookTop): number {
  return imbalance(top.bids > 0 ? top.bidSize[0]! : 0, top.asks > 0 ? top.askSize[0]! : 0);
}

/** Imbalance of the first `levels` levels. */
export function imbalanceAtLevels(top: BookTop, levels: number): number {
  return imbalance(sumOf(top.bidSize, Math.min(levels, top.bids)), sumOf(top.askSize, Math.min(levels, top.asks)));
}

/** Imbalance of the sizes within `bps` of mid, borders included; NaN when a side is empty. */
export function imbalanceWithin(top: BookTop, bps: number): number {
  const mid = midOf(top);
  if (Number.isNaN(mid)) return Number.NaN;
  let bid = 0;
  let ask = 0;
  // A price on the border is inside, whatever rounding the two products leave.
  const lowest = mid * (1 - bps / 10_000 - 1e-12);
  const highest = mid * (1 + bps / 10_000 + 1e-12);
  for (let k = 0; k < top.bids && top.bidPrice[k]! >= lowest; k++) bid += top.bidSize[k]!;
  for (let k = 0; k < top.asks && top.askPrice[k]! <= highest; k++) ask += top.askSize[k]!;
  return imbalance(bid, ask);
}

/** Mid weighted by the opposite sizes at the best prices: nearer to the side that is about to be used up. NaN when a side is empty. */
export function weightedMid(top: BookTop): number {
  if (top.bids === 0 || top.asks === 0) return Number.NaN;
  const bid = top.bidSize[0]!;
  const ask = top.askSize[0]!;
  return (top.askPrice[0]! * bid + top.bidPrice[0]! * ask) / (bid + ask);
}

/** Average price of one side's first `levels` levels by size; NaN when the side is empty. */
export function bookVwap(top: BookTop, side: 'bid' | 'ask', levels: number): number {
  const prices = side === 'bid' ? top.bidPrice : top.askPrice;
  const sizes = side === 'bid' ? top.bidSize : top.askSize;
  const n = Math.min(levels, side === 'bid' ? top.bids : top.asks);
  let cost = 0;
  let size = 0;
  for (let k = 0; k < n; k++) {
    cost += prices[k]! * sizes[k]!;
    size += sizes[k]!;
  }
  return size > 0 ? cost / size : Number.NaN;
}

/** How one side's depth builds up away from mid. */
export interface BookShape {
  /** Base units that stand per basis point of distance: least squares of cumulative size on distance. */
  slope: number;
  /** Second-order coefficient of the same curve: positive where depth builds up faster further out. NaN under three levels. */
  convexity: number;
}

/**
 * Slope and convexity of cumulative depth against distance from mid (bps) over the first `levels` levels, a parabola through the origin
 * for convexity and a line through it for slope. NaN when a side is empty.
 */
export function bookShape(top: BookTop, side: 'bid' | 'ask', levels: number): BookShape {
  const mid = midOf(top);
  const prices = side === 'bid' ? top.bidPrice : top.askPrice;
  const sizes = side === 'bid' ? top.bidSize : top.askSize;
  const n = Math.min(levels, side === 'bid' ? top.bids : top.asks);
  let cumulative = 0;
  let xx = 0;
  let xxx = 0;
  let xxxx = 0;
  let xy = 0;
  let xxy = 0;
  for (let k = 0; k < n; k++) {
    const x = (Math.abs(prices[k]! - mid) / mid) * 10_000;
    cumulative += sizes[k]!;
    xx += x * x;
    xxx += x ** 3;
    xxxx += x ** 4;
    xy += x * cumulative;
    xxy += x * x * cumulative;
  }
  const determinant = xx * xxxx - xxx * xxx;
  return {
    slope: n > 0 && xx > 0 ? xy / xx : Number.NaN,
    convexity: n >= 3 && Math.abs(determinant) > 1e-12 ? (xx * xxy - xxx * xy) / determinant : Number.NaN,
  };
}

function sumOf(sizes: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += sizes[k]!;
  return sum;
}
