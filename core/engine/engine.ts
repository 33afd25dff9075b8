import { StringTable } from '../columns/record-log.ts';
import { Answers } from './answers.ts';
import { AuditTrail } from './audit.ts';
import { Author } from './author.ts';
import { CallSite } from './call-site.ts';
import { closedTradesView } from './closed-trades.ts';
import { Closes } from './closes.ts';
import { CommandDesk } from './command-desk.ts';
import { Decisions } from './decisions.ts';
import type { EngineOptions, EventRecorder } from './engine-options.ts';
import { EntryDesk } from './entries.ts';
import type { EquityLog } from './equity.ts';
import {
  type BookEvent,
  type CandleBatch,
  Effects,
  type EngineEvent,
  EVENT,
  type FillEvent,
  type OrderEvent,
  type TimerEvent,
  type TradeEvent,
} from './events.ts';
import { ExecutionDesk } from './execution-desk.ts';
import { ExitDesk } from './exits.ts';
import { Lane, type Lanes } from './lanes.ts';
import { Ledger } from './ledger/ledger.ts';
import { engineLogs } from './logs.ts';
import { OrderDesk } from './order-desk.ts';
import { PositionManager } from './position-manager.ts';
import type { CandleSpan, PriceBounds } from './quiet-candles.ts';
import { type PairState, pastOf, type Slot } from './slot.ts';
import type { EngineParts } from './snapshot.ts';
import { type EngineClock, timeWentBack } from './time.ts';

const { fill: FILL, order: ORDER, funding: FUNDING, trade: TRADE, book: BOOK } = EVENT;
const { manage: MANAGE, candles: CANDLES, timer: TIMER, command: COMMAND } = EVENT;

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
  readonly #slots: readonly Slot[];
  readonly #site: CallSite;
  readonly #author: Author;
  readonly #decisions: Decisions;
  readonly #closes: Closes;
  readonly #answers: Answers;
  readonly #commands: CommandDesk;
  /** What a snapshot saves and restores (`snapshot.ts`). */
  readonly parts: EngineParts;
  readonly #recorder: EventRecorder | null;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Engine time of the event at hand. */
  now = 0;

  constructor(options: EngineOptions) {
    const { clock, account, slots, maxOpenPositions, netting = false, requestsTravel = false, sizing, risk } = options;
    const { names } = this;
    const logs = this.#logs;
    const effects = this.#effects;
    this.clock = clock;
    this.#slots = slots;
    this.#recorder = options.recorder ?? null;
    const audit = new AuditTrail(logs.audit);
    const ledger = new Ledger(account, clock, logs.fills, logs.trades, names);
    const desk = new OrderDesk(effects, logs.orders, names);
    const site = new CallSite(clock);
    const author = new Author(site, clock);
    const manager = new PositionManager(desk, clock, options.roiRests, site);
    const execution = options.execution
      ? new ExecutionDesk(desk, clock, site, options.execution, () => entries.onEntryEnded())
      : null;
    const context = {
      account: ledger,
      maxOpenPositions,
      openPositions: ledger.open,
      closed: closedTradesView(logs.trades, names, slots, clock),
      startingBalance: ledger.startingBalance,
      past: pastOf(options.pairs),
    };
    const hear = options.recorder?.decided?.bind(options.recorder) ?? null;
    const rules = { maxOpenPositions, netting, requestsTravel, sizing, risk, context, execution, hear };
    const entries = new EntryDesk(rules, ledger, desk, clock, site);
    const exits = new ExitDesk(slots, desk, execution, clock, site);
    const decisions = new Decisions({ entries, exits, manager, execution, author, site });
    this.ledger = ledger;
    this.#audit = audit;
    this.#site = site;
    this.#author = author;
    this.#decisions = decisions;
    this.#closes = new Closes({ clock, effects, audit, ledger, entries, manager, decisions, site });
    this.#answers = new Answers({
      ledger,
      entries,
      exits,
      manager,
      execution,
      decisions,
      author,
      site,
      clock,
      risk,
      context,
    });
    this.#commands = new CommandDesk(entries, manager, ledger, slots, (slot, reason, time) =>
      decisions.leave(slot, slot.position!, reason, null, time, true),
    );
    this.parts = { clock, slots, ledger, names, trades: logs.trades, desk, entries, execution };
  }

  /** Orders, fills, trades and audit, as columns. */
  get logs(): ReturnType<typeof engineLogs> {
    return { ...this.#logs, audit: this.#audit.log };
  }

  /** Signals that came to nothing, by reason. */
  get refused(): Readonly<Record<string, number>> {
    return this.parts.entries.refused;
  }

  /**
   * Takes the next event and returns its effects, which are valid until the next call.
   * @throws TidegateError ENGINE_TIME when time goes back; STRATEGY_FAILED or STRATEGY_ANSWER (with callback, pair and time) when the author's
   * code throws or answers nonsense
   */
  process(event: EngineEvent): Effects {
    switch (event.kind) {
      case CANDLES:
      case MANAGE:
        return this.candles(event);
      case FILL:
        return this.fill(event);
      case ORDER:
        return this.order(event);
      case TIMER:
        return this.timer(event);
      default:
        return this.#rare(event);
    }
  }

  /** `process` for candles. Simulated venues call these three directly: a call site that sees one shape of event is several times faster. */
  candles(event: CandleBatch): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#closes.batch(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(event.kind, event.time, -1);
  }

  /** What the last event asked for. */
  get effects(): Effects {
    return this.#effects;
  }

  /**
   * `candles` for many batches of a pair with one slot: see `Closes.stretch`. What the last of them asked for is in `effects`.
   * @returns the row after the last; `from` when none can be taken this way
   */
  stretch(span: CandleSpan, from: number, to: number, floor: number, ceiling: number, equity: EquityLog): number {
    this.#effects.clear();
    if (this.#recorder !== null) return from;
    const { candles, length } = span;
    this.#notBefore(this.clock.toEngine(candles.time[from]! + length));
    let row = from;
    try {
      row = this.#closes.stretch(span, from, to, floor, ceiling, equity);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    if (row > from) this.#lastTime = this.now = this.clock.toEngine(candles.time[row - 1]! + length);
    return row;
  }

  /** A slot's part in them: its pair's candles, and how far their rows are from the first pair's. */
  lane(slot: Slot, span: CandleSpan, shift: number): Lane {
    return new Lane(slot, span, shift, this.#closes.progress);
  }

  /** `stretch` for several pairs with the same candles: see `Closes.stretchTogether`. Rows are those of the first. */
  stretchTogether(lanes: Lanes, from: number, to: number, bounds: PriceBounds, equity: EquityLog): number {
    this.#effects.clear();
    if (this.#recorder !== null) return from;
    const { candles, length } = lanes.all[0]!.span;
    this.#notBefore(this.clock.toEngine(candles.time[from]! + length));
    let row = from;
    try {
      row = this.#closes.stretchTogether(lanes, from, to, bounds, equity);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    if (row > from) this.#lastTime = this.now = this.clock.toEngine(candles.time[row - 1]! + length);
    return row;
  }

  #notBefore(time: number): void {
    // Also true for a time that is no number.
    if (!(time >= this.#lastTime)) throw timeWentBack(this.clock, time, this.#lastTime);
  }

  /** `process` for fills. */
  fill(event: FillEvent): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#answers.fill(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(FILL, event.time, event.order.id);
  }

  /** `process` for changes of orders. */
  order(event: OrderEvent): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      this.#answers.order(event);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(ORDER, event.time, event.order.id);
  }

  /** `process` for timers. */
  timer(event: TimerEvent): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      if (event.slot === undefined) this.#author.timers(this.#slots, event.time);
      else if (this.#author.timer(event.slot, event.time)) {
        this.#decisions.decide(event.slot, event.time);
        this.#decisions.release(event.time);
      }
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(TIMER, event.time, -1);
  }

  #rare(event: Exclude<EngineEvent, CandleBatch | FillEvent | OrderEvent | TimerEvent>): Effects {
    this.#begin(event.time);
    if (this.#recorder !== null) this.#recorder.record(event);
    try {
      if (event.kind === FUNDING) this.#answers.funding(event);
      else if (event.kind === TRADE) this.#onTrade(event);
      else if (event.kind === BOOK) this.#onBook(event);
      else if (event.kind === COMMAND && this.#commands.run(event)) this.#decisions.release(event.time);
    } catch (cause) {
      throw this.#site.blame(cause);
    }
    return this.#end(event.kind, event.time, -1);
  }

  #begin(time: number): void {
    this.#effects.clear();
    this.#notBefore(time);
    this.#lastTime = time;
    this.now = time;
    this.#site.now = time;
  }

  #onTrade({ pair, tick, time }: TradeEvent): void {
    pair.last = tick.price;
    this.#followPrice(pair, time);
    for (const slot of pair.slots) if (this.#author.trade(slot, tick)) this.#decisions.decide(slot, time);
    this.#decisions.release(time);
  }

  #followPrice({ slots }: PairState, time: number): void {
    const { execution } = this.parts;
    if (execution !== null) for (const slot of slots) execution.price(slot, time);
  }

  #onBook({ pair, top, time }: BookEvent): void {
    pair.last = (top.bid + top.ask) / 2;
    this.#followPrice(pair, time);
    for (const slot of pair.slots) if (this.#author.book(slot, top)) this.#decisions.decide(slot, time);
    this.#decisions.release(time);
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
