import type { Instrument } from '../domain/tradable.ts';
import type { ExecutionModule } from '../ports/trading-modules.ts';
import { type CallSite, isPrice } from './call-site.ts';
import type { ExecutionDesk } from './execution-desk.ts';
import { ORDER_KIND, type Order, PURPOSE, PURPOSE_NAMES } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Position } from './position.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** Exit reason of a reduction by `adjustPosition`. */
const PARTIAL = 'partial_exit';
/** How old an exit by market order is, ns, for which entries do not wait any more. */
const PATIENCE = 60e9;
const { exit: EXIT, stop: STOP } = PURPOSE;
const { market: MARKET, limit: LIMIT } = ORDER_KIND;

/** Sends the orders that leave or reduce positions, and knows for which of them entries wait. */
export class ExitDesk {
  readonly #slots: readonly Slot[];
  readonly #desk: OrderDesk;
  readonly #execution: ExecutionDesk | null;
  readonly #clock: EngineClock;
  readonly #site: CallSite;

  constructor(
    slots: readonly Slot[],
    desk: OrderDesk,
    execution: ExecutionDesk | null,
    clock: EngineClock,
    site: CallSite,
  ) {
    this.#slots = slots;
    this.#desk = desk;
    this.#execution = execution;
    this.#clock = clock;
    this.#site = site;
  }

  /**
   * Leaves a position; false when the author's veto stands. A reduction on its way gives way to the whole exit.
   * @param atOnce by market order, without asking the author: the operator's wish, or the end of the data
   */
  leave(slot: Slot, position: Position, reason: string, tag: string | null, time: number, atOnce = false): boolean {
    const { pair, strategy } = slot;
    const { instrument, sign } = position;
    const working = slot.exit;
    if (working !== null) {
      if (this.#isFinal(working) || (working.reason !== PARTIAL && !atOnce)) return true;
    }
    let price: number | null = null;
    if (!atOnce && (slot.has.confirmExit || slot.has.exitPrice)) {
      const asked = this.#ask(slot, position, reason, time);
      if (asked === false) return false;
      price = asked;
    }
    if (working !== null) {
      this.withdraw(working, time);
      slot.exit = null;
    }
    const rate = price ?? pair.last;
    const module = atOnce ? null : (this.#execution?.moduleFor(slot, 'exit') ?? null);
    if (module !== null) return this.#work(module, slot, position, rate, reason, tag, time);
    const isLimit = !atOnce && (price !== null || strategy.orderTypes.exit === 'limit');
    const { kind, ticks } = isLimit
      ? { kind: LIMIT, ticks: exitTicks(instrument, sign, rate) }
      : { kind: MARKET, ticks: 0 };
    const order = this.#desk.submit(slot, EXIT, kind, -sign, ticks, position.lots, time, tag);
    order.reason = reason;
    slot.exit = order;
    return true;
  }

  /**
   * Takes off what is worth `stake` of the position's margin, unless what would remain could not be sold. On spot the smallest order counts for what
   * is taken off as well; on derivatives venues do not hold it against what reduces.
   * @returns the reason where it would be too small an order
   */
  reduce(slot: Slot, position: Position, stake: number, tag: string | null, time: number): string | null {
    const { instrument, lots } = position;
    const { close } = slot.pair;
    const off = Math.min(lots, instrument.lots((stake * position.amount) / position.margin));
    if (off < 1) return null;
    const rest = lots - off;
    const isDust = rest < instrument.minLots || instrument.amount(rest) * close < instrument.minCost;
    if (rest > 0 && isDust) return null;
    if (rest > 0 && !instrument.isMargined) {
      if (off < instrument.minLots) return 'reduction_below_minimum_amount';
      if (instrument.amount(off) * close < instrument.minCost) return 'reduction_below_minimum_cost';
    }
    const order = this.#desk.submit(slot, EXIT, MARKET, -position.sign, 0, off, time, tag);
    order.reason = PARTIAL;
    slot.exit = order;
    return null;
  }

  /** Moves a working exit to another price. */
  reprice(order: Order, price: number): void {
    const ticks = exitTicks(order.slot.pair.instrument, -order.sign, price);
    if (ticks !== order.ticks) this.#desk.amend(order, ticks, order.lots);
  }

  /** An exit order is gone: filled, withdrawn or refused. */
  ended(order: Order): void {
    const { slot } = order;
    if (slot.exit === order) slot.exit = null;
  }

  /**
   * True while entries wait for the cash and the slots that whole exits on their way free. One that was sent long before them stands in a market that
   * does not trade.
   * @param askedAt when the entries were asked for
   */
  keepsWaiting(askedAt: number): boolean {
    const slots = this.#slots;
    for (let k = 0; k < slots.length; k++) {
      const { exit } = slots[k]!;
      if (exit !== null && this.#isFinal(exit) && askedAt - exit.createdAt < PATIENCE) return true;
    }
    return false;
  }

  /** A whole exit by market order, which nothing takes the place of. */
  #isFinal(order: Order): boolean {
    return order.kind === MARKET && order.reason !== PARTIAL && !this.#execution?.isParent(order);
  }

  /** Asks for the withdrawal of a working exit. */
  withdraw(order: Order, time: number): void {
    if (this.#execution?.cancel(order, time)) return;
    if (this.#desk.cancel(order)) this.ended(order);
  }

  /** The author's price for an exit (null: none), or false for a veto. */
  #ask(slot: Slot, position: Position, reason: string, time: number): number | null | false {
    const { strategy, pair } = slot;
    const context = {
      pair: position.pair,
      side: position.side,
      time: this.#clock.toMs(time),
      rate: pair.last,
      entryTag: position.entryTag,
      position,
      profit: position.profitRatio(pair.last),
      reason,
    };
    const site = this.#site;
    if (slot.has.confirmExit) {
      site.enter(slot, 'confirmExit');
      if (!site.verdict(strategy.confirmExit!(context))) return false;
    }
    if (!slot.has.exitPrice) return null;
    site.enter(slot, 'exitPrice');
    return site.optional(strategy.exitPrice!(context), isPrice, 'a price above 0');
  }

  /** Lets a module work the exit. Entries of the same candle do not wait for it, as they do not for a limit order. */
  #work(
    module: ExecutionModule,
    slot: Slot,
    position: Position,
    rate: number,
    reason: string,
    tag: string | null,
    time: number,
  ): boolean {
    const { sign, lots, leverage } = position;
    const order = { slot, purpose: EXIT, sign: -sign, lots, rate, time, tag, leverage, reason, holdsSlot: false };
    const parent = this.#execution!.start(module, order);
    slot.exit = parent.isOpen ? parent : null;
    return parent.isOpen;
  }
}

/** The limit of an exit from a position of a sign: no worse than the wanted price. */
function exitTicks(instrument: Instrument, sign: number, price: number): number {
  return sign > 0 ? instrument.ticksUp(price) : Math.max(1, instrument.ticksDown(price));
}

/** The exit reason that a trade carries when this order ends it. */
export function exitReason(order: Order, position: Position): string {
  if (order.purpose === EXIT) return order.reason;
  if (order.purpose === STOP) return position.stopMoved ? 'trailing_stop_loss' : 'stop_loss';
  return PURPOSE_NAMES[order.purpose]!;
}
