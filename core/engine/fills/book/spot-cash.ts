import type { Instrument } from '../../../domain/tradable.ts';

/** An order as far as it holds something back. */
export interface Holder {
  held: number;
}

/** What orders hold back on spot: buys cash, sells coins. */
export interface Purse {
  /** Holds what an order needs in place of what it held; false, and nothing changes, where it is not there. */
  take(order: Holder, lots: number, ticks: number): boolean;
  /** The same before an order is changed: it may fill as it was and as it shall be. */
  change(order: Holder & { readonly lots: number; readonly ticks: number }, lots: number, ticks: number): boolean;
  /** Holds no more than what is open needs; 0 lots: nothing. */
  keep(order: Holder, lots: number, ticks: number): void;
}

/** Where cash is counted. */
export interface CashBox {
  /** What can be spent now. */
  readonly free: number;
  heldBack: number;
}

/**
 * Cash that buys of a spot market hold back from the moment they are sent until they have filled or ended, as an exchange does: what rests cannot be spent on
 * anything else, so that free cash never falls below zero. Fees are reckoned as a taker's.
 */
export class SpotCash implements Purse {
  readonly #box: CashBox;
  readonly #instrument: Instrument;

  constructor(box: CashBox, instrument: Instrument) {
    this.#box = box;
    this.#instrument = instrument;
  }

  /** Holds back what `lots` at `ticks` cost, in place of what the order held; false, and nothing changes, where free cash does not cover it. */
  take(order: Holder, lots: number, ticks: number): boolean {
    const need = this.#cost(lots, ticks);
    if (need - order.held > this.#box.free) return false;
    this.#hold(order, need);
    return true;
  }

  /**
   * Before an order is changed: until the exchange has answered it may fill as it was and as it shall be, so it holds the dearest that may come of that.
   * False, and nothing changes, where free cash does not cover it.
   */
  change(order: Holder & { readonly lots: number; readonly ticks: number }, lots: number, ticks: number): boolean {
    if (lots <= order.lots && ticks <= order.ticks) return true;
    return this.take(order, Math.max(lots, order.lots), Math.max(ticks, order.ticks));
  }

  /** Holds no more than what is open costs; 0 lots: nothing. */
  keep(order: Holder, lots: number, ticks: number): void {
    if (order.held > 0) this.#hold(order, lots === 0 ? 0 : Math.min(order.held, this.#cost(lots, ticks)));
  }

  /** The highest price in ticks at which free cash covers `lots`; 0 where none does. */
  reach(lots: number): number {
    const { free } = this.#box;
    const instrument = this.#instrument;
    return free > 0 ? Math.max(0, instrument.ticksDown(free / (instrument.amount(lots) * this.#dearest))) : 0;
  }

  /** Of the price, the fee included. */
  get #dearest(): number {
    const { makerFee, takerFee } = this.#instrument;
    return 1 + Math.max(makerFee, takerFee, 0);
  }

  #cost(lots: number, ticks: number): number {
    return this.#instrument.amount(lots) * this.#instrument.price(ticks) * this.#dearest;
  }

  #hold(order: Holder, amount: number): void {
    this.#box.heldBack += amount - order.held;
    order.held = amount;
    // Sums of what has come and gone leave binary noise: with nothing held, nothing is.
    if (Math.abs(this.#box.heldBack) < 1e-9) this.#box.heldBack = 0;
  }
}
