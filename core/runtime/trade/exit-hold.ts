import { PURPOSE } from '../../engine/order.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveBrokerParts } from './live-broker-parts.ts';
import type { LiveOrder } from './live-order.ts';

/**
 * Says who may take off a position. On spot an order holds the coins that it sells, and under netting the venue cannot tell whose position an order would
 * reduce, so that a second one would open another: there one order at a time does (a stop and a profit that end each other count as one), and protective
 * orders make way for an exit.
 */
export class ExitHold {
  readonly #broker: LiveBroker;
  readonly #isSpot: boolean;
  readonly #isNetting: boolean;

  constructor(broker: LiveBroker, { exchange, netting }: LiveBrokerParts) {
    this.#broker = broker;
    this.#isSpot = exchange.kind === 'spot';
    this.#isNetting = netting;
  }

  /** Only one order at a time may take off the position. */
  isExclusive({ order }: LiveOrder): boolean {
    return this.#isSpot || (this.#isNetting && order.slot.pair.slots.length > 1);
  }

  /** What would take off the position, too, is withdrawn before an exit is sent. True while something still stands in the way. */
  isBlocked(exit: LiveOrder): boolean {
    if (!this.isExclusive(exit) || exit.order.purpose !== PURPOSE.exit) return false;
    const others = [...this.#broker.orders.values()].filter(
      (one) => one !== exit && !one.isEntry && one.order.slot === exit.order.slot && one.order.isOpen,
    );
    for (const one of others) one.isSuspended = true;
    const inTheWay = others.filter((one) => one.openAttempts.length > 0);
    for (const one of inTheWay) this.#broker.drive(one);
    return inTheWay.length > 0;
  }

  /**
   * On spot quotes and orders by hand that sell the coins which an order of the engine is to sell are withdrawn before it is sent. True while one still
   * stands in the way.
   */
  clearsSells({ isEntry, terms, order }: LiveOrder): boolean {
    if (!this.#isSpot || isEntry || terms !== null) return false;
    // What sells and is no exit was quoted or sent by hand, by the session before, too.
    const sells = [...this.#broker.orders.values()].filter(
      (one) => one.isEntry && one.order.sign === order.sign && one.order.slot === order.slot,
    );
    const inTheWay = sells.filter((one) => one.openAttempts.length > 0 || one.unbooked > 0);
    for (const one of sells) if (!one.isCancelled) this.#broker.withdraw(one);
    return inTheWay.length > 0;
  }

  /** An exit is over: what made way for it comes back. */
  onExitOver(exit: LiveOrder): void {
    if (!this.isExclusive(exit) || exit.order.purpose !== PURPOSE.exit) return;
    const suspended = [...this.#broker.orders.values()].filter(
      (one) => one.isSuspended && one.order.slot === exit.order.slot,
    );
    for (const one of suspended) one.isSuspended = false;
    for (const one of suspended) this.#broker.drive(one);
  }
}
