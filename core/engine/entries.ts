import type { Side } from '../domain/trade.ts';
import {
  ALLOW,
  type Intent,
  type RiskModule,
  type SizingModule,
  type TradingContext,
} from '../ports/trading-modules.ts';
import type { ExecutionDesk } from './execution-desk.ts';
import type { Ledger } from './ledger/ledger.ts';
import { ORDER_KIND, type Order, PURPOSE } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/** A signal on its way to becoming an order. */
interface Wish {
  readonly slot: Slot;
  readonly side: Side;
  readonly tag: string | null;
}

export interface EntryRules {
  readonly maxOpenPositions: number;
  readonly sizing: SizingModule;
  readonly risk: readonly RiskModule[];
  readonly context: TradingContext;
  /** Works orders by execution modules, where any are chosen. */
  readonly execution: ExecutionDesk | null;
}

/** Turns entry signals into sized, reviewed orders: slot and owner, leverage, sizing, limits of the venue, risk, the author's veto. */
export class EntryDesk {
  readonly #rules: EntryRules;
  readonly #ledger: Ledger;
  readonly #desk: OrderDesk;
  readonly #clock: EngineClock;
  readonly #queue: Wish[] = [];
  /** Signals that came to nothing, by reason. */
  readonly refused: Record<string, number> = {};
  /** An operator stopped entries. */
  stopped = false;
  /** Entry orders at work that hold no position yet: they occupy a slot each. */
  #pending = 0;

  constructor(rules: EntryRules, ledger: Ledger, desk: OrderDesk, clock: EngineClock) {
    this.#rules = rules;
    this.#ledger = ledger;
    this.#desk = desk;
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  want(slot: Slot, side: Side, tag: string | null): void {
    this.#queue.push({ slot, side, tag });
  }

  /** Forgets what has waited since the last candle. */
  dropStale(): void {
    for (const _ of this.#queue) this.#refuse('exit_not_filled');
    this.#queue.length = 0;
  }

  /** Sizes and sends everything that waits, in order. */
  release(time: number): void {
    for (const wish of this.#queue) {
      const reason = this.#enter(wish, time);
      if (reason) this.#refuse(reason);
    }
    this.#queue.length = 0;
  }

  /** The order of a first entry is gone: its slot is free again. */
  onEntryEnded(): void {
    this.#pending--;
  }

  /** An addition to an open position. Returns the reason when nothing was sent. */
  add(slot: Slot, stake: number, tag: string | null, time: number): string | null {
    const position = slot.position!;
    const { pair } = slot;
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
    return this.#send(slot, intent, Math.min(stake, this.#ledger.free), position.leverage, time, PURPOSE.entry);
  }

  #enter({ slot, side, tag }: Wish, time: number): string | null {
    if (this.stopped) return 'entries_stopped';
    if (slot.position || slot.entry) return 'position_open';
    for (const other of slot.pair.slots)
      if (other !== slot && (other.position || other.entry)) return 'owned_by_other_strategy';
    if (this.#ledger.openPositions + this.#pending >= this.#rules.maxOpenPositions) return 'no_free_slot';
    const { strategy, pair } = slot;
    const { instrument } = pair;
    if (side === 'short' && !(strategy.canShort && instrument.isMargined)) return 'no_shorting';
    const sign = side === 'long' ? 1 : -1;
    const base = { pair: pair.pair, side, time: this.#clock.toMs(time), rate: pair.last, entryTag: tag };
    let leverage = 1;
    if (instrument.isMargined && strategy.leverage) {
      const most = instrument.maxLeverage(0);
      leverage = Math.min(Math.max(strategy.leverage({ ...base, maxLeverage: most }), 1), most);
      if (Number.isNaN(leverage)) return 'leverage_not_a_number';
    }
    const intent: Intent = {
      kind: 'entry',
      strategy: slot.strategyName,
      pair: pair.pair,
      side,
      tag,
      time: base.time,
      rate: pair.last,
      leverage,
      instrument,
    };
    let stake = this.#rules.sizing.stake(intent, this.#rules.context);
    if (strategy.stake) stake = strategy.stake({ ...base, proposed: stake, leverage });
    const wanted = strategy.entryPrice?.(base);
    const refused = this.#send(slot, intent, stake, leverage, time, PURPOSE.entry, wanted ?? undefined, sign);
    if (!refused) this.#pending++;
    return refused;
  }

  #send(
    slot: Slot,
    intent: Intent,
    stake: number,
    leverage: number,
    time: number,
    purpose: number,
    price?: number,
    sign: number = slot.position!.sign,
  ): string | null {
    const { strategy, pair } = slot;
    const { instrument } = pair;
    if (!(stake > 0)) return Number.isNaN(stake) ? 'stake_not_a_number' : 'no_stake';
    for (const module of this.#rules.risk) {
      const verdict = module.review(intent, stake, this.#rules.context) ?? ALLOW;
      if (verdict.verdict === 'deny') return verdict.reason;
      if (verdict.verdict === 'shrink') stake = Math.min(stake, verdict.stake);
    }
    const isLimit = price !== undefined || strategy.orderTypes.entry === 'limit';
    const rate = price ?? pair.last;
    const ticks = sign > 0 ? instrument.ticksDown(rate) : instrument.ticksUp(rate);
    if (!(ticks > 0)) return 'price_not_positive';
    const at = instrument.price(ticks);
    const wanted = instrument.lots((stake * leverage) / at);
    const lots = this.#ledger.affordable(slot, wanted, ticks, instrument.takerFee, leverage);
    if (lots < 1 || lots < instrument.minLots) return lots < wanted ? 'insufficient_funds' : 'below_minimum_amount';
    if (instrument.amount(lots) * at < instrument.minCost) return 'below_minimum_cost';
    if (leverage > instrument.maxLeverage(instrument.amount(lots) * at) && instrument.isMargined)
      return 'leverage_above_tier';
    if (
      strategy.confirmEntry &&
      !strategy.confirmEntry({
        pair: intent.pair,
        side: intent.side,
        time: intent.time,
        rate: at,
        entryTag: intent.tag,
        amount: instrument.amount(lots),
      })
    )
      return 'not_confirmed';
    const module = this.#rules.execution?.moduleFor(slot, 'entry');
    if (module) {
      const parent = this.#rules.execution!.start(module, {
        slot,
        purpose: PURPOSE.entry,
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
    const order: Order = this.#desk.submit(
      slot,
      purpose,
      isLimit ? ORDER_KIND.limit : ORDER_KIND.market,
      sign,
      isLimit ? ticks : 0,
      lots,
      time,
      intent.tag,
    );
    order.leverage = leverage;
    slot.entry = order;
    return null;
  }

  #refuse(reason: string): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }
}
