import { append, listOf, takeOut } from '../../../foundation/short-list.ts';
import { ORDER_KIND, type Order } from '../../order.ts';
import type { Position } from '../../position.ts';
import type { PairState } from '../../slot.ts';
import { sideOf } from './candle-prices.ts';

/** The orders that rest with the simulated exchange, by pair, and the prices between which nothing happens to them or to positions. */
export class Resting {
  readonly #orders: Order[][];
  /** By pair: what lies strictly between touches nothing. An infinite floor: to be found anew. */
  readonly #floors: Float64Array;
  readonly #ceilings: Float64Array;

  constructor(pairs: number) {
    this.#orders = Array.from({ length: pairs }, () => listOf<Order>());
    this.#floors = new Float64Array(pairs).fill(Number.POSITIVE_INFINITY);
    this.#ceilings = new Float64Array(pairs);
  }

  of(pair: PairState): readonly Order[] {
    return this.#orders[pair.index]!;
  }

  add(order: Order): void {
    append(this.#orders[order.slot.pair.index]!, order);
  }

  remove(order: Order): void {
    takeOut(this.#orders[order.slot.pair.index]!, order);
  }

  /** What rests or is held has changed. */
  unsettle(pair: PairState): void {
    this.#floors[pair.index] = Number.POSITIVE_INFINITY;
  }

  /** Nothing has changed since its prices were last asked for. */
  isSettled(pair: PairState): boolean {
    return this.#floors[pair.index] !== Number.POSITIVE_INFINITY;
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
    if (this.#floors[pair.index] === Number.POSITIVE_INFINITY) this.#settle(pair);
    return this.#floors[pair.index]!;
  }

  /** Below it nothing is touched from above. */
  ceiling(pair: PairState): number {
    if (this.#floors[pair.index] === Number.POSITIVE_INFINITY) this.#settle(pair);
    return this.#ceilings[pair.index]!;
  }

  #settle(pair: PairState): void {
    const orders = this.#orders[pair.index]!;
    let floor = Number.NEGATIVE_INFINITY;
    let ceiling = Number.POSITIVE_INFINITY;
    for (let k = 0; k < orders.length; k++) {
      const { kind, sign, price } = orders[k]!;
      // A buy stop and a sell limit lie above the market, their counterparts below.
      if (kind === ORDER_KIND.stop ? sign < 0 : sign > 0) {
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
  }
}

/** True when the mark price reaches a position's liquidation price inside the candle. */
export function reachesLiquidation({ liquidation, sign }: Position, pair: PairState): boolean {
  return liquidation > 0 && (sign > 0 ? pair.markLow <= liquidation : pair.markHigh >= liquidation);
}

/** True when the market opens beyond it. */
export function gapsLiquidation({ liquidation, sign }: Position, pair: PairState): boolean {
  const { open } = sideOf(-sign, pair);
  return liquidation > 0 && (sign > 0 ? open <= liquidation : open >= liquidation);
}
