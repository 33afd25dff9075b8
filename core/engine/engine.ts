import { StringTable } from '../columns/record-log.ts';
import { TidegateError } from '../foundation/errors.ts';
import type {
  ClosedTrades,
  ExecutionModule,
  RiskModule,
  SizingModule,
  TradingContext,
} from '../ports/trading-modules.ts';
import { SIGNAL, type Strategy } from '../strategy/strategy.ts';
import { EntryDesk, type EntryRules } from './entries.ts';
import {
  type CandleBatch,
  Effects,
  type EngineEvent,
  EVENT,
  type FillEvent,
  type FundingEvent,
  type OrderEvent,
} from './events.ts';
import { type ExecutionChoice, ExecutionDesk, type Work } from './execution-desk.ts';
import type { Account } from './ledger/account.ts';
import { Ledger } from './ledger/ledger.ts';
import { engineLogs } from './logs.ts';
import { ORDER_KIND, ORDER_STATE, type Order, PURPOSE, PURPOSE_NAMES } from './order.ts';
import { OrderDesk } from './order-desk.ts';
import type { Position } from './position.ts';
import { PositionManager } from './position-manager.ts';
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
  /** Signalled market exits on their way: entries of the same candle wait for the cash and the slots they free. */
  #exitsInFlight = 0;
  #seq = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Engine time of the event at hand. */
  now = 0;

  constructor(options: EngineOptions) {
    const { clock, account } = options;
    this.clock = clock;
    this.ledger = new Ledger(account, clock, this.logs.fills, this.logs.trades, this.names);
    this.#desk = new OrderDesk(this.#effects, this.logs.orders, this.names);
    this.#manager = new PositionManager(this.#desk, clock, options.roiRests);
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
    this.#entries = new EntryDesk(rules, this.ledger, this.#desk, clock);
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
   * @throws TidegateError ENGINE_TIME when time goes back; STRATEGY_FAILED (with pair and candle) when the author's code throws
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
    this.#onCandles(event);
    return this.#end(event.kind, event.time, -1);
  }

  /** `process` for fills. */
  fill(event: FillEvent): Effects {
    this.#begin(event.time);
    this.#onFill(event);
    return this.#end(EVENT.fill, event.time, event.order.id);
  }

  /** `process` for changes of orders. */
  order(event: OrderEvent): Effects {
    this.#begin(event.time);
    this.#onOrder(event);
    return this.#end(EVENT.order, event.time, event.order.id);
  }

  #rare(event: Exclude<EngineEvent, CandleBatch | FillEvent | OrderEvent>): Effects {
    this.#begin(event.time);
    switch (event.kind) {
      case EVENT.funding:
        this.#onFunding(event);
        break;
      case EVENT.trade:
        event.pair.last = event.tick.price;
        for (const slot of event.pair.slots) this.#tell(slot, () => slot.strategy.onTrade?.(event.tick));
        this.#afterSignals(event.time);
        break;
      case EVENT.book:
        event.pair.last = (event.top.bid + event.top.ask) / 2;
        for (const slot of event.pair.slots) this.#tell(slot, () => slot.strategy.onBook?.(event.top));
        this.#afterSignals(event.time);
        break;
      case EVENT.timer:
        for (const slot of this.#slots) slot.strategy.onTimer?.(this.clock.toMs(event.time));
        break;
      case EVENT.command:
        this.#onCommand(event);
        break;
    }
    return this.#end(event.kind, event.time, -1);
  }

  #begin(time: number): void {
    this.#effects.clear();
    if (time < this.#lastTime) throw this.#timeWentBack(time);
    this.#lastTime = time;
    this.now = time;
  }

  #timeWentBack(time: number): TidegateError {
    const text = (t: number) => new Date(this.clock.toMs(t)).toISOString();
    return new TidegateError('ENGINE_TIME', `an event of ${text(time)} came after one of ${text(this.#lastTime)}`, {
      remedy: 'Sort the feed by time.',
    });
  }

  #onCandles(event: CandleBatch): void {
    const { pairs, time } = event;
    if (event.manages) {
      for (let k = 0; k < pairs.length; k++) {
        const pair = pairs[k]!;
        pair.last = pair.close;
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
        if (cursor.row >= slot.startRow) raised |= this.#ask(slot);
        else slot.flags = 0;
      }
    }
    if (raised === 0) return;
    for (let k = 0; k < pairs.length; k++)
      for (const slot of pairs[k]!.slots) if (slot.flags !== 0) this.#decide(slot, time);
    if (this.#exitsInFlight === 0) this.#entries.release(time);
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
      throw this.#failed(slot, 'onCandle', cause);
    }
    slot.flags = signals.flags;
    if (signals.flags !== 0) {
      slot.entryTag = signals.entryTag;
      slot.exitTag = signals.exitTag;
      signals.entryTag = null;
      signals.exitTag = null;
    }
    return signals.flags;
  }

  /** Signals outside candles (trades, books). */
  #tell(slot: Slot, call: () => void): void {
    slot.strategy.signals.flags = 0;
    try {
      call();
    } catch (cause) {
      throw this.#failed(slot, 'callback', cause);
    }
    slot.flags = slot.strategy.signals.flags;
    slot.entryTag = slot.strategy.signals.entryTag;
    slot.exitTag = slot.strategy.signals.exitTag;
    if (slot.flags !== 0) this.#decide(slot, this.now);
  }

  #afterSignals(time: number): void {
    if (this.#exitsInFlight === 0 && !this.#entries.isEmpty) this.#entries.release(time);
  }

  /**
   * Resolves a candle's signals. An exit counts unless the same side is entered on the same candle. An entry counts unless the other side is
   * entered, or this side is left, on the same candle; with a position of the other side open it waits for that side's exit signal.
   */
  #decide(slot: Slot, time: number): void {
    const { flags, position } = slot;
    const long = (flags & SIGNAL.enterLong) !== 0;
    const short = (flags & SIGNAL.enterShort) !== 0;
    const outLong = (flags & SIGNAL.exitLong) !== 0;
    const outShort = (flags & SIGNAL.exitShort) !== 0;
    let leaves = false;
    if (position !== null && slot.strategy.useExitSignal) {
      leaves = position.sign > 0 ? outLong && !long : outShort && !short;
      if (
        leaves &&
        slot.strategy.exitProfitOnly &&
        position.profitRatio(slot.pair.last) <= slot.strategy.exitProfitOffset
      )
        leaves = false;
      if (leaves) leaves = this.#leave(slot, position, 'exit_signal', slot.exitTag, time);
    }
    if (position !== null && !leaves) return;
    if (long && !short && !outLong) {
      if (position === null || position.sign < 0) this.#entries.want(slot, 'long', slot.entryTag);
    } else if (short && !long && !outShort) {
      if (position === null || position.sign > 0) this.#entries.want(slot, 'short', slot.entryTag);
    }
  }

  /** Sends the order that leaves a position; false when the author's veto stands. */
  #leave(slot: Slot, position: Position, reason: string, tag: string | null, time: number, atOnce = false): boolean {
    if (slot.exit?.isOpen) return true;
    const { strategy, pair } = slot;
    const { instrument } = position;
    const needsContext = strategy.exitPrice || strategy.confirmExit;
    let price: number | null = null;
    if (needsContext) {
      const context = {
        pair: position.pair,
        side: position.side,
        time: this.clock.toMs(time),
        rate: pair.last,
        entryTag: position.entryTag,
        position,
        profit: position.profitRatio(pair.last),
        reason,
      };
      if (strategy.confirmExit && !strategy.confirmExit(context)) return false;
      price = strategy.exitPrice?.(context) ?? null;
    }
    if (slot.entry) this.#cancel(slot.entry, time);
    const rate = price ?? pair.last;
    const module = atOnce ? null : (this.#execution?.moduleFor(slot, 'exit') ?? null);
    if (module !== null) return this.#workExit(module, slot, position, rate, reason, tag, time);
    const isLimit = price !== null || strategy.orderTypes.exit === 'limit';
    const ticks = isLimit ? (position.sign > 0 ? instrument.ticksUp(rate) : instrument.ticksDown(rate)) : 0;
    slot.exit = this.#desk.submit(
      slot,
      PURPOSE.exit,
      isLimit ? ORDER_KIND.limit : ORDER_KIND.market,
      -position.sign,
      ticks,
      position.lots,
      time,
      tag,
    );
    slot.exit.reason = reason;
    if (!isLimit) this.#exitsInFlight++;
    return true;
  }

  /** Lets a module work the exit. Entries of the same candle do not wait for it, as they do not for a limit order. */
  #workExit(
    module: ExecutionModule,
    slot: Slot,
    position: Position,
    rate: number,
    reason: string,
    tag: string | null,
    time: number,
  ): boolean {
    const { sign, lots, leverage } = position;
    const purpose = PURPOSE.exit;
    const order = { slot, purpose, sign: -sign, lots, rate, time, tag, leverage, reason, holdsSlot: false };
    const parent = this.#execution!.start(module, order);
    slot.exit = parent.isOpen ? parent : null;
    return parent.isOpen;
  }

  /** Asks for the withdrawal of a working order: of its children where a module works it. */
  #cancel(order: Order, time: number): void {
    if (this.#execution === null || !this.#execution.cancel(order, time)) this.#desk.cancel(order);
  }

  /** One slot with a position or a working entry at the close of a manage candle. */
  #manage(slot: Slot, time: number): void {
    const { strategy, position } = slot;
    if (this.#execution !== null) this.#execution.candle(slot, time);
    this.#expire(slot, time);
    if (position === null || slot.exit !== null) return;
    let reason: string | null;
    try {
      reason = this.#manager.onCandle(slot, position, time);
      if (reason === null && strategy.adjustPosition) this.#adjust(slot, position, time);
    } catch (cause) {
      throw this.#failed(slot, 'a position callback', cause);
    }
    if (reason !== null) this.#leave(slot, position, reason, null, time);
  }

  #adjust(slot: Slot, position: Position, time: number): void {
    const { strategy, pair } = slot;
    if (slot.entry) return;
    const answer = strategy.adjustPosition!({
      pair: position.pair,
      side: position.side,
      time: this.clock.toMs(time),
      rate: pair.close,
      entryTag: position.entryTag,
      position,
      profit: position.profitRatio(pair.close),
    });
    if (answer === null || answer === undefined) return;
    const { stake, tag = null } = typeof answer === 'number' ? { stake: answer } : answer;
    if (stake > 0) {
      if (strategy.maxEntryPositionAdjustment >= 0 && position.entries > strategy.maxEntryPositionAdjustment) return;
      const refused = this.#entries.add(slot, stake, tag, time);
      if (refused) this.#entries.refused[refused] = (this.#entries.refused[refused] ?? 0) + 1;
    } else if (stake < 0) {
      const { instrument } = position;
      const lots = instrument.lots((-stake * position.amount) / position.margin);
      const rest = position.lots - lots;
      if (lots < 1) return;
      if (rest < instrument.minLots || instrument.amount(rest) * pair.close < instrument.minCost) {
        if (rest > 0) return;
      }
      slot.exit = this.#desk.submit(
        slot,
        PURPOSE.exit,
        ORDER_KIND.market,
        -position.sign,
        0,
        Math.min(lots, position.lots),
        time,
        tag,
      );
      slot.exit.reason = 'partial_exit';
    }
  }

  /** Time-outs and re-pricing of limit orders. */
  #expire(slot: Slot, time: number): void {
    const { strategy, entry, exit } = slot;
    if (entry !== null && entry.kind === ORDER_KIND.limit && entry.state === ORDER_STATE.working) {
      if (time - entry.createdAt >= strategy.unfilledTimeout.entry * 60e9) this.#desk.cancel(entry);
      else if (strategy.adjustOrder) this.#reprice(slot, entry, time);
    }
    if (
      exit !== null &&
      exit.kind === ORDER_KIND.limit &&
      exit.state === ORDER_STATE.working &&
      time - exit.createdAt >= strategy.unfilledTimeout.exit * 60e9
    )
      this.#desk.cancel(exit);
  }

  #reprice(slot: Slot, entry: Order, time: number): void {
    const { pair } = slot;
    const { instrument } = pair;
    const answer = slot.strategy.adjustOrder!({
      pair: pair.pair,
      side: entry.sign > 0 ? 'long' : 'short',
      time: this.clock.toMs(time),
      rate: pair.close,
      entryTag: entry.tag,
      price: instrument.price(entry.ticks),
      openedAt: this.clock.toMs(entry.createdAt),
    });
    if (answer === 'keep') return;
    if (answer === 'cancel') return this.#desk.cancel(entry);
    const ticks = entry.sign > 0 ? instrument.ticksDown(answer) : instrument.ticksUp(answer);
    if (ticks > 0 && ticks !== entry.ticks) this.#desk.amend(entry, ticks, entry.lots);
  }

  #onFill(event: FillEvent): void {
    const { order, time, ticks, lots, fee, maker } = event;
    const { slot } = order;
    order.filledLots += lots;
    const isDone = order.filledLots >= order.lots;
    if (isDone) order.state = ORDER_STATE.filled;
    const { instrument } = slot.pair;
    const price = instrument.price(ticks);
    const work = this.#execution === null ? null : this.#execution.workOf(order);
    if (work !== null) work.parent.filledLots += lots;
    if (order.purpose === PURPOSE.entry) {
      const isFirst = slot.position === null;
      const position = this.ledger.bookEntry(
        order,
        time,
        ticks,
        lots,
        fee,
        maker,
        slot.position?.leverage ?? order.leverage,
      );
      if (work !== null) this.#onWorkedEntry(work, position, lots, isFirst);
      else {
        if (order.filledLots === lots) position.entries++;
        if (isFirst) this.#entries.onEntryEnded();
        if (isDone) slot.entry = null;
      }
      this.#manager.onEntry(slot, position, time, price);
    } else {
      const position = slot.position!;
      const reason =
        order.purpose === PURPOSE.exit
          ? order.reason
          : order.purpose === PURPOSE.stop
            ? position.stopMoved
              ? 'trailing_stop_loss'
              : 'stop_loss'
            : PURPOSE_NAMES[order.purpose]!;
      this.ledger.bookExit(order, time, ticks, lots, fee, maker, reason);
      if (isDone) this.#exitEnded(slot, order);
      if (slot.position === null) this.#closed(slot, position, time);
      else {
        if (isDone && work === null) position.exits++;
        this.#manager.onReduced(slot, position, time);
      }
    }
    if (work !== null) this.#execution!.filled(order, lots, price, time);
    slot.strategy.onFill?.({
      pair: slot.pair.pair,
      time: this.clock.toMs(time),
      side: order.sign > 0 ? 'buy' : 'sell',
      price,
      amount: instrument.amount(lots),
      fee,
      purpose: PURPOSE_NAMES[order.purpose]!,
    });
    if (this.#exitsInFlight === 0 && !this.#entries.isEmpty) this.#entries.release(time);
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
    this.#manager.release(position);
    if (slot.entry) this.#cancel(slot.entry, time);
    if (slot.exit) this.#cancel(slot.exit, time);
    for (const module of this.#risk) module.onTradeClosed?.(this.#context, this.clock.toMs(time));
  }

  #exitEnded(slot: Slot, order: Order): void {
    if (slot.exit !== order) return;
    slot.exit = null;
    if (order.kind === ORDER_KIND.market && order.reason !== 'partial_exit') this.#exitsInFlight--;
  }

  #onOrder(event: OrderEvent): void {
    const { order, state } = event;
    if (state <= order.state) return;
    order.state = state;
    if (state === ORDER_STATE.working) return;
    const { slot } = order;
    if (event.reason) this.#entries.refused[event.reason] = (this.#entries.refused[event.reason] ?? 0) + 1;
    if (slot.entry === order) {
      slot.entry = null;
      if (slot.position === null) this.#entries.onEntryEnded();
    }
    this.#exitEnded(slot, order);
    if (this.#execution !== null) this.#execution.closed(order, event.time);
    if (this.#exitsInFlight === 0 && !this.#entries.isEmpty) this.#entries.release(event.time);
  }

  #onFunding(event: FundingEvent): void {
    for (const slot of event.pair.slots) {
      const { position } = slot;
      if (position === null) continue;
      const amount = -position.sign * event.rate * event.mark * position.amount;
      this.ledger.bookFunding(position, amount);
      this.#manager.onFunding(slot, position, event.time);
      slot.strategy.onFunding?.({ pair: event.pair.pair, time: this.clock.toMs(event.time), rate: event.rate, amount });
    }
  }

  #onCommand(event: EngineEvent & { readonly kind: typeof EVENT.command }): void {
    const { command, time } = event;
    if (command.name === 'stop-entries') this.#entries.stopped = true;
    else if (command.name === 'resume') this.#entries.stopped = false;
    else if (command.name === 'close-all') for (const slot of this.#slots) this.#forceExit(slot, 'force_exit', time);
    else if (command.name === 'force-exit') this.#forceExit(command.slot, command.reason, time);
    else if (command.name === 'force-enter') {
      this.#entries.want(command.slot, command.side, 'force_enter');
      this.#afterSignals(time);
    }
  }

  #forceExit(slot: Slot, reason: string, time: number): void {
    const { position } = slot;
    if (slot.entry) this.#cancel(slot.entry, time);
    if (position === null) return;
    if (slot.exit !== null && (slot.exit.kind === ORDER_KIND.limit || this.#execution?.isParent(slot.exit))) {
      this.#cancel(slot.exit, time);
      slot.exit = null;
    }
    this.#leave(slot, position, reason, null, time, true);
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

  #failed(slot: Slot, where: string, cause: unknown): TidegateError {
    if (cause instanceof TidegateError) return cause;
    const at = Number.isNaN(this.now) ? '' : ` at ${new Date(this.clock.toMs(this.now)).toISOString()}`;
    return new TidegateError(
      'STRATEGY_FAILED',
      `${slot.strategyName} threw in ${where}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        where: `${slot.pair.pair}${at}`,
        remedy: 'Run with --debug to see where in the file.',
        cause,
      },
    );
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
