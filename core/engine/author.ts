import { type Adjustment, adjustedStake, type BookTop, type Strategy, type TradeTick } from '../strategy/strategy.ts';
import { type CallSite, isPrice } from './call-site.ts';
import type { FillEvent, FundingEvent } from './events.ts';
import { type Order, PURPOSE, PURPOSE_NAMES } from './order.ts';
import type { Position } from './position.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

const { entry: ENTRY } = PURPOSE;

/** Tells strategies what happened, and asks for adjustments. */
export class Author {
  readonly #site: CallSite;
  readonly #clock: EngineClock;

  constructor(site: CallSite, clock: EngineClock) {
    this.#site = site;
    this.#clock = clock;
  }

  /** True when the strategy raised signals, which the slot then holds. */
  trade(slot: Slot, tick: TradeTick): boolean {
    if (!slot.strategy.onTrade) return false;
    this.#listen(slot, 'onTrade');
    slot.strategy.onTrade(tick);
    return this.#hear(slot);
  }

  /** The same for a change of the best prices. */
  book(slot: Slot, top: BookTop): boolean {
    if (!slot.strategy.onBook) return false;
    this.#listen(slot, 'onBook');
    slot.strategy.onBook(top);
    return this.#hear(slot);
  }

  fill(slot: Slot, { order, time, lots, fee }: FillEvent, price: number): void {
    if (!slot.has.onFill) return;
    this.#site.enter(slot, 'onFill');
    slot.strategy.onFill!({
      pair: slot.pair.pair,
      time: this.#clock.toMs(time),
      side: order.sign > 0 ? 'buy' : 'sell',
      price,
      amount: slot.pair.instrument.amount(lots),
      fee,
      purpose: PURPOSE_NAMES[order.purpose]!,
    });
    this.#site.leave();
  }

  funding(slot: Slot, { pair, time, rate }: FundingEvent, amount: number): void {
    if (!slot.strategy.onFunding) return;
    this.#site.enter(slot, 'onFunding');
    slot.strategy.onFunding({ pair: pair.pair, time: this.#clock.toMs(time), rate, amount });
    this.#site.leave();
  }

  /** The same for a timer about one pair. */
  timer(slot: Slot, time: number): boolean {
    if (!slot.strategy.onTimer) return false;
    this.#listen(slot, 'onTimer');
    slot.strategy.onTimer(this.#clock.toMs(time));
    return this.#hear(slot);
  }

  /** Each strategy once, whatever it trades: signals and features would be about no pair. */
  timers(slots: readonly Slot[], time: number): void {
    const told = new Set<Strategy>();
    for (const slot of slots) {
      if (told.has(slot.strategy)) continue;
      told.add(slot.strategy);
      if (!slot.strategy.onTimer) continue;
      this.#site.enter(slot, 'onTimer');
      slot.surface.asking = null;
      slot.strategy.onTimer(this.#clock.toMs(time));
      this.#site.leave();
    }
  }

  /** What `adjustOrder` wants for a resting order: a price, its withdrawal, or null to keep it as it is. */
  order(order: Order, time: number): number | 'cancel' | null {
    const { slot, sign, purpose, tag } = order;
    const { pair } = slot;
    const isEntry = purpose === ENTRY;
    this.#site.enter(slot, 'adjustOrder');
    const answer = slot.strategy.adjustOrder!({
      pair: pair.pair,
      side: sign > 0 === isEntry ? 'long' : 'short',
      time: this.#clock.toMs(time),
      rate: pair.close,
      entryTag: isEntry ? tag : (slot.position?.entryTag ?? null),
      isEntry,
      price: order.price,
      openedAt: this.#clock.toMs(order.createdAt),
      position: slot.position,
      reason: isEntry ? null : order.reason,
    });
    if (answer !== 'keep' && answer !== 'cancel')
      return this.#site.number(answer, isPrice, '"keep", "cancel" or a price above 0');
    this.#site.leave();
    return answer === 'cancel' ? answer : null;
  }

  /** What `adjustPosition` wants. */
  adjustment(slot: Slot, position: Position, time: number): number | Adjustment | null {
    this.#site.enter(slot, 'adjustPosition');
    return slot.strategy.adjustPosition!(position.context(slot.pair.close, this.#clock.toMs(time)));
  }

  /** That, looked at: stake currency to add (positive) or take off, with a tag; null for nothing. */
  adjusted(
    slot: Slot,
    answer: number | Adjustment | null,
  ): { readonly stake: number; readonly tag: string | null } | null {
    this.#site.enter(slot, 'adjustPosition');
    const isObject = typeof answer === 'object' && answer !== null;
    const [isGood, wanted] = [Number.isFinite, 'an amount of stake currency to add or take off'] as const;
    const stake = isObject
      ? this.#site.number(adjustedStake(answer) ?? answer, isGood, `{ stake: ${wanted}, tag }`)
      : this.#site.optional(answer, isGood, wanted);
    return stake === null || stake === 0 ? null : { stake, tag: isObject ? (answer.tag ?? null) : null };
  }

  #listen(slot: Slot, name: string): void {
    slot.signals.flags = 0;
    this.#site.enter(slot, name);
  }

  #hear(slot: Slot): boolean {
    this.#site.leave();
    slot.flags = slot.signals.flags;
    if (slot.flags === 0) return false;
    keepTags(slot);
    return true;
  }
}

/** Moves the tags of the signals that a strategy just raised to its slot. */
export function keepTags(slot: Slot): void {
  const { signals } = slot;
  slot.entryTag = signals.entryTag;
  slot.exitTag = signals.exitTag;
  signals.entry = undefined;
  signals.exit = undefined;
}
