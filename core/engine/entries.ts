import type { Side } from '../domain/trade.ts';
import { append, empty, listOf } from '../foundation/short-list.ts';
import { strategyFailed } from '../foundation/user-place.ts';
import type { Intent, RiskModule, SizingModule, TradeLock, TradingContext } from '../ports/trading-modules.ts';
import { type CallSite, isAmount, isPrice, isStake } from './call-site.ts';
import type { EntryDecision } from './engine-options.ts';
import type { ExecutionDesk } from './execution-desk.ts';
import type { Ledger } from './ledger/ledger.ts';
import { ORDER_KIND, type Order, PURPOSE } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import { NOT_LISTED, type Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** A signal on its way to becoming an order. */
interface Wish {
  readonly slot: Slot;
  readonly side: Side;
  readonly tag: string | null;
}

interface EntryRules {
  readonly maxOpenPositions: number;
  /** Several strategies may hold a pair at a time. */
  readonly netting: boolean;
  /** Cancels and changes of price take time to arrive. */
  readonly requestsTravel: boolean;
  readonly sizing: SizingModule;
  readonly risk: readonly RiskModule[];
  readonly context: TradingContext;
  /** Works orders by execution modules, where any are chosen. */
  readonly execution: ExecutionDesk | null;
  /** Hears how each wish fares. */
  readonly hear: ((decision: EntryDecision) => void) | null;
}

const { entry: ENTRY } = PURPOSE;
const { market: MARKET, limit: LIMIT } = ORDER_KIND;
const WANTED_STAKE = 'an amount of stake currency, 0 for no trade';

/** Turns entry signals into sized, reviewed orders: slot and owner, leverage, sizing, limits of the venue, risk, the author's veto. */
export class EntryDesk {
  readonly #rules: EntryRules;
  readonly #ledger: Ledger;
  readonly #desk: OrderDesk;
  readonly #clock: EngineClock;
  readonly #site: CallSite;
  /** What errors call the modules. */
  readonly #sizingName: string;
  readonly #riskNames: readonly string[];
  readonly #queue = listOf<Wish>();
  /** Signals that came to nothing, by reason. */
  readonly refused: Record<string, number> = {};
  /** An operator stopped entries. */
  stopped = false;
  /** When the last that waits was asked for; engine time. */
  askedAt = 0;
  /** Entry orders at work that hold no position yet: they occupy a slot each. */
  pending = 0;

  constructor(rules: EntryRules, ledger: Ledger, desk: OrderDesk, clock: EngineClock, site: CallSite) {
    this.#rules = rules;
    this.#ledger = ledger;
    this.#desk = desk;
    this.#clock = clock;
    this.#site = site;
    this.#sizingName = `sizing "${rules.sizing.name}"`;
    this.#riskNames = rules.risk.map(({ name }) => `risk "${name}"`);
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  want(slot: Slot, side: Side, tag: string | null, time: number): void {
    this.askedAt = time;
    this.#rules.hear?.({ kind: 'signal', slot, side, reason: tag ?? '' });
    append(this.#queue, { slot, side, tag });
  }

  /** Forgets what has waited since the last candle. */
  dropStale(): void {
    for (const { slot } of this.#queue) this.refuse('exit_not_filled', slot);
    empty(this.#queue);
  }

  /** Sizes and sends everything that waits, in order. */
  release(time: number): void {
    for (let k = 0; k < this.#queue.length; k++) {
      const wish = this.#queue[k]!;
      const reason = this.#enter(wish, time);
      if (reason !== null) this.refuse(reason, wish.slot);
    }
    empty(this.#queue);
  }

  /** The order of a first entry is gone, or has become a position: its slot is free again. */
  onEntryEnded(): void {
    this.pending--;
  }

  /** An entry order filled or ended: it gives back the cash that it held, and the slot that it occupied. */
  settle(order: Order): void {
    this.#ledger.unreserve(order);
    if (order.holdsSlot) {
      order.holdsSlot = false;
      this.pending--;
    }
  }

  /** The locks that risk modules hold at a time (ms UTC), with who holds them. */
  locks(time: number): readonly (TradeLock & { readonly source: string })[] {
    const { risk, context } = this.#rules;
    return risk.flatMap((module, k) => {
      try {
        return (module.locks?.(context, time) ?? []).map((lock) => ({ ...lock, source: module.name }));
      } catch (cause) {
        throw strategyFailed(this.#riskNames[k]!, 'in locks', cause);
      }
    });
  }

  /** Counts a signal that came to nothing. */
  refuse(reason: string, slot: Slot): void {
    this.#rules.hear?.({ kind: 'veto', slot, reason });
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }

  /** Asks for the withdrawal of a slot's working entry. */
  withdraw(order: Order, time: number): void {
    const { execution, requestsTravel } = this.#rules;
    const isWorked = execution?.cancel(order, time) === true;
    if (!isWorked && this.#desk.cancel(order)) {
      order.slot.entry = null;
      this.settle(order);
    }
    if (!requestsTravel || !order.isOpen || order.slot.position !== null) return;
    // Its position is gone, and it may open another before the cancel arrives: it keeps the position's place in the account.
    const holder = isWorked ? execution!.holderOf(order) : order;
    if (holder === null || holder.holdsSlot) return;
    holder.holdsSlot = true;
    this.pending++;
  }

  /** Moves a working entry to another price, as large as the account can hold there. */
  reprice(order: Order, price: number): void {
    const { slot, sign } = order;
    const { instrument } = slot.pair;
    const ticks = Math.max(1, sign > 0 ? instrument.ticksDown(price) : instrument.ticksUp(price));
    if (ticks === order.ticks) return;
    const lots = this.#ledger.affordableFor(order, order.restLots, ticks);
    if (lots < 1) return;
    const { reserved } = order;
    this.#ledger.unreserve(order);
    this.#desk.amend(order, ticks, order.filledLots + lots);
    this.#ledger.reserve(order, ticks);
    // It may fill at the old price until the new one arrives: the dearer of both is held.
    if (this.#rules.requestsTravel) this.#ledger.holdAtLeast(order, reserved);
  }

  /** A new price may have arrived at the venue: no more than what it costs is held. */
  repriced(order: Order): void {
    if (!this.#rules.requestsTravel || order.reserved === 0) return;
    this.#ledger.unreserve(order);
    this.#ledger.reserve(order, order.ticks);
  }

  /** An addition to an open position. Returns the reason when nothing was sent. */
  add(slot: Slot, stake: number, tag: string | null, time: number): string | null {
    const position = slot.position!;
    const { pair } = slot;
    if (this.stopped) return 'entries_stopped';
    // A pair that has left the pair list is looked after as before.
    if (pair.blocked !== null && pair.blocked !== NOT_LISTED) return pair.blocked;
    const intent: Intent = {
      kind: 'addition',
      strategy: slot.strategyName,
      pair: pair.pair,
      side: position.side,
      tag,
      time: this.#clock.toMs(time),
      rate: pair.last,
      leverage: position.leverage,
      instrument: pair.instrument,
    };
    return this.#send(slot, intent, Math.min(stake, this.#ledger.free), position.leverage, time, null);
  }

  #enter({ slot, side, tag }: Wish, time: number): string | null {
    if (this.stopped) return 'entries_stopped';
    if (slot.pair.blocked !== null) return slot.pair.blocked;
    if (slot.position !== null || slot.entry !== null || slot.exit !== null) return 'position_open';
    const { netting } = this.#rules;
    if (!netting && isHeldByOther(slot, null)) return 'owned_by_other_strategy';
    if (this.#ledger.openPositions + this.pending >= this.#rules.maxOpenPositions) return 'no_free_slot';
    const { strategy, pair } = slot;
    const { instrument } = pair;
    if (side === 'short' && !(strategy.canShort && instrument.isMargined)) return 'no_shorting';
    const sign = side === 'long' ? 1 : -1;
    const asked = this.#clock.toMs(time);
    const rate = pair.last;
    const site = this.#site;
    let leverage = 1;
    if (instrument.isMargined && slot.has.leverage) {
      const most = instrument.maxLeverage(0);
      site.enter(slot, 'leverage');
      const answer = strategy.leverage!({ pair: pair.pair, side, time: asked, rate, entryTag: tag, maxLeverage: most });
      leverage = Math.min(Math.max(site.number(answer, isPrice, 'a leverage of 1 or more'), 1), most);
    }
    // A venue has one leverage for a pair.
    if (netting && instrument.isMargined && isHeldByOther(slot, leverage)) return 'leverage_of_other_strategy';
    const intent: Intent = {
      kind: 'entry',
      strategy: slot.strategyName,
      pair: pair.pair,
      side,
      tag,
      time: asked,
      rate,
      leverage,
      instrument,
    };
    site.enter(slot, this.#sizingName);
    let stake = site.number(this.#rules.sizing.stake(intent, this.#rules.context), isStake, WANTED_STAKE);
    if (slot.has.stake) {
      site.enter(slot, 'stake');
      const context = { pair: pair.pair, side, time: asked, rate, entryTag: tag, proposed: stake, leverage };
      stake = site.number(strategy.stake!(context), isAmount, WANTED_STAKE);
    }
    let wanted: number | null = null;
    if (slot.has.entryPrice) {
      site.enter(slot, 'entryPrice');
      const answer = strategy.entryPrice!({ pair: pair.pair, side, time: asked, rate, entryTag: tag });
      wanted = site.optional(answer, isPrice, 'a price above 0');
    }
    const refused = this.#send(slot, intent, stake, leverage, time, wanted, sign);
    if (refused === null) this.pending++;
    return refused;
  }

  #send(
    slot: Slot,
    intent: Intent,
    stake: number,
    leverage: number,
    time: number,
    price: number | null,
    sign: number = slot.position!.sign,
  ): string | null {
    const { strategy, pair } = slot;
    const { instrument } = pair;
    if (!(stake > 0)) return Number.isNaN(stake) ? 'stake_not_a_number' : 'no_stake';
    if (instrument.spec.status !== 'trading') return `market_${instrument.spec.status}`;
    const { risk, hear } = this.#rules;
    let shrunk = '';
    for (let k = 0; k < risk.length; k++) {
      const module = risk[k]!;
      this.#site.enter(slot, this.#riskNames[k]!);
      const verdict = this.#site.ruling(module.review(intent, stake, this.#rules.context));
      if (verdict.verdict === 'deny') return verdict.reason;
      if (verdict.verdict === 'shrink') {
        stake = Math.min(stake, verdict.stake);
        shrunk = verdict.reason;
      }
    }
    const isLimit = price !== null || strategy.orderTypes.entry === 'limit';
    const rate = price ?? pair.last;
    const ticks = sign > 0 ? instrument.ticksDown(rate) : instrument.ticksUp(rate);
    if (!(ticks > 0)) return 'price_not_positive';
    const at = instrument.price(ticks);
    const wanted = instrument.lots((stake * leverage) / at);
    const lots = this.#ledger.affordable(slot, wanted, ticks, leverage);
    if (lots < 1 || lots < instrument.minLots) return lots < wanted ? 'insufficient_funds' : 'below_minimum_amount';
    const notional = instrument.amount(lots) * at;
    if (notional < instrument.minCost) return 'below_minimum_cost';
    const held = slot.position === null ? 0 : slot.position.amount * at;
    if (instrument.isMargined && leverage > instrument.maxLeverage(held + notional)) return 'leverage_above_tier';
    hear?.({ kind: 'size', slot, reason: shrunk, amount: instrument.amount(lots), price: at, stake });
    if (slot.has.confirmEntry && intent.kind === 'entry') {
      const { side, tag: entryTag, time: asked } = intent;
      const amount = instrument.amount(lots);
      this.#site.enter(slot, 'confirmEntry');
      const context = { pair: intent.pair, side, time: asked, rate: at, entryTag, amount };
      if (!this.#site.verdict(strategy.confirmEntry!(context))) return 'not_confirmed';
    }
    const module = this.#rules.execution?.moduleFor(slot, 'entry');
    if (module) {
      const parent = this.#rules.execution!.start(module, {
        slot,
        purpose: ENTRY,
        sign,
        lots,
        rate: at,
        time,
        tag: intent.tag,
        leverage,
        reason: '',
        holdsSlot: intent.kind === 'entry',
      });
      if (!parent.isOpen) return 'execution_gave_up';
      slot.entry = parent;
      return null;
    }
    const kind = isLimit ? LIMIT : MARKET;
    const order = this.#desk.submit(slot, ENTRY, kind, sign, isLimit ? ticks : 0, lots, time, intent.tag);
    order.leverage = leverage;
    order.holdsSlot = intent.kind === 'entry';
    this.#ledger.reserve(order, ticks);
    slot.entry = order;
    return null;
  }
}

/** Another strategy holds this pair or is about to: with another leverage than the given one, where one is given. */
function isHeldByOther(slot: Slot, leverage: number | null): boolean {
  const { slots } = slot.pair;
  for (let k = 0; k < slots.length; k++) {
    const other = slots[k]!;
    const held = other === slot ? null : (other.position ?? other.entry);
    if (held !== null && held.leverage !== leverage) return true;
  }
  return false;
}
