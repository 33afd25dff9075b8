import type { RiskModule, TradingContext } from '../ports/trading-modules.ts';
import type { Author } from './author.ts';
import type { CallSite } from './call-site.ts';
import type { Decisions } from './decisions.ts';
import type { EntryDesk } from './entries.ts';
import type { FillEvent, FundingEvent, OrderEvent } from './events.ts';
import type { ExecutionDesk, Work } from './execution-desk.ts';
import { type ExitDesk, exitReason } from './exits.ts';
import type { Ledger } from './ledger/ledger.ts';
import { ORDER_STATE, PURPOSE } from './order.ts';
import type { Position } from './position.ts';
import type { PositionManager } from './position-manager.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

const { entry: ENTRY } = PURPOSE;
const { working: WORKING, filled: FILLED } = ORDER_STATE;

/** What answers of the broker are booked with. */
export interface AnswerParts {
  readonly ledger: Ledger;
  readonly entries: EntryDesk;
  readonly exits: ExitDesk;
  readonly manager: PositionManager;
  readonly execution: ExecutionDesk | null;
  readonly decisions: Decisions;
  readonly author: Author;
  readonly site: CallSite;
  readonly clock: EngineClock;
  readonly risk: readonly RiskModule[];
  readonly context: TradingContext;
}

/** Books what the broker answers: fills, changes of orders, funding. Protective orders follow the position; waiting entries follow exits. */
export class Answers {
  readonly #ledger: Ledger;
  readonly #entries: EntryDesk;
  readonly #exits: ExitDesk;
  readonly #manager: PositionManager;
  readonly #execution: ExecutionDesk | null;
  readonly #decisions: Decisions;
  readonly #author: Author;
  readonly #site: CallSite;
  readonly #clock: EngineClock;
  readonly #context: TradingContext;
  /** Risk modules that want to hear of closed trades. */
  readonly #listeners: readonly RiskModule[];

  constructor(parts: AnswerParts) {
    this.#ledger = parts.ledger;
    this.#entries = parts.entries;
    this.#exits = parts.exits;
    this.#manager = parts.manager;
    this.#execution = parts.execution;
    this.#decisions = parts.decisions;
    this.#author = parts.author;
    this.#site = parts.site;
    this.#clock = parts.clock;
    this.#context = parts.context;
    this.#listeners = parts.risk.filter((module) => module.onTradeClosed !== undefined);
  }

  fill(event: FillEvent): void {
    const { order, time, ticks, lots, rest } = event;
    const { slot } = order;
    order.filledLots += lots;
    order.lots = order.filledLots + rest;
    if (rest === 0) order.state = FILLED;
    const price = slot.pair.instrument.price(ticks);
    const work = this.#execution === null ? null : this.#execution.workOf(order);
    if (work !== null) work.parent.filledLots += lots;
    if (order.purpose === ENTRY) {
      const isFirst = slot.position === null;
      const leverage = isFirst ? order.leverage : slot.position!.leverage;
      this.#entries.settle(order);
      const position = this.#ledger.bookEntry(event, leverage);
      if (rest > 0) this.#ledger.reserve(order, order.ticks);
      if (work !== null) this.#onWorkedEntry(work, position, lots, isFirst);
      else {
        if (order.filledLots === lots) position.entries++;
        if (rest === 0) slot.entry = null;
      }
      this.#manager.onEntry(slot, position, time, price);
    } else {
      const position = slot.position!;
      this.#ledger.bookExit(event, exitReason(order, position));
      if (rest === 0) this.#exits.ended(order);
      if (slot.position === null) this.#closed(slot, position, time);
      else {
        if (rest === 0 && work === null) position.exits++;
        this.#manager.onReduced(slot, position, time);
      }
    }
    if (work !== null) this.#execution!.filled(order, lots, price, time);
    if (slot.has.onFill) this.#author.fill(slot, event, price);
    this.#decisions.release(time);
  }

  order(event: OrderEvent): void {
    const { order, state } = event;
    if (state <= order.state) {
      if (state === WORKING) this.#entries.repriced(order);
      return;
    }
    order.state = state;
    if (state === WORKING) return;
    const { slot } = order;
    // A stop that ends because its position is gone has done its work.
    const isDone = order.reduceOnly && slot.position === null;
    if (event.reason && !isDone) this.#entries.refuse(event.reason, slot);
    if (order.purpose === ENTRY) this.#entries.settle(order);
    if (slot.entry === order) slot.entry = null;
    this.#exits.ended(order);
    if (this.#execution !== null) this.#execution.closed(order, event.time);
    this.#decisions.release(event.time);
  }

  funding(event: FundingEvent): void {
    for (const slot of event.pair.slots) {
      const { position } = slot;
      if (position === null) continue;
      const amount = -(position.sign * event.rate + (event.markup ?? 0)) * event.mark * position.amount;
      this.#ledger.bookFunding(position, amount);
      this.#manager.onFunding(slot, position, event.time);
      this.#author.funding(slot, event, amount);
    }
  }

  /** The slices of a worked order are one entry, and take one of the account's position slots. */
  #onWorkedEntry(work: Work, position: Position, lots: number, isFirst: boolean): void {
    if (work.parent.filledLots === lots) position.entries++;
    if (!isFirst || !work.holdsSlot) return;
    work.holdsSlot = false;
    this.#entries.onEntryEnded();
  }

  /** A trade is over: its orders are withdrawn, protections hear of it. */
  #closed(slot: Slot, position: Position, time: number): void {
    slot.roiPaused = false;
    this.#manager.release(position);
    if (slot.entry !== null) this.#entries.withdraw(slot.entry, time);
    if (slot.exit !== null) this.#exits.withdraw(slot.exit, time);
    for (let k = 0; k < this.#listeners.length; k++) {
      this.#site.enter(slot, `risk "${this.#listeners[k]!.name}"`);
      this.#listeners[k]!.onTradeClosed!(this.#context, this.#clock.toMs(time));
      this.#site.leave();
    }
  }
}
