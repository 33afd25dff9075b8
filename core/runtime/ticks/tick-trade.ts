import { type CommandEvent, type EngineEvent, EVENT } from '../../engine/events.ts';
import type { Slot } from '../../engine/slot.ts';
import { pause } from '../../exchange/exchange-clock.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ConnectionEvent } from '../../ports/exchange.ts';
import { tellStrategies } from '../prepare.ts';
import { equityAtMarks } from '../trade/equity-at-marks.ts';
import { findSlot } from '../trade/find-slot.ts';
import { haltSession } from '../trade/halt-session.ts';
import type { LiveDesk } from '../trade/live-desk.ts';
import { LossLimit, noteHalt } from '../trade/loss-limit.ts';
import type { OperatedSession } from '../trade/operated-session.ts';
import { PairBlocks } from '../trade/pair-blocks.ts';
import { TradeLoop } from '../trade/trade-loop.ts';
import { whatIsLeft } from '../trade/what-is-left.ts';
import type { LiveVenue } from './live-venue.ts';
import type { PaperTicks } from './paper-ticks.ts';
import type { SessionRecorder } from './session-recording.ts';
import type { TickTradeMade, TickTradeParts } from './tick-trade-parts.ts';
import type { TickTradeRows } from './tick-trade-rows.ts';

/** How often the clock goes on while nothing is received; between looks at losses and at what has changed, ms. */
const TICK_MS = 20;
const SECOND_MS = 1_000;
/** Distance of equity points, ms. */
export const EQUITY_MS = 60_000;
/** How long an ending session waits for the exchange to confirm that no quote rests, ms. */
const WITHDRAW_MS = 10_000;

/**
 * Strategies on an exchange's live trades and books whose every order, fill and decision is kept in the trade store, that can be told what to do, and
 * that go on after a restart with their positions and the engine's orders; quotes are made anew. On paper orders meet the simulated queue of the live
 * book; real ones take the way of every bot: stored before they leave, looked up where their fate is unknown, held against the exchange's account.
 */
export class TickTrade implements OperatedSession {
  readonly loop: TradeLoop;
  readonly terms: { readonly pairs: readonly string[] };
  readonly wiring: OperatedSession['wiring'];
  /** Null on paper. */
  readonly live: LiveDesk | null;
  readonly learning = null;
  readonly lossLimit: LossLimit;
  readonly #parts: TickTradeParts;
  readonly #paper: PaperTicks;
  readonly #rows: TickTradeRows;
  readonly #venue: LiveVenue | null;
  readonly #recorder: SessionRecorder | null;
  readonly #blocks = new PairBlocks();
  #isClosed = false;
  #isFollowing = false;
  /** The turn at hand is the market's: time comes with it. */
  #isFeed = false;
  /** Rows are taken with the next turn, whatever it does. */
  #isDue = false;
  #nextLook = 0;
  /** Comparisons with the account that must be done before quotes are sent again; null: none. */
  #runsWanted: number | null = null;
  #nextEquity = 0;
  #cancelTimer: () => void = () => {};
  #connection: { close(): void } | null = null;

  /** @internal `startTickTrade` makes it. */
  constructor(parts: TickTradeParts, { paper, rows, pairs, real, recorder }: TickTradeMade) {
    const { session } = paper;
    const { engine } = session;
    const { clock, store, log, exchange, onEnd } = parts;
    this.#parts = parts;
    this.#paper = paper;
    this.#rows = rows;
    this.#recorder = recorder;
    this.#venue = real?.venue ?? null;
    this.live = real?.desk ?? null;
    this.terms = { pairs };
    this.wiring = { states: session.markets.map((market) => market.pair) };
    this.loop = new TradeLoop({
      engine,
      broker: this.live?.broker ?? rows.broker,
      store,
      rows: (now) => this.#take(now),
      journal: rows,
      account: exchange.account,
      now: () => clock.now(),
      time: () => (Number.isFinite(session.now) ? session.now : engine.clock.toEngine(clock.now())),
      around: (work) => this.#around(work),
      process: (event) => this.#process(event),
      onStoreFailure: onEnd,
    });
    this.lossLimit = new LossLimit(parts.settings.maxLossRatio, store, this.loop);
    for (const desk of session.desks)
      desk.onLackingCoins = () =>
        log('warn', 'quotes.no_coins', {
          strategy: desk.slot.strategyName,
          pair: desk.market.pair.pair,
          reason: 'the stop holds the coins that asks are wanted of',
          next: 'stoploss = -1 to quote both sides on spot, with trade.maxLoss for real orders',
        });
    paper.turn = (work) => this.#feedTurn(work);
    paper.onState = ({ pair, state, reason }) => {
      log(state === 'live' ? 'debug' : 'warn', 'stream', { pair, state, reason });
      // A book that is asked for now and then is enough to trade on paper, not to quote with real orders.
      const isUsable = state === 'live' || (state === 'polled' && this.live === null);
      this.block(pair, 'stream', isUsable ? null : 'stale_data');
    };
  }

  get slots() {
    return this.#paper.session.slots;
  }

  get isHalted(): boolean {
    return this.loop.engine.parts.entries.stopped;
  }

  get openOrders(): number {
    if (this.live) return [...this.live.broker.open].length;
    return this.#paper.session.desks.reduce(
      (sum, { own, engineOrders }) => sum + own.open.size + [...engineOrders].length,
      0,
    );
  }

  get lastCandle(): number {
    const { now, engine } = this.#paper.session;
    return Number.isFinite(now) ? engine.clock.toMs(now) : 0;
  }

  /** Follows the market, and lets its clock go on. */
  run(): void {
    this.#follow();
    const again = () => {
      if (this.#isClosed) return;
      this.#guarded(() => this.#paper.advanceTo(this.#parts.clock.now()));
      this.#cancelTimer = this.#parts.clock.after(TICK_MS, again);
    };
    again();
  }

  #follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    const { exchange, levels } = this.#parts;
    if (this.live) this.#connection = exchange.watchConnection((event) => this.#onConnection(event));
    this.#paper.follow(exchange, levels);
  }

  /** Without the account's streams fills are not heard: nothing is quoted until what was missed has been asked for. */
  #onConnection({ kind }: ConnectionEvent): void {
    const { runs, isRunning } = this.live!.reconciler;
    if (kind === 'disconnected') {
      this.#runsWanted = Number.POSITIVE_INFINITY;
      this.#blockAll('disconnected');
    }
    // One that is going on may have asked before.
    if (kind === 'resync') this.#runsWanted = runs + (isRunning ? 2 : 1);
  }

  #blockAll(reason: string | null): void {
    for (const pair of this.terms.pairs) this.block(pair, 'connection', reason);
  }

  /** Nothing is quoted beside what may still rest of the session before: the two might sell the same coins. */
  blockAdopted(): void {
    for (const pair of this.terms.pairs)
      this.block(pair, 'adopted', this.#venue!.hasAdopted(pair) ? 'orders_from_before' : null);
  }

  /** Once a second. */
  #care(live: LiveDesk): void {
    live.care();
    this.blockAdopted();
    if (this.#runsWanted === null || live.reconciler.runs < this.#runsWanted) return;
    this.#runsWanted = null;
    this.#blockAll(null);
  }

  /** Everything that has been heard is processed and durable, and no request is on its way. */
  async idle(): Promise<void> {
    for (;;) {
      this.#guarded(() => this.#paper.advanceTo(this.#parts.clock.now()));
      await this.loop.settled();
      const orders = [...(this.live?.broker.orders.values() ?? [])];
      const isBusy = orders.some((order) => order.isBusy);
      if (this.#isClosed || (!isBusy && (this.live?.broker.requests.inFlight ?? 0) === 0)) return;
      await new Promise((done) => setTimeout(done, 1));
    }
  }

  block(pair: string, source: string, reason: string | null): void {
    const effective = this.#blocks.set(pair, source, reason);
    const slot = this.slots.find((s) => s.pair.pair === pair);
    if (slot !== undefined && slot.pair.blocked !== effective)
      this.loop.command({ name: 'block', slot, reason: effective });
  }

  slotOf(pair: string, strategy?: string) {
    return findSlot(this.slots, pair, strategy);
  }

  /**
   * Withdraws quotes and entries and sends no new ones; with `flatten` also leaves every position. Resolves once it is so.
   * @throws TidegateError TRADE_NOT_FLAT, naming what is left, when something is after `limitMs`
   */
  async halt(flatten: boolean, reason: string, limitMs = 120_000): Promise<void> {
    const { log, clock, exchange } = this.#parts;
    log('warn', 'halt', { flatten, reason });
    if (flatten) noteHalt(this.loop, reason);
    this.#follow();
    const { loop, slots, live } = this;
    const tick = () => this.#guarded(() => this.#paper.advanceTo(clock.now()));
    if (live)
      await haltSession({ loop, slots, live, clock, account: exchange.account, tick }, flatten, reason, limitMs);
    else await this.#haltOnPaper(flatten, reason, limitMs);
    if (flatten) noteHalt(this.loop, null);
    await this.settled();
    log('warn', 'halt.done', { flatten, open: this.slots.filter((s) => s.position !== null).length });
  }

  async #haltOnPaper(flatten: boolean, reason: string, limitMs: number): Promise<void> {
    const { clock, exchange } = this.#parts;
    this.loop.turn(() => {
      this.loop.decide({ kind: 'command', reason: `halt${flatten ? ' and flatten' : ''}: ${reason}` });
      this.loop.command({ name: 'stop-entries' });
    });
    const until = clock.now() + limitMs;
    for (;;) {
      this.#paper.advanceTo(clock.now());
      const left = this.#left(flatten);
      if (left.length === 0) return;
      if (clock.now() >= until)
        throw new TidegateError('TRADE_NOT_FLAT', `after ${limitMs / 1000} s there remain: ${left.join('; ')}`, {
          where: exchange.account,
          remedy: 'It is on paper: look whether the exchange sends books of these pairs.',
        });
      this.#leave(flatten);
      await pause(clock, TICK_MS);
    }
  }

  #left(flatten: boolean): string[] {
    const quotes = this.#paper.session.desks.flatMap(({ own, slot }) =>
      own.open.size === 0 ? [] : [`${own.open.size} quotes of ${slot.pair.pair}`],
    );
    return [...whatIsLeft(this.slots, null, flatten), ...quotes];
  }

  #leave(flatten: boolean): void {
    if (this.slots.some((slot) => slot.entry !== null && this.#isSeen(slot.pair.index)))
      this.loop.command({ name: 'cancel-entries' });
    if (!flatten) return;
    for (const slot of this.slots)
      if (slot.position !== null && !slot.exit?.isOpen && this.#isSeen(slot.pair.index))
        this.loop.command({ name: 'force-exit', slot, reason: 'halt' });
  }

  #isSeen(market: number): boolean {
    return this.#paper.session.markets[market]!.broker.book.hasBoth;
  }

  /** Ends the session: positions and the engine's orders stay, quotes are withdrawn. With real orders it waits until the exchange says so. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer();
    this.#connection?.close();
    this.#paper.leave();
    try {
      tellStrategies(this.#paper.session.named, 'onStop');
    } finally {
      // Whatever a strategy throws at its end: no quote is left behind.
      if (this.live === null) this.#rows.quotes.end('stop', this.#parts.clock.now());
      else await this.#withdraw();
      this.#isDue = true;
      this.loop.turn(() => {});
      await this.settled();
      this.live?.close();
      this.#recorder?.flush();
    }
  }

  async #withdraw(): Promise<void> {
    const { clock, log } = this.#parts;
    const until = clock.now() + WITHDRAW_MS;
    this.loop.turn(() => {
      this.#hold(() => true);
      this.#venue!.withdrawAll();
    });
    // A stop that is being resized is let come to rest, too.
    const isOnItsWay = () =>
      this.#venue!.open.length > 0 || [...this.live!.broker.orders.values()].some(({ isBusy }) => isBusy);
    while (isOnItsWay() && clock.now() < until) await pause(clock, TICK_MS);
    const left = this.#venue!.open.map(({ id }) => id);
    if (left.length > 0) log('error', 'quotes.left', { orders: left.join(','), next: 'the next start takes them off' });
  }

  /** Resolves once everything so far is durable. */
  async settled(): Promise<void> {
    await this.loop.settled();
  }

  #feedTurn(work: () => void): void {
    this.#isFeed = true;
    try {
      this.loop.turn(work);
    } finally {
      this.#isFeed = false;
    }
    const now = this.#parts.clock.now();
    if (!this.#isFollowing || this.#isClosed || now < this.#nextLook) return;
    this.#nextLook = now + SECOND_MS;
    this.#isDue = now >= this.#nextEquity || this.loop.engine.ledger.openPositions > 0;
    if (this.live) this.#care(this.live);
    this.#watchLoss();
  }

  /** Before anything else is done time is brought up to now; afterwards what was reported meanwhile is told. */
  #around(work: () => void): void {
    if (this.live === null) return work();
    try {
      if (!this.#isFeed && !this.#isClosed) this.#paper.advanceTo(this.#parts.clock.now());
      work();
      this.#venue!.flush();
    } catch (error) {
      this.#parts.onEnd(error as Error);
    }
  }

  #process(event: EngineEvent): void {
    const { session, inputs } = this.#paper;
    if (event.kind === EVENT.command) this.#checkCommand(event.command);
    if (this.#venue) this.#venue.hear(event);
    else inputs.take({ kind: 'event', event });
    if (event.kind !== EVENT.command) return;
    this.#hold((slot) => this.isHalted || slot.pair.blocked !== null || this.#isClosed);
    if (Number.isFinite(session.now)) inputs.take({ kind: 'settle', time: session.now });
    this.#isDue = true;
  }

  #hold(isHeld: (slot: Slot) => boolean): void {
    for (const slot of this.slots) this.#paper.inputs.take({ kind: 'hold', slot: slot.index, isHeld: isHeld(slot) });
  }

  /** On paper nothing can be carried out before there is a book. */
  #checkCommand({ name }: CommandEvent['command']): void {
    const isOnlyState = name === 'stop-entries' || name === 'resume' || name === 'block';
    if (this.live || isOnlyState || Number.isFinite(this.#paper.session.now)) return;
    throw new TidegateError('TRADE_COMMAND', 'no book has been received yet', {
      remedy: 'Wait for the first messages of the exchange, then say it again.',
    });
  }

  #watchLoss(): void {
    const { equity: booked } = this.loop.engine.ledger;
    const equity = Math.min(booked, equityAtMarks(booked, this.slots, this.live?.reconciler.view.positions ?? []));
    // First at the first prices: before them an open position is worth nothing that is known.
    const breach = this.isHalted ? null : this.lossLimit.breach(equity);
    if (breach !== null) this.halt(true, breach).catch((error: Error) => this.#parts.onEnd(error));
  }

  /** Rows of what has changed since the last time; null where nothing has. */
  #take(now: number) {
    const isQuiet = !this.#isDue && !this.#rows.hasChanges && (this.live?.broker.requests.isEmpty ?? true);
    if (isQuiet) return null;
    this.#isDue = false;
    const rows = { ...this.#rows.take(now), equity: this.#equity(now) };
    this.#venue?.sweep();
    return rows;
  }

  #equity(now: number) {
    const { equity, free, openPositions } = this.loop.engine.ledger;
    if (now < this.#nextEquity || Number.isNaN(equity)) return [];
    this.#nextEquity = now + EQUITY_MS;
    const { options, exchange } = this.#parts;
    return [{ at: now, account: exchange.account, currency: options.stakeCurrency, equity, free, openPositions }];
  }

  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#parts.onEnd(error as Error);
    }
  }
}
