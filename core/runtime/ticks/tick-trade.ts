import type { CommandEvent } from '../../engine/events.ts';
import type { SavedEngine } from '../../engine/snapshot.ts';
import { EngineClock } from '../../engine/time.ts';
import { type ExchangeClock, pause } from '../../exchange/exchange-clock.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { Decision, PlainData } from '../../ports/stored-rows.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { findSlot } from '../trade/find-slot.ts';
import type { OperatedSession } from '../trade/operated-session.ts';
import { PairBlocks } from '../trade/pair-blocks.ts';
import { closedTrades, pairsOf, specOf } from '../trade/session-start.ts';
import type { TradeLog, TradeSettings } from '../trade/trade-settings.ts';
import { whatIsLeft } from '../trade/what-is-left.ts';
import { type PaperOptions, PaperTicks } from './paper-ticks.ts';
import { FIRST_QUOTE_ID, TickTradeRows } from './tick-trade-rows.ts';

/** How often the clock goes on while nothing is received; between looks at losses and at what has changed, ms. */
const TICK_MS = 20;
const SECOND_MS = 1_000;
const EQUITY_MS = 60_000;

/** What a session on live books is started from. */
export interface TickTradeParts {
  readonly options: Omit<PaperOptions, 'markets' | 'exchange' | 'startMs' | 'journal'>;
  readonly pairs: readonly string[];
  readonly fee?: number;
  readonly settings: Pick<TradeSettings, 'mode' | 'maxLossRatio'>;
  /** Opened. */
  readonly exchange: ExchangePort;
  readonly store: TradeStore;
  readonly log: TradeLog;
  readonly clock: ExchangeClock;
  readonly onEnd: (error: Error | null) => void;
  /** Levels of the book to follow. */
  readonly levels?: number;
}

/**
 * Strategies on an exchange's live trades and books, on paper: `PaperTicks` whose every order, fill and decision is kept in the trade store, that can
 * be told what to do, and that goes on after a restart with its positions and its engine's orders; quotes are made anew.
 */
export class TickTrade implements OperatedSession {
  readonly loop: OperatedSession['loop'];
  readonly terms: { readonly pairs: readonly string[] };
  readonly wiring: OperatedSession['wiring'];
  readonly live = null;
  readonly learning = null;
  readonly #parts: TickTradeParts;
  readonly #paper: PaperTicks;
  readonly #rows: TickTradeRows;
  readonly #blocks = new PairBlocks();
  /** At the first prices: before them an open position is worth nothing that is known. */
  #startEquity = Number.NaN;
  #decisions: Decision[] = [];
  #inCommit = 0;
  #isFailed = false;
  #isClosed = false;
  #isFollowing = false;
  #nextLook = 0;
  #nextEquity = 0;
  #cancelTimer: () => void = () => {};

  /** @internal `startTickTrade` makes it. */
  constructor(parts: TickTradeParts, paper: PaperTicks, rows: TickTradeRows, pairs: readonly string[]) {
    const { engine } = paper.session;
    this.#parts = parts;
    this.#paper = paper;
    this.#rows = rows;
    this.terms = { pairs };
    this.wiring = { states: paper.session.markets.map((market) => market.pair) };
    const self = this;
    this.loop = {
      engine,
      get time() {
        return Math.max(engine.now, engine.clock.toEngine(parts.clock.now()));
      },
      turn(work) {
        work();
        self.#persist();
      },
      decide: (decision) => this.#decide(decision),
      command: (command) => this.#command(command),
    };
    paper.onTurn = () => this.#afterTurn();
    paper.onState = ({ pair, state, reason }) => {
      parts.log(state === 'live' ? 'debug' : 'warn', 'stream', { pair, state, reason });
      this.block(pair, 'stream', state === 'stale' ? 'stale_data' : null);
    };
  }

  get slots() {
    return this.#paper.session.slots;
  }

  get isHalted(): boolean {
    return this.loop.engine.parts.entries.stopped;
  }

  get openOrders(): number {
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
    this.#paper.follow(this.#parts.exchange, this.#parts.levels);
  }

  block(pair: string, source: string, reason: string | null): void {
    const effective = this.#blocks.set(pair, source, reason);
    const slot = this.slots.find((s) => s.pair.pair === pair);
    if (slot !== undefined && slot.pair.blocked !== effective)
      this.#command({ name: 'block', slot, reason: effective });
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
    this.#decide({ kind: 'command', reason: `halt${flatten ? ' and flatten' : ''}: ${reason}` });
    this.#command({ name: 'stop-entries' });
    this.#follow();
    const until = clock.now() + limitMs;
    for (;;) {
      this.#paper.advanceTo(clock.now());
      const left = this.#left(flatten);
      if (left.length === 0) break;
      if (clock.now() >= until)
        throw new TidegateError('TRADE_NOT_FLAT', `after ${limitMs / 1000} s there remain: ${left.join('; ')}`, {
          where: exchange.account,
          remedy: 'It is on paper: look whether the exchange sends books of these pairs.',
        });
      this.#leave(flatten);
      await pause(clock, TICK_MS);
    }
    this.#persist();
    await this.settled();
    log('warn', 'halt.done', { flatten, open: this.slots.filter((s) => s.position !== null).length });
  }

  #left(flatten: boolean): string[] {
    const quotes = this.#paper.session.desks.flatMap(({ own, slot }) =>
      own.open.size === 0 ? [] : [`${own.open.size} quotes of ${slot.pair.pair}`],
    );
    return [...whatIsLeft(this.slots, null, flatten), ...quotes];
  }

  #leave(flatten: boolean): void {
    if (this.slots.some((slot) => slot.entry !== null && this.#isSeen(slot.pair.index)))
      this.#command({ name: 'cancel-entries' });
    if (!flatten) return;
    for (const slot of this.slots)
      if (slot.position !== null && !slot.exit?.isOpen && this.#isSeen(slot.pair.index))
        this.#command({ name: 'force-exit', slot, reason: 'halt' });
  }

  #isSeen(market: number): boolean {
    return this.#paper.session.markets[market]!.broker.book.hasBoth;
  }

  /** Ends the session: positions and the engine's orders stay in the store, quotes are withdrawn. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer();
    this.#paper.leave();
    for (const strategy of this.#paper.session.strategies) strategy.onStop?.();
    this.#rows.quotes.end('stop', this.#parts.clock.now());
    this.#persist();
    await this.settled();
  }

  /** Resolves once everything so far is durable. */
  async settled(): Promise<void> {
    while (this.#inCommit > 0 && !this.#isFailed) await new Promise((done) => setTimeout(done, 1));
  }

  #command(command: CommandEvent['command']): void {
    const { session } = this.#paper;
    const isOnlyState = command.name === 'stop-entries' || command.name === 'resume' || command.name === 'block';
    if (!isOnlyState && !Number.isFinite(session.now))
      throw new TidegateError('TRADE_COMMAND', 'no book has been received yet', {
        remedy: 'Wait for the first messages of the exchange, then say it again.',
      });
    session.command(command, Number.isFinite(session.now) ? session.now : this.loop.time);
    for (const desk of session.desks) desk.hold(this.isHalted || desk.slot.pair.blocked !== null);
    if (Number.isFinite(session.now)) for (const { own } of session.desks) own.settle(session.now);
    this.#persist();
  }

  #decide(decision: Partial<Decision> & Pick<Decision, 'kind' | 'reason'>): void {
    const about = { strategy: null, pair: null, trade: null, order: null, data: null };
    this.#decisions.push({ at: this.#parts.clock.now(), ...about, ...decision });
  }

  #afterTurn(): void {
    const now = this.#parts.clock.now();
    if (this.#rows.hasChanges) this.#persist();
    if (now < this.#nextLook) return;
    this.#nextLook = now + SECOND_MS;
    if (now >= this.#nextEquity || this.loop.engine.ledger.openPositions > 0) this.#persist();
    this.#watchLoss();
  }

  #watchLoss(): void {
    const { maxLossRatio } = this.#parts.settings;
    const { equity } = this.loop.engine.ledger;
    if (Number.isNaN(this.#startEquity)) this.#startEquity = equity;
    if (maxLossRatio === undefined || this.isHalted || !(equity < this.#startEquity * (1 - maxLossRatio))) return;
    this.halt(true, `equity fell from ${this.#startEquity.toFixed(2)} to ${equity.toFixed(2)}`).catch((error: Error) =>
      this.#parts.onEnd(error),
    );
  }

  /** Keeps what has changed since the last time. */
  #persist(): void {
    if (this.#isFailed) return;
    const now = this.#parts.clock.now();
    const rows = this.#rows.take(now);
    const decisions = [...(rows.decisions ?? []), ...this.#decisions.splice(0)];
    this.#inCommit++;
    this.#parts.store.commit({ ...rows, decisions, equity: this.#equity(now) }).then(
      () => this.#inCommit--,
      (error: Error) => {
        this.#inCommit--;
        if (!this.#isFailed) this.#parts.onEnd(error);
        this.#isFailed = true;
      },
    );
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

/**
 * Starts a session on live books: what was stored is loaded, then the market is followed. Quotes that rested when the last session ended are ended in
 * the store, as at an exchange that cancels them: a wish from before a restart is nobody's wish any more.
 * @throws TidegateError for pairs, strategies or an exchange that do not allow it
 */
export async function startTickTrade(parts: TickTradeParts): Promise<TickTrade> {
  const { options, exchange, store, clock, log } = parts;
  const value = store.recovered.values.find(({ scope, key }) => scope === 'engine' && key === 'state')?.value;
  const saved = (value ?? null) as SavedEngine | null;
  const closed = saved === null ? [] : closedTrades(store);
  const pairs = pairsOf(parts.pairs, saved);
  const startMs = clock.now();
  const origin = saved?.origin ?? Math.floor(startMs) - 1_000;
  const engineClock = new EngineClock(origin);
  const rows = new TickTradeRows(
    { account: exchange.account, timeframe: options.timeframe ?? '1m', clock: engineClock },
    engineClock,
  );
  const startingBalance = saved?.startingBalance ?? options.startingBalance;
  const [, free = startingBalance, locked = 0] = saved?.assets.find(([asset]) => asset === options.stakeCurrency) ?? [];
  const markets = pairs.map((pair) => {
    const spec = specOf(exchange, pair, parts.fee);
    return { pair, spec, grid: { tickSize: spec.priceTick, lotSize: spec.amountStep } };
  });
  const paper = await PaperTicks.make({
    ...options,
    exchange: exchange.name,
    startingBalance,
    markets,
    startMs,
    originMs: origin,
    sampleMs: EQUITY_MS,
    journal: {
      recorder: rows,
      watch: rows.quotes,
      firstOrderId: Math.max(FIRST_QUOTE_ID, store.recovered.next.order),
      wallet: free + locked,
    },
    ...(saved && { saved: { engine: saved, closed } }),
    onMade: (session, orders) => {
      rows.follow(session);
      rows.resume(orders);
    },
  });
  // Until the first book, what is held is worth the last price.
  if (saved !== null && saved.positions.length > 0)
    for (const { pair, last } of await exchange.fetchTickers(pairs)) {
      const market = paper.session.markets.find((m) => m.pair.pair === pair);
      if (market !== undefined && Number.isNaN(market.pair.last)) market.pair.last = last;
    }
  const session = new TickTrade(parts, paper, rows, pairs);
  const body = { type: 'ticks', terms: { pairs, origin, startingBalance }, saved, closed };
  const ended = store.recovered.orders.filter(({ id }) => id >= FIRST_QUOTE_ID);
  await store.commit({
    orders: ended.map((order) => ({ ...order, state: 'cancelled', reason: 'restart', updatedAt: startMs })),
    journal: [{ at: startMs, body: body as unknown as PlainData }],
  });
  log('info', 'session.started', {
    mode: parts.settings.mode,
    pairs: pairs.length,
    open: paper.session.engine.ledger.openPositions,
    withdrawn: ended.length,
  });
  return session;
}
