import { StringTable } from '../columns/record-log.ts';
import type { RiskModule, TradingContext } from '../ports/trading-modules.ts';
import { AuditTrail } from './audit.ts';
import { Author, keepTags } from './author.ts';
import { CallSite } from './call-site.ts';
import { closedTradesView } from './closed-trades.ts';
import { CommandDesk } from './command-desk.ts';
import type { EngineOptions, EventRecorder } from './engine-options.ts';
import { EntryDesk } from './entries.ts';
import {
  type BookEvent,
  type CandleBatch,
  Effects,
  type EngineEvent,
  EVENT,
  type FillEvent,
  type FundingEvent,
  type OrderEvent,
  type TradeEvent,
} from './events.ts';
import { ExecutionDesk, type Work } from './execution-desk.ts';
import { ExitDesk, exitReason } from './exits.ts';
import { Ledger } from './ledger/ledger.ts';
import { engineLogs } from './logs.ts';
import { ORDER_STATE, PURPOSE } from './order.ts';
import { OrderDesk } from './order-desk.ts';
import type { Position } from './position.ts';
import { PositionManager } from './position-manager.ts';
import { saysEnter, saysLeave } from './signals.ts';
import { pastOf, type Slot } from './slot.ts';
import type { EngineParts } from './snapshot.ts';
import { type EngineClock, timeWentBack } from './time.ts';

/**
 * The one engine of backtest, dry-run and live. `process` takes the next event in time order, does no I/O, and returns what is to be done.
 * Strategy proposes, sizing and risk decide, the desk makes orders, the broker answers with later events, the ledger books.
 */
export class Engine {
  readonly clock: EngineClock;
  readonly ledger: Ledger;
  readonly names = new StringTable();
  readonly #logs = engineLogs();
  readonly #audit: AuditTrail;
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
  readonly #author: Author;
  readonly #commands: CommandDesk;
  /** What a snapshot saves and restores (`snapshot.ts`). */
  readonly parts: EngineParts;
  readonly #recorder: EventRecorder | null;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Engine time of the event at hand. */
  now = 0;

  constructor(options: EngineOptions) {
    const { clock, account } = options;
    this.#audit = new AuditTrail(this.#logs.audit);
    this.clock = clock;
    this.ledger = new Ledger(account, clock, this.#logs.fills, this.#logs.trades, this.names);
    this.#desk = new OrderDesk(this.#effects, this.#logs.orders, this.names);
    this.#site = new CallSite(clock);
    this.#author = new Author(this.#site, clock);
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
      closed: closedTradesView(this.#logs.trades, this.names, options.slots, clock),
      startingBalance: this.ledger.startingBalance,
      past: pastOf(options.pairs),
    };
    const { maxOpenPositions, sizing, risk } = options;
    const rules = { maxOpenPositions, sizing, risk, context: this.#context, execution: this.#execution };
    this.#entries = new EntryDesk(rules, this.ledger, this.#desk, clock, this.#site);
    this.#exits = new ExitDesk(this.#desk, this.#execution, clock, this.#site);
    this.#commands = new CommandDesk(this.#entries, this.#manager, this.ledger, options.slots, (slot, reason, time) =>
      this.#leave(slot, slot.position!, reason, null, time, true),
    );
    this.parts = {
      clock,
      slots: options.slots,
      ledger: this.ledger,
      names: this.names,
      trades: this.#logs.trades,
      desk: this.#desk,
      entries: this.#entries,
      exits: this.#exits,
      execution: this.#execution,
    };
  }

  /** Orders, fills, trades and audit, as columns. */
  get logs(): ReturnType<typeof engineLogs> {
    return { ...this.#logs, audit: this.#audit.log };
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
      else if (event.kind === EVENT.timer) this.#author.timer(event.slot ? [event.slot] : this.#slots, event.time);
      else if (this.#commands.run(event)) this.#release(event.time);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(event.kind, event.time, -1);
  }

  #begin(time: number): void {
    this.#effects.clear();
    // Also true for a time that is no number.
    if (!(time >= this.#lastTime)) throw timeWentBack(this.clock, time, this.#lastTime);
    this.#lastTime = time;
    this.now = time;
    this.#site.now = time;
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
    if (slot.here !== null) strategy.tickSurface.here = slot.here;
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

  #onTrade({ pair, tick, time }: TradeEvent): void {
    pair.last = tick.price;
    for (const slot of pair.slots) if (this.#author.trade(slot, tick)) this.#decide(slot, time);
    this.#release(time);
  }

  #onBook({ pair, top, time }: BookEvent): void {
    pair.last = (top.bid + top.ask) / 2;
    for (const slot of pair.slots) if (this.#author.book(slot, top)) this.#decide(slot, time);
    this.#release(time);
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
    if (slot.entry) return;
    const wanted = this.#author.adjustment(slot, position, time);
    if (wanted === null) return;
    const { stake, tag } = wanted;
    if (stake < 0) return this.#exits.reduce(slot, position, -stake, tag, time);
    const most = slot.strategy.maxEntryPositionAdjustment;
    if (most >= 0 && position.entries > most) return;
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
    this.#author.fill(slot, event, price);
    this.#release(time);
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
      const { position } = slot;
      if (position === null) continue;
      const amount = -position.sign * event.rate * event.mark * position.amount;
      this.ledger.bookFunding(position, amount);
      this.#manager.onFunding(slot, position, event.time);
      this.#author.funding(slot, event, amount);
    }
  }

  #end(kind: number, time: number, order: number): Effects {
    this.#audit.leave(time, kind, order, this.#effects);
    return this.#effects;
  }

  /** Hands the logs' memory back for the next run; the engine is not to be used after. */
  release(): void {
    for (const log of Object.values(this.#logs)) log.release();
  }
}
