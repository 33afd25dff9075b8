import type { Instrument } from '../../../domain/tradable.ts';
import type { OwnOrder } from './own-order.ts';
import type { CashBox } from './spot-cash.ts';

/** What is held of an instrument. */
interface Held {
  readonly sign: number;
  readonly lots: number;
}

/**
 * Margin that the quotes and orders by hand of one strategy on one perpetual would take if they filled: held back from everybody else on the account, so that
 * several pairs share its cash. Bids and asks of one pair end each other's positions: the dearer side counts, less what it would only close.
 */
export class MarginHold {
  readonly #box: CashBox;
  readonly #instrument: Instrument;
  readonly #leverage: number;
  #held = 0;

  constructor(box: CashBox, instrument: Instrument, leverage: number) {
    this.#box = box;
    this.#instrument = instrument;
    this.#leverage = leverage;
  }

  /** Stake currency that is held back. */
  get held(): number {
    return this.#held;
  }

  /** Holds what open orders need beside a position, in place of what was held. `lastTicks`: the price of orders at the market. */
  hold(orders: readonly OwnOrder[], position: Held | null, lastTicks: number): void {
    const need = Math.max(this.#need(orders, 1, position, lastTicks), this.#need(orders, -1, position, lastTicks));
    this.#box.heldBack += need - this.#held;
    this.#held = need;
    if (Math.abs(this.#box.heldBack) < 1e-9) this.#box.heldBack = 0;
  }

  #need(orders: readonly OwnOrder[], sign: 1 | -1, position: Held | null, lastTicks: number): number {
    const instrument = this.#instrument;
    let lots = 0;
    let dearest = 0;
    for (const order of orders) {
      if (order.sign !== sign) continue;
      const isMoving = order.pending === 'amend';
      lots += isMoving ? Math.max(order.lots, order.toLots) : order.lots;
      const ticks = isMoving ? Math.max(order.ticks, order.toTicks) : order.ticks;
      dearest = Math.max(dearest, Number.isNaN(ticks) ? lastTicks : ticks);
    }
    const opening = position !== null && position.sign !== sign ? lots - position.lots : lots;
    if (opening <= 0 || !(dearest > 0)) return 0;
    return (
      instrument.amount(opening) * instrument.price(dearest) * (1 / this.#leverage + Math.max(0, instrument.takerFee))
    );
  }
}
