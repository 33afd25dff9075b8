import { append, listOf, takeOut } from '../../../foundation/short-list.ts';
import { ORDER_KIND, type Order } from '../../order.ts';
import type { Position } from '../../position.ts';
import type { PairState } from '../../slot.ts';
import { gapsLimit, gapsStop, halfOf, sideOf } from './candle-prices.ts';

const { market: MARKET, limit: LIMIT, stop: STOP } = ORDER_KIND;

/** The orders that rest with the simulated exchange, by pair, and the prices between which nothing happens to them or to positions. */
export class Resting {
  readonly #orders: Order[][];
  /** By pair: what lies strictly between touches nothing, as of the change when they were found. */
  readonly #floors: Float64Array;
  readonly #ceilings: Float64Array;
  readonly #foundAt: Int32Array;
  /** By pair: how often what rests or is held has changed. */
  readonly #changes: Int32Array;

  constructor(pairs: number) {
    this.#orders = Array.from({ length: pairs }, () => listOf<Order>());
    this.#floors = new Float64Array(pairs);
    this.#ceilings = new Float64Array(pairs);
    this.#foundAt = new Int32Array(pairs).fill(-1);
    this.#changes = new Int32Array(pairs);
  }

  of(pair: PairState): readonly Order[] {
    return this.#orders[pair.index]!;
  }

  add(order: Order): void {
    const { pair } = order.slot;
    this.unsettle(pair);
    append(this.#orders[pair.index]!, order);
  }

  remove(order: Order): void {
    const { pair } = order.slot;
    this.unsettle(pair);
    takeOut(this.#orders[pair.index]!, order);
  }

  /** What rests has moved, or what is held has changed. */
  unsettle(pair: PairState): void {
    this.#changes[pair.index]!++;
  }

  changes(pair: PairState): number {
    return this.#changes[pair.index]!;
  }

  /** Nothing has changed since its prices were last asked for. */
  isSettled(pair: PairState): boolean {
    return this.#foundAt[pair.index] === this.#changes[pair.index];
  }

  /** Something of the pair rests or is held, so that its candles matter. */
  watches(pair: PairState): boolean {
    if (this.#orders[pair.index]!.length > 0) return true;
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) if (slots[k]!.position !== null) return true;
    return false;
  }

  /** The pair's candle may do something: it reaches the price of a resting order or of a liquidation. */
  touches(pair: PairState): boolean {
    const { index, low, high, markLow, markHigh } = pair;
    const floor = this.floor(pair);
    const ceiling = this.#ceilings[index]!;
    return !(low > floor && markLow > floor && high < ceiling && markHigh < ceiling);
  }

  /** Above it nothing is touched from below. */
  floor(pair: PairState): number {
    if (!this.isSettled(pair)) this.#settle(pair);
    return this.#floors[pair.index]!;
  }

  /** Below it nothing is touched from above. */
  ceiling(pair: PairState): number {
    if (!this.isSettled(pair)) this.#settle(pair);
    return this.#ceilings[pair.index]!;
  }

  #settle(pair: PairState): void {
    const orders = this.#orders[pair.index]!;
    let floor = Number.NEGATIVE_INFINITY;
    let ceiling = Number.POSITIVE_INFINITY;
    for (let k = 0; k < orders.length; k++) {
      const { kind, sign, restingPrice: price } = orders[k]!;
      // A buy stop and a sell limit lie above the market, their counterparts below.
      if (kind === STOP ? sign < 0 : sign > 0) {
        if (price > floor) floor = price;
      } else if (price < ceiling) ceiling = price;
    }
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) {
      const { position } = slots[k]!;
      if (position === null || !(position.liquidation > 0)) continue;
      const { liquidation } = position;
      if (position.sign > 0) {
        if (liquidation > floor) floor = liquidation;
      } else if (liquidation < ceiling) ceiling = liquidation;
    }
    this.#floors[pair.index] = floor;
    this.#ceilings[pair.index] = ceiling;
    this.#foundAt[pair.index] = this.#changes[pair.index]!;
  }
}

/**
 * Price at which a position is liquidated inside the candle: where the mark price reaches it and trades do not, the worst trade. NaN where it is not;
 * with `beforeStops` also where its stop is nearer to the entry.
 */
export function liquidationIn(position: Position, pair: PairState, beforeStops: boolean): number {
  if (!reachesLiquidation(position, pair)) return Number.NaN;
  const { sign, liquidation } = position;
  if (beforeStops && sign * (stopPriceOf(position) - liquidation) >= 0) return Number.NaN;
  const { low, high } = sideOf(-sign, pair);
  return Math.min(Math.max(liquidation, low), high);
}

/** True when the mark price reaches a position's liquidation price inside the candle. */
function reachesLiquidation({ liquidation, sign }: Position, pair: PairState): boolean {
  return liquidation > 0 && (sign > 0 ? pair.markLow <= liquidation : pair.markHigh >= liquidation);
}

/** Where its stop stands with the exchange: a move of it may still be under way. Below any price (above, for a short) where there is none. */
function stopPriceOf({ sign, stopTicks, stopOrder, instrument }: Position): number {
  if (!(stopTicks > 0)) return sign * Number.NEGATIVE_INFINITY;
  return stopOrder === null ? instrument.price(stopTicks) : stopOrder.restingPrice;
}

/** An addition that lies beyond its position's stop or liquidation price: on the way to it the position would have been left. */
export function leavesBefore(order: Order, limit: number, pair: PairState): boolean {
  const { position } = order.slot;
  if (position === null) return false;
  const { sign, liquidation } = position;
  if (sign * (stopPriceOf(position) - limit) >= 0) return true;
  return liquidation > 0 && sign * (liquidation - limit) >= 0 && reachesLiquidation(position, pair);
}

/** True when the market opens beyond it, and the mark price goes there as well. */
export function gapsLiquidation(position: Position, pair: PairState): boolean {
  const { liquidation, sign } = position;
  const { open } = sideOf(-sign, pair);
  return (sign > 0 ? open <= liquidation : open >= liquidation) && reachesLiquidation(position, pair);
}

/**
 * A limit that begins beyond the market: it cannot be met on the way there, so it takes at the next price that there is.
 * @param phase odd inside a candle
 * @param here where the market is known to have been inside it; NaN: not known
 */
export function beginsBeyond(order: Order, phase: number, here: number): boolean {
  if (order.kind !== LIMIT) return false;
  const { sign, restingPrice } = order;
  const { pair } = order.slot;
  const middle = (phase & 1) === 1 && !Number.isNaN(here) ? here : pair.last;
  return gapsLimit(sign, restingPrice, middle + sign * halfOf(pair));
}

/** The phase of a stop that fills at its trigger: it stood before the candle at hand, or as if it had. */
const LONG_AGO = -1;

/**
 * A stop stands that comes with an entry. It is met on the way from where that filled, so it fills at its trigger, or at once where the market is beyond
 * it already. Other than where a limit filled as the candle opens: the market may be far beyond that.
 * @param phase odd inside a candle
 * @param here where the market was at the fill
 */
export function followEntry(stop: Order, entry: Order, phase: number, here: number): void {
  const isInside = (phase & 1) === 1;
  if (!isInside && entry.kind !== MARKET) return;
  const { sign, restingTicks, restingPrice, slot } = stop;
  const { pair } = slot;
  const at = here + sign * halfOf(pair);
  if (gapsStop(sign, restingPrice, at)) {
    // In whole ticks: the way to there leaves binary noise.
    const ticks = sign > 0 ? pair.instrument.ticksUp(at) : pair.instrument.ticksDown(at);
    if (sign * (ticks - restingTicks) > 0) {
      if (!isInside) return;
      stop.restingTicks = ticks;
    }
  }
  stop.restingSince = LONG_AGO;
}
