import type { Adjustment } from '../strategy/strategy.ts';
import { type Author, keepTags } from './author.ts';
import type { CallSite } from './call-site.ts';
import type { EntryDesk } from './entries.ts';
import type { ExecutionDesk } from './execution-desk.ts';
import type { ExitDesk } from './exits.ts';
import { ORDER_KIND, ORDER_STATE, type Order } from './order.ts';
import type { Position } from './position.ts';
import type { PositionManager } from './position-manager.ts';
import { saysEnter, saysLeave } from './signals.ts';
import type { Slot } from './slot.ts';

const { limit: LIMIT } = ORDER_KIND;
const { working: WORKING } = ORDER_STATE;

/** What decisions are made with. */
export interface DecisionParts {
  readonly entries: EntryDesk;
  readonly exits: ExitDesk;
  readonly manager: PositionManager;
  readonly execution: ExecutionDesk | null;
  readonly author: Author;
  readonly site: CallSite;
}

/** Looks after a slot's position and working orders at each close, hears its strategy, and turns its signals into entries and exits. */
export class Decisions {
  readonly #entries: EntryDesk;
  readonly #exits: ExitDesk;
  readonly #manager: PositionManager;
  readonly #execution: ExecutionDesk | null;
  readonly #author: Author;
  readonly #site: CallSite;

  constructor({ entries, exits, manager, execution, author, site }: DecisionParts) {
    this.#entries = entries;
    this.#exits = exits;
    this.#manager = manager;
    this.#execution = execution;
    this.#author = author;
    this.#site = site;
  }

  /** One slot with a position or a working entry at the close of a manage candle. */
  manage(slot: Slot, time: number): void {
    const { position } = slot;
    if (this.#execution !== null) this.#execution.candle(slot, time);
    const { entry: entryMinutes, exit: exitMinutes } = slot.strategy.unfilledTimeout;
    if (slot.entry !== null) this.#care(slot.entry, this.#entries, entryMinutes, time);
    if (slot.exit !== null) this.#care(slot.exit, this.#exits, exitMinutes, time);
    if (position === null) return;
    const reason = this.#manager.onCandle(slot, position, time);
    if (slot.exit !== null) return;
    if (reason !== null) this.leave(slot, position, reason, null, time);
    else if (slot.has.adjustPosition && !slot.entry)
      this.adjust(slot, position, this.#author.adjustment(slot, position, time), time);
  }

  /** Runs `onCandle` of one slot and keeps its flags. */
  ask(slot: Slot): number {
    const { strategy, signals } = slot;
    signals.flags = 0;
    slot.calls++;
    try {
      strategy.onCandle?.(slot.bar);
    } catch (cause) {
      this.#site.enter(slot, 'onCandle');
      throw cause;
    }
    slot.flags = signals.flags;
    if (signals.flags !== 0) keepTags(slot);
    return signals.flags;
  }

  /** Resolves a slot's signals. With a position of the other side open, an entry waits for that side's exit signal. */
  decide(slot: Slot, time: number): void {
    const { flags, position, strategy } = slot;
    const side = saysEnter(flags);
    if (position === null) {
      if (side !== null) this.#entries.want(slot, side, slot.entryTag, time);
      return;
    }
    if (strategy.ignoreRoiIfEntrySignal && side === position.side) this.#manager.pauseRoi(slot, position);
    if (!strategy.useExitSignal || !saysLeave(flags, position.sign)) return;
    if (strategy.exitProfitOnly && position.profitRatio(slot.pair.last) <= strategy.exitProfitOffset) return;
    if (!this.leave(slot, position, 'exit_signal', slot.exitTag, time)) return;
    if (side !== null && side !== position.side) this.#entries.want(slot, side, slot.entryTag, time);
  }

  /** Leaves a position; false when the author's veto stands. */
  leave(slot: Slot, position: Position, reason: string, tag: string | null, time: number, atOnce = false): boolean {
    if (!this.#exits.leave(slot, position, reason, tag, time, atOnce)) return false;
    if (slot.entry !== null) this.#entries.withdraw(slot.entry, time);
    return true;
  }

  /** Sends waiting entries, unless exits that they wait for are on their way. */
  release(time: number): void {
    if (!this.#entries.isEmpty && !this.#exits.keepsWaiting(this.#entries.askedAt)) this.#entries.release(time);
  }

  /** Time-out and re-pricing of a resting limit order. */
  #care(order: Order, desk: EntryDesk | ExitDesk, minutes: number, time: number): void {
    if (order.kind !== LIMIT || order.state !== WORKING) return;
    if (time - order.createdAt >= minutes * 60e9) return desk.withdraw(order, time);
    if (!order.slot.has.adjustOrder || order.isWithdrawn) return;
    const answer = this.#author.order(order, time);
    if (answer === 'cancel') desk.withdraw(order, time);
    else if (answer !== null) desk.reprice(order, answer);
  }

  /** Does what `adjustPosition` answered. */
  adjust(slot: Slot, position: Position, answer: number | Adjustment | null, time: number): void {
    const wanted = this.#author.adjusted(slot, answer);
    if (wanted === null) return;
    const { stake, tag } = wanted;
    const most = slot.strategy.maxEntryPositionAdjustment;
    if (stake > 0 && most >= 0 && position.entries > most) return;
    const refused =
      stake < 0 ? this.#exits.reduce(slot, position, -stake, tag, time) : this.#entries.add(slot, stake, tag, time);
    if (refused) this.#entries.refuse(refused, slot);
  }
}
