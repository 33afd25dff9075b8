import { type Rng, seeded } from '../foundation/rng.ts';
import { type BookEvents, EVENT, EventBuilder, SEE } from './book-events.ts';
import { PriceLadder } from './ladder.ts';

/** Options of the random market. */
export interface RandomMarketOptions {
  readonly seed: string | number;
  /** Events after the first snapshot. */
  readonly length: number;
  /** Mean time between events, ns. */
  readonly meanGapNs?: number;
  readonly startTick?: number;
  /** Levels of the first snapshot on each side. */
  readonly depth?: number;
  /** Share of events that are market orders. */
  readonly tradeShare?: number;
}

/**
 * A seeded random market for tests and benchmarks: limit orders, cancellations and market orders arrive at a book of its own, whose
 * changes and trades become the feed, received 1 to 5 ms later. It is never crossed and its trades happen at the best price.
 * Nothing about it resembles a real market but the form of its data.
 */
export function randomMarket(options: RandomMarketOptions): BookEvents {
  const { seed, length, meanGapNs = 2_000_000, startTick = 500_000, depth = 25, tradeShare = 0.15 } = options;
  const rng = seeded(seed);
  const ladder = new PriceLadder();
  const builder = new EventBuilder(1_700_000_000_000);
  let exchangeTime = 0;
  let localTime = 0;
  const emit = (kind: number, side: 1 | -1, tick: number, lots: number) => {
    builder.push(SEE.both, kind, side, exchangeTime, localTime, tick, lots);
  };
  const setLevel = (side: 1 | -1, tick: number, lots: number) => {
    ladder.set(side, tick, lots);
    emit(EVENT.depth, side, tick, lots);
  };
  const step = () => {
    const gap = -Math.log(1 - rng.next()) * meanGapNs;
    exchangeTime += Math.round(gap);
    localTime = Math.max(localTime, exchangeTime + 1_000_000 + rng.int(4_000_000));
  };
  step();
  for (let k = 1; k <= depth; k++) {
    setLevel(1, startTick - k, 1 + rng.int(300));
    setLevel(-1, startTick + k, 1 + rng.int(300));
  }
  const snapshot = builder.length;
  while (builder.length - snapshot < length) {
    step();
    const side = rng.int(2) ? 1 : -1;
    if (rng.next() < tradeShare) marketOrder(ladder, side, rng, emit, setLevel);
    else quoteChange(ladder, side, rng, setLevel);
  }
  return builder.events();
}

type Emit = (kind: number, side: 1 | -1, tick: number, lots: number) => void;
type SetLevel = (side: 1 | -1, tick: number, lots: number) => void;

/** `side` takes from the other side: one trade per level it reaches, each followed by the level's change. */
function marketOrder(ladder: PriceLadder, side: 1 | -1, rng: Rng, emit: Emit, setLevel: SetLevel): void {
  const levels = side > 0 ? ladder.asks : ladder.bids;
  let left = 1 + Math.floor(-Math.log(1 - rng.next()) * 60);
  while (left > 0 && levels.count > 3) {
    const tick = side > 0 ? ladder.bestAsk : ladder.bestBid;
    const shown = levels.get(tick);
    const taken = Math.min(left, shown);
    left -= taken;
    emit(EVENT.trade, side, tick, taken);
    setLevel(side > 0 ? -1 : 1, tick, shown - taken);
  }
}

/** A level near the touch grows, shrinks, appears inside the spread or goes. */
function quoteChange(ladder: PriceLadder, side: 1 | -1, rng: Rng, setLevel: SetLevel): void {
  const { bestBid, bestAsk } = ladder;
  const levels = side > 0 ? ladder.bids : ladder.asks;
  const best = side > 0 ? bestBid : bestAsk;
  const spread = bestAsk - bestBid;
  const isInside = spread > 1 && rng.next() < 0.4;
  const distance = isInside ? -1 - rng.int(spread - 1) : Math.floor(-Math.log(1 - rng.next()) * 6);
  const tick = best - side * distance;
  const isRemoval = distance >= 0 && levels.get(tick) > 0 && levels.count > 5 && rng.next() < 0.25;
  setLevel(side, tick, isRemoval ? 0 : 1 + rng.int(300));
}
