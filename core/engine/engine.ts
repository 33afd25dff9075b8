import { StringTable } from '../columns/record-log.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { ClosedTrades, RiskModule, SizingModule, TradingContext } from '../ports/trading-modules.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { CallSite } from './call-site.ts';
import { EntryDesk, type EntryRules } from './entries.ts';
import {
  type BookEvent,
  type CandleBatch,
  type CommandEvent,
  Effects,
  type EngineEvent,
  EVENT,
  type FillEvent,
  type FundingEvent,
  type OrderEvent,
  type TradeEvent,
} from './events.ts';
import { type ExecutionChoice, ExecutionDesk, type Work } from './execution-desk.ts';
import { ExitDesk } from './exits.ts';
import type { Account } from './ledger/account.ts';
import { Ledger } from './ledger/ledger.ts';
import { engineLogs } from './logs.ts';
import { ORDER_STATE, type Order, PURPOSE, PURPOSE_NAMES } from './order.ts';
import { OrderDesk } from './order-desk.ts';
import type { Position } from './position.ts';
import { PositionManager } from './position-manager.ts';
import { saysEnter, saysLeave } from './signals.ts';
import type { PairState, Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

export interface EngineOptions {
  readonly clock: EngineClock;
  readonly account: Account;
  readonly pairs: readonly PairState[];
  /** All slots of the pairs, in strategy order; may be filled after the engine is made, before the first event. */
  readonly slots: readonly Slot[];
  readonly maxOpenPositions: number;
  readonly sizing: SizingModule;
  readonly risk: readonly RiskModule[];
  /** ROI as a resting reduce-only limit, or checked at candle closes. */
  readonly roiRests: boolean;
  /** Execution modules by slot; null: its orders go out whole. */
  readonly execution?: (slot: Slot) => ExecutionChoice | null;
  /** Sees every event before it is processed: the journal. */
  readonly recorder?: EventRecorder;
}

/** Keeps events in processing order, so that they can be replayed. Events are reused by their senders: copy what is needed. */
export interface EventRecorder {
  record(event: EngineEvent): void;
}

/**
 * The one engine of backtest, dry-run and live. `process` takes the next event in time order, does no I/O, and returns what is to be done.
 * Strategy proposes, sizing and risk decide, the desk makes orders, the broker answers with later events, the ledger books.
 */
export class Engine {
  readonly clock: EngineClock;
  readonly ledger: Ledger;
  readonly names = new StringTable();
  readonly logs = engineLogs();
  readonly #effects = new Effects();
  readonly #desk: OrderDesk;
  readonly #manager: PositionManager;
  readonly #entries: EntryDesk;
  readonly #execution: ExecutionDesk | null;
  readonly #risk: readonly RiskModule[];
  readonly #context: TradingContext;
  readonly #slots: readonly Slot[];
  readonly #exits: ExitDesk;
  readonly #site: CallSite;
  readonly #recorder: EventRecorder | null;
  #seq = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Engine time of the event at hand. */
  now = 0;

  constructor(options: EngineOptions) {
    const { clock, account } = options;
    this.clock = clock;
    this.ledger = new Ledger(account, clock, this.logs.fills, this.logs.trades, this.names);
    this.#desk = new OrderDesk(this.#effects, this.logs.orders, this.names);
    this.#site = new CallSite(clock);
    this.#recorder = options.recorder ?? null;
    this.#manager = new PositionManager(this.#desk, clock, options.roiRests, this.#site);
    this.#execution = options.execution
      ? new ExecutionDesk(this.#desk, clock, options.execution, () => this.#entries.onEntryEnded())
      : null;
    this.#slots = options.slots;
    this.#risk = options.risk;
    this.#context = {
      account: this.ledger,
      maxOpenPositions: options.maxOpenPositions,
      openPositions: this.ledger.open,
      closed: this.#closedTrades(),
      startingBalance: this.ledger.startingBalance,
    };
    const rules: EntryRules = {
      maxOpenPositions: options.maxOpenPositions,
      sizing: options.sizing,
      risk: options.risk,
      context: this.#context,
      execution: this.#execution,
    };
    this.#entries = new EntryDesk(rules, this.ledger, this.#desk, clock, this.#site);
    this.#exits = new ExitDesk(this.#desk, this.#execution, clock, this.#site);
  }

  /** Orders that execution modules work, with their states: saved with the orders. */
  get works(): readonly Work[] {
    return this.#execution?.works ?? [];
  }

  /** Signals that came to nothing, by reason. */
  get refused(): Readonly<Record<string, number>> {
    return this.#entries.refused;
  }

  /**
   * Takes the next event and returns its effects, which are valid until the next call.
   * @throws TidegateError ENGINE_TIME when time goes back; STRATEGY_FAILED or STRATEGY_ANSWER (with callback, pair and time) when the author's
   * code throws or answers nonsense
   */
  process(event: EngineEvent): Effects {
    switch (event.kind) {
      case EVENT.candles:
      case EVENT.manage:
        return this.candles(event);
      case EVENT.fill:
        return this.fill(event);
      case EVENT.order:
        return this.order(event);
      default:
        return this.#rare(event);
    }
  }

  /** `process` for candles. Simulated venues call these three directly: a call site that sees one shape of event is several times faster. */
  candles(event: CandleBatch): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#onCandles(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(event.kind, event.time, -1);
  }

  /** `process` for fills. */
  fill(event: FillEvent): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#onFill(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(EVENT.fill, event.time, event.order.id);
  }

  /** `process` for changes of orders. */
  order(event: OrderEvent): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#onOrder(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(EVENT.order, event.time, event.order.id);
  }

  #rare(event: Exclude<EngineEvent, CandleBatch | FillEvent | OrderEvent>): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      if (event.kind === EVENT.funding) this.#onFunding(event);
      else if (event.kind === EVENT.trade) this.#onTrade(event);
      else if (event.kind === EVENT.book) this.#onBook(event);
      else if (event.kind === EVENT.timer) this.#onTimer(event.time);
      else this.#onCommand(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(event.kind, event.time, -1);
  }

  #begin(time: number): void {
    this.#effects.clear();
    // Also true for a time that is no number.
    if (!(time >= this.#lastTime)) throw this.#timeWentBack(time);
    this.#lastTime = time;
    this.now = time;
    this.#site.now = time;
  }

  #timeWentBack(time: number): TidegateError {
    const text = (t: number) => (Number.isFinite(t) ? new Date(this.clock.toMs(t)).toISOString() : `time ${t}`);
    return new TidegateError('ENGINE_TIME', `an event of ${text(time)} came after one of ${text(this.#lastTime)}`, {
      remedy: 'Sort the feed by time.',
    });
  }

  #onCandles(event: CandleBatch): void {
    const { pairs, time, manages } = event;
    for (let k = 0; k < pairs.length; k++) {
      const pair = pairs[k]!;
      pair.last = pair.close;
      if (manages) {
        const { slots } = pair;
        for (let s = 0; s < slots.length; s++) {
          const slot = slots[s]!;
          if (slot.position !== null || slot.entry !== null) this.#manage(slot, time);
        }
      }
    }
    if (event.kind !== EVENT.candles) return;
    if (!this.#entries.isEmpty) this.#entries.dropStale();
    let raised = 0;
    for (let k = 0; k < pairs.length; k++) {
      const { slots, cursor } = pairs[k]!;
      for (let s = 0; s < slots.length; s++) {
        const slot = slots[s]!;
        if (slot.roiPaused) this.#manager.resumeRoi(slot, time);
        if (cursor.row >= slot.startRow) raised |= this.#ask(slot);
        else slot.flags = 0;
      }
    }
    if (raised === 0) return;
    for (let k = 0; k < pairs.length; k++) {
      const { slots } = pairs[k]!;
      for (let s = 0; s < slots.length; s++) if (slots[s]!.flags !== 0) this.#decide(slots[s]!, time);
    }
    this.#release(time);
  }

  /** Runs `onCandle` of one slot and keeps its flags. */
  #ask(slot: Slot): number {
    const { strategy } = slot;
    const { signals } = strategy;
    signals.flags = 0;
    slot.calls++;
    try {
      strategy.onCandle?.(slot.bar);
    } catch (cause) {
      this.#site.enter(slot, 'onCandle');
      throw cause;
    }
    slot.flags = signals.flags;
    if (signals.flags !== 0) this.#keepTags(slot);
    return signals.flags;
  }

  #keepTags(slot: Slot): void {
    const { signals } = slot.strategy;
    slot.entryTag = signals.entryTag;
    slot.exitTag = signals.exitTag;
    signals.entryTag = null;
    signals.exitTag = null;
  }

  #onTrade(event: TradeEvent): void {
    event.pair.last = event.tick.price;
    for (const slot of event.pair.slots) {
      if (!slot.strategy.onTrade) continue;
      this.#listen(slot, 'onTrade');
      slot.strategy.onTrade(event.tick);
      this.#hear(slot, event.time);
    }
    this.#release(event.time);
  }

  #onBook(event: BookEvent): void {
    event.pair.last = (event.top.bid + event.top.ask) / 2;
    for (const slot of event.pair.slots) {
      if (!slot.strategy.onBook) continue;
      this.#listen(slot, 'onBook');
      slot.strategy.onBook(event.top);
      this.#hear(slot, event.time);
    }
    this.#release(event.time);
  }

  /** Before and after a callback that may raise signals outside candles. */
  #listen(slot: Slot, name: string): void {
    slot.strategy.signals.flags = 0;
    this.#site.enter(slot, name);
  }

  #hear(slot: Slot, time: number): void {
    this.#site.leave();
    slot.flags = slot.strategy.signals.flags;
    if (slot.flags === 0) return;
    this.#keepTags(slot);
    this.#decide(slot, time);
  }

  /** Each strategy once, whatever it trades. */
  #onTimer(time: number): void {
    const told = new Set<Strategy>();
    for (const slot of this.#slots) {
      const { strategy } = slot;
      if (!strategy.onTimer || told.has(strategy)) continue;
      told.add(strategy);
      this.#site.enter(slot, 'onTimer');
      strategy.onTimer(this.clock.toMs(time));
      this.#site.leave();
    }
  }

  /** Sends waiting entries, unless exits that they wait for are on their way. */
  #release(time: number): void {
    if (this.#exits.inFlight === 0 && !this.#entries.isEmpty) this.#entries.release(time);
  }

  /** Resolves a candle's signals. With a position of the other side open, an entry waits for that side's exit signal. */
  #decide(slot: Slot, time: number): void {
    const { flags, position, strategy } = slot;
    const side = saysEnter(flags);
    if (position === null) {
      if (side !== null) this.#entries.want(slot, side, slot.entryTag);
      return;
    }
    if (strategy.ignoreRoiIfEntrySignal && side === position.side) this.#manager.pauseRoi(slot, position);
    if (!strategy.useExitSignal || !saysLeave(flags, position.sign)) return;
    if (strategy.exitProfitOnly && position.profitRatio(slot.pair.last) <= strategy.exitProfitOffset) return;
    if (!this.#leave(slot, position, 'exit_signal', slot.exitTag, time)) return;
    if (side !== null && side !== position.side) this.#entries.want(slot, side, slot.entryTag);
  }

  #leave(slot: Slot, position: Position, reason: string, tag: string | null, time: number, atOnce = false): boolean {
    if (!this.#exits.leave(slot, position, reason, tag, time, atOnce)) return false;
    if (slot.entry !== null) this.#entries.withdraw(slot.entry, time);
    return true;
  }

  /** One slot with a position or a working entry at the close of a manage candle. */
  #manage(slot: Slot, time: number): void {
    const { strategy, position } = slot;
    if (this.#execution !== null) this.#execution.candle(slot, time);
    if (slot.entry !== null) this.#entries.care(slot, time);
    if (slot.exit !== null) this.#exits.expire(slot, time);
    if (position === null) return;
    const reason = this.#manager.onCandle(slot, position, time);
    if (slot.exit !== null) return;
    if (reason !== null) this.#leave(slot, position, reason, null, time);
    else if (strategy.adjustPosition) this.#adjust(slot, position, time);
  }

  #adjust(slot: Slot, position: Position, time: number): void {
    const { strategy, pair } = slot;
    if (slot.entry) return;
    this.#site.enter(slot, 'adjustPosition');
    const answer = strategy.adjustPosition!({
      pair: position.pair,
      side: position.side,
      time: this.clock.toMs(time),
      rate: pair.close,
      entryTag: position.entryTag,
      position,
      profit: position.profitRatio(pair.close),
    });
    const isObject = typeof answer === 'object' && answer !== null;
    const wanted = isObject ? answer.stake : answer;
    const tag = isObject ? (answer.tag ?? null) : null;
    const stake = this.#site.optional(wanted, Number.isFinite, 'an amount of stake currency to add or take off');
    if (stake === null || stake === 0) return;
    if (stake < 0) return this.#exits.reduce(slot, position, -stake, tag, time);
    if (strategy.maxEntryPositionAdjustment >= 0 && position.entries > strategy.maxEntryPositionAdjustment) return;
    const refused = this.#entries.add(slot, stake, tag, time);
    if (refused) this.#entries.refuse(refused);
  }

  #onFill(event: FillEvent): void {
    const { order, time, ticks, lots, rest, fee, maker } = event;
    const { slot } = order;
    order.filledLots += lots;
    order.lots = order.filledLots + rest;
    if (rest === 0) order.state = ORDER_STATE.filled;
    const price = slot.pair.instrument.price(ticks);
    const work = this.#execution === null ? null : this.#execution.workOf(order);
    if (work !== null) work.parent.filledLots += lots;
    if (order.purpose === PURPOSE.entry) {
      const isFirst = slot.position === null;
      const leverage = slot.position?.leverage ?? order.leverage;
      this.#entries.settle(order);
      const position = this.ledger.bookEntry(order, time, ticks, lots, fee, maker, leverage);
      if (rest > 0) this.ledger.reserve(order, order.ticks);
      if (work !== null) this.#onWorkedEntry(work, position, lots, isFirst);
      else {
        if (order.filledLots === lots) position.entries++;
        if (rest === 0) slot.entry = null;
      }
      this.#manager.onEntry(slot, position, time, price);
    } else {
      const position = slot.position!;
      this.ledger.bookExit(order, time, ticks, lots, fee, maker, exitReason(order, position));
      if (rest === 0) this.#exits.ended(order);
      if (slot.position === null) this.#closed(slot, position, time);
      else {
        if (rest === 0 && work === null) position.exits++;
        this.#manager.onReduced(slot, position, time);
      }
    }
    if (work !== null) this.#execution!.filled(order, lots, price, time);
    if (slot.strategy.onFill) this.#tellFill(slot, event, price);
    this.#release(time);
  }

  #tellFill(slot: Slot, { order, time, lots, fee }: FillEvent, price: number): void {
    this.#site.enter(slot, 'onFill');
    slot.strategy.onFill!({
      pair: slot.pair.pair,
      time: this.clock.toMs(time),
      side: order.sign > 0 ? 'buy' : 'sell',
      price,
      amount: slot.pair.instrument.amount(lots),
      fee,
      purpose: PURPOSE_NAMES[order.purpose]!,
    });
    this.#site.leave();
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
    if (slot.entry) this.#entries.withdraw(slot.entry, time);
    if (slot.exit) this.#exits.withdraw(slot.exit, time);
    for (const module of this.#risk) {
      if (!module.onTradeClosed) continue;
      this.#site.enter(slot, 'a risk module');
      module.onTradeClosed(this.#context, this.clock.toMs(time));
      this.#site.leave();
    }
  }

  #onOrder(event: OrderEvent): void {
    const { order, state } = event;
    if (state <= order.state) return;
    order.state = state;
    if (state === ORDER_STATE.working) return;
    const { slot } = order;
    if (event.reason) this.#entries.refuse(event.reason);
    if (order.purpose === PURPOSE.entry) this.#entries.settle(order);
    if (slot.entry === order) slot.entry = null;
    this.#exits.ended(order);
    if (this.#execution !== null) this.#execution.closed(order, event.time);
    this.#release(event.time);
  }

  #onFunding(event: FundingEvent): void {
    for (const slot of event.pair.slots) {
      const { position, strategy } = slot;
      if (position === null) continue;
      const amount = -position.sign * event.rate * event.mark * position.amount;
      this.ledger.bookFunding(position, amount);
      this.#manager.onFunding(slot, position, event.time);
      if (!strategy.onFunding) continue;
      this.#site.enter(slot, 'onFunding');
      strategy.onFunding({ pair: event.pair.pair, time: this.clock.toMs(event.time), rate: event.rate, amount });
      this.#site.leave();
    }
  }

  #onCommand({ command, time }: CommandEvent): void {
    if (command.name === 'stop-entries') this.#entries.stopped = true;
    else if (command.name === 'resume') this.#entries.stopped = false;
    else if (command.name === 'close-all') for (const slot of this.#slots) this.#forceExit(slot, 'force_exit', time);
    else if (command.name === 'force-exit') this.#forceExit(command.slot, command.reason, time);
    else {
      this.#entries.want(command.slot, command.side, 'force_enter');
      this.#release(time);
    }
  }

  #forceExit(slot: Slot, reason: string, time: number): void {
    const { position } = slot;
    if (position !== null) this.#leave(slot, position, reason, null, time, true);
    else if (slot.entry !== null) this.#entries.withdraw(slot.entry, time);
  }

  /** Leaves the audit record of an event: candles without effects in a row share one. */
  #end(kind: number, time: number, subject: number): Effects {
    const effects = this.#effects;
    const { audit } = this.logs;
    const seq = this.#seq++;
    const submits = effects.submits.length;
    const others = effects.cancels.length + effects.amends.length;
    if (subject === -1 && submits + others === 0) {
      const { data, lastOffset } = audit;
      if (
        lastOffset >= 0 &&
        data[lastOffset + 2] === kind &&
        data[lastOffset + 5] === 0 &&
        data[lastOffset + 6] === 0
      ) {
        data[lastOffset + 3] = data[lastOffset + 3]! + 1;
        data[lastOffset + 1] = time;
        return effects;
      }
    }
    const at = audit.append();
    const { data } = audit;
    data[at] = seq;
    data[at + 1] = time;
    data[at + 2] = kind;
    data[at + 3] = 1;
    data[at + 4] = subject;
    data[at + 5] = submits;
    data[at + 6] = others;
    return effects;
  }

  /** Hands the logs' memory back for the next run; the engine is not to be used after. */
  release(): void {
    for (const log of Object.values(this.logs)) log.release();
  }

  #closedTrades(): ClosedTrades {
    const { trades } = this.logs;
    const get = (k: number, field: 'profitRatio' | 'profitAbs' | 'slot' | 'reason' | 'closedAt') =>
      trades.get(trades.length - 1 - k, field);
    return {
      get count() {
        return trades.length;
      },
      profitRatio: (k) => get(k, 'profitRatio'),
      profitAbs: (k) => get(k, 'profitAbs'),
      pair: (k) => this.#slots.find((s) => s.index === get(k, 'slot'))!.pair.pair,
      exitReason: (k) => this.names.name(get(k, 'reason'))!,
      closeTime: (k) => this.clock.toMs(get(k, 'closedAt')),
    };
  }

  /** Every strategy of the run once. */
  get strategies(): ReadonlySet<Strategy> {
    return new Set(this.#slots.map((s) => s.strategy));
  }
}

function exitReason(order: Order, position: Position): string {
  if (order.purpose === PURPOSE.exit) return order.reason;
  if (order.purpose === PURPOSE.stop) return position.stopMoved ? 'trailing_stop_loss' : 'stop_loss';
  return PURPOSE_NAMES[order.purpose]!;
}
