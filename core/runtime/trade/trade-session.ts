import type { Order } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import { restoreEngine, type SavedEngine, type SavedTrade } from '../../engine/snapshot.ts';
import { EngineClock } from '../../engine/time.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import { MarketClock } from '../../exchange/market-clock.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { checkStake } from '../check-tradable.ts';
import { tellStrategies } from '../prepare.ts';
import { CandleTurns } from './candle-turns.ts';
import { equityAtMarks } from './equity-at-marks.ts';
import { findSlot } from './find-slot.ts';
import { haltSession } from './halt-session.ts';
import { LiveDesk } from './live-desk.ts';
import type { CandleRow, StreamedRow } from './live-grids.ts';
import { loadHistory, type StoredMarket } from './load-history.ts';
import { pastStreamed } from './load-streamed.ts';
import { LossLimit, noteHalt } from './loss-limit.ts';
import { MarketFeed } from './market-feed.ts';
import { playMissed } from './missed-market.ts';
import type { OperatedSession } from './operated-session.ts';
import { PairBlocks } from './pair-blocks.ts';
import { PaperBroker } from './paper-broker.ts';
import { readSince } from './read-since.ts';
import { SessionJournal } from './session-journal.ts';
import { type MakeLearner, SessionLearning } from './session-learning.ts';
import {
  averagesOf,
  closedTrades,
  keyRefused,
  pairsOf,
  profitsRest,
  savedEngine,
  specOf,
  stakeBalance,
  storedOffset,
  takesFeesInBase,
} from './session-start.ts';
import { TradeLoop } from './trade-loop.ts';
import type { TradeLog, TradeSettings } from './trade-settings.ts';
import { type SessionTerms, type TradeWiring, wireTrade } from './trade-wiring.ts';
import { TurnRows } from './turn-rows.ts';

/** What a session is started from. */
export interface SessionParts {
  readonly options: BacktestOptions;
  readonly settings: TradeSettings;
  /** Opened. */
  readonly exchange: ExchangePort;
  readonly store: TradeStore;
  /** Candles that need not be asked for; null: all are. */
  readonly stored: StoredMarket | null;
  /** Makes what learns while it trades; absent: models are trained in threads, all else here. */
  readonly learner?: MakeLearner;
  readonly log: TradeLog;
  /** Machine time and timers. */
  readonly clock: ExchangeClock;
  /** Something ended the session: an error, or null for a wish. */
  readonly onEnd: (error: Error | null) => void;
}

/** A trading session: started once through recovery, ended once. */
export class TradeSession implements OperatedSession {
  readonly loop: TradeLoop;
  readonly wiring: TradeWiring;
  readonly terms: SessionTerms;
  /** Null in a dry-run. */
  readonly live: LiveDesk | null;
  /** Null where nothing is learned. */
  readonly learning: SessionLearning | null;
  readonly lossLimit: LossLimit;
  readonly #parts: SessionParts;
  readonly #feed: MarketFeed;
  readonly #blocks = new PairBlocks();
  #isClosed = false;

  /** @internal `startSession` makes it. */
  constructor(
    parts: SessionParts,
    made: {
      readonly loop: TradeLoop;
      readonly wiring: TradeWiring;
      readonly terms: SessionTerms;
      readonly live: LiveDesk | null;
      readonly learning: SessionLearning | null;
      readonly feed: (session: TradeSession) => MarketFeed;
    },
  ) {
    this.#parts = parts;
    this.loop = made.loop;
    this.wiring = made.wiring;
    this.terms = made.terms;
    this.live = made.live;
    this.learning = made.learning;
    this.#feed = made.feed(this);
    this.lossLimit = new LossLimit(parts.settings.maxLossRatio, parts.store, made.loop);
  }

  get slots(): readonly Slot[] {
    return this.wiring.slots;
  }

  get isHalted(): boolean {
    return this.loop.engine.parts.entries.stopped;
  }

  get openOrders(): number {
    return [...(this.live?.broker.open ?? [])].length;
  }

  get lastCandle(): number {
    const { grids } = this.wiring;
    return Math.max(...grids.pairs.map((pair) => grids.lastTime(pair)));
  }

  /** Opens the market's streams and the timers. */
  run(): void {
    // Before anything is heard, so that the limit on losses begins with all there is. Positions have a price only once one was heard.
    if (this.loop.engine.ledger.openPositions === 0) this.#watchLoss();
    this.#feed.open();
    const every = (ms: number, call: () => void) => {
      const again = () => {
        if (this.#isClosed) return;
        this.#guarded(call);
        this.#parts.clock.after(ms, again);
      };
      this.#parts.clock.after(ms, again);
    };
    every(1_000, () => this.live?.care());
    every(1_000, () => this.#watchLoss());
    every(250, () => this.#feed.tick());
  }

  /** Everything that has been heard is processed and durable, and no request is on its way. */
  async idle(): Promise<void> {
    for (;;) {
      this.#feed.tick();
      await this.loop.settled();
      const orders = [...(this.live?.broker.orders.values() ?? [])];
      const isBusy = orders.some((live) => live.isBusy || live.isWaiting);
      if (!isBusy && (this.live?.broker.requests.inFlight ?? 0) === 0) return;
      await new Promise((done) => setTimeout(done, 1));
    }
  }

  /** Refuses entries on a pair for a reason of a source; null lifts it. */
  block(pair: string, source: string, reason: string | null): void {
    const effective = this.#blocks.set(pair, source, reason);
    const slot = this.slots.find((s) => s.pair.pair === pair);
    if (slot !== undefined && slot.pair.blocked !== effective)
      this.loop.command({ name: 'block', slot, reason: effective });
  }

  /** The slot that a command names: the pair's only one, or that of the strategy. @throws TidegateError TRADE_COMMAND */
  slotOf(pair: string, strategy?: string): Slot {
    return findSlot(this.slots, pair, strategy);
  }

  /**
   * Stops entries and withdraws those that rest; with `flatten` also leaves every position. Resolves once the venue confirms that it is so.
   * @throws TidegateError TRADE_NOT_FLAT, naming what is left, when something is after `limitMs`
   */
  async halt(flatten: boolean, reason: string, limitMs = 120_000): Promise<void> {
    const { log, clock, exchange } = this.#parts;
    log('warn', 'halt', { flatten, reason });
    if (flatten) noteHalt(this.loop, reason);
    await haltSession(
      {
        loop: this.loop,
        slots: this.slots,
        live: this.live,
        clock,
        account: exchange.account,
        tick: () => this.#feed.tick(),
      },
      flatten,
      reason,
      limitMs,
    );
    if (flatten) noteHalt(this.loop, null);
    log('warn', 'halt.done', { flatten, open: this.slots.filter((s) => s.position !== null).length });
  }

  /** Ends the session: nothing more is sent, orders and stops stay where they are. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#feed.close();
    try {
      tellStrategies(this.wiring.strategies, 'onStop');
    } finally {
      this.loop.turn(() => {});
      await this.loop.settled();
      this.live?.close();
      this.learning?.live.end();
    }
  }

  #watchLoss(): void {
    const booked = this.loop.engine.ledger.equity;
    // The lower of the two: at the last candles' closes, and at the exchange's marks of the last comparison.
    const equity = Math.min(booked, equityAtMarks(booked, this.slots, this.live?.reconciler.view.positions ?? []));
    const breach = this.isHalted ? null : this.lossLimit.breach(equity);
    if (breach !== null) this.halt(true, breach).catch((error: Error) => this.#parts.onEnd(error));
  }

  #guarded(call: () => void): void {
    if (this.#isClosed) return;
    try {
      call();
    } catch (error) {
      this.#parts.onEnd(error as Error);
    }
  }
}

/**
 * Starts a session: what was stored is loaded, features are warmed up, books and venue are held against each other, then it trades. There is no
 * other way to start.
 * @throws TidegateError for pairs, strategies, history, keys or an exchange that do not allow it
 */
export async function startSession(parts: SessionParts): Promise<TradeSession> {
  const { options, settings, exchange, store, log, clock: machine } = parts;
  const saved = savedEngine(store);
  const market = new MarketClock(() => exchange.now());
  const pairs = pairsOf(options.pairs, saved);
  for (const ticker of await exchange.fetchTickers(pairs)) market.heard(ticker.exchangeTime);
  const isLive = settings.mode !== 'dry-run';
  if (!isLive && !saved) checkStake(options);
  const { terms, offset } = await termsOf(parts, pairs, saved, market, isLive);
  const closed = saved === null ? [] : closedTrades(store);
  const left = isLive ? undefined : store.reader.journalSpans().at(-1)?.to;
  const clock = new EngineClock(terms.origin);
  const journal = new SessionJournal(clock);
  const wiring = await wireTrade(options, terms, journal);
  const history = new Map<string, readonly CandleRow[]>();
  for (const pair of wiring.grids.pairs)
    history.set(pair, await loadHistory(exchange, parts.stored, pair, wiring.timeframe, wiring.startup, market.now()));
  journal.add(market.now(), { type: 'start', terms, code: codeOf(options), saved, closed });
  const made: { loop?: TradeLoop; session?: TradeSession } = {};
  const learning =
    wiring.learned &&
    (await SessionLearning.start({
      session: parts,
      wiring,
      learned: wiring.learned,
      pairs,
      journal,
      now: () => market.now(),
      mayWait: !saved || saved.positions.length === 0,
      loop: () => made.loop,
    }));
  const past = await pastStreamed(parts, wiring, history, market.now());
  const orders = beginSession(wiring, history, saved, closed, past);
  for (const [pair, rows] of history) journal.history(market.now(), pair, rows);
  journal.past(market.now(), past);
  const clocks = { market: () => market.now(), wall: () => machine.now() };
  const context = { account: exchange.account, timeframe: wiring.timeframe, clock };
  const live = isLive
    ? new LiveDesk({
        exchange,
        store,
        states: wiring.states,
        slots: wiring.slots,
        settings,
        netting: options.netting ?? false,
        stakeCurrency: options.stakeCurrency,
        clock: machine,
        log,
        loop: () => made.loop!,
        block: (pair, source, reason) => made.session!.block(pair, source, reason),
        onKeyRefused: (reason) => parts.onEnd(keyRefused(reason)),
      })
    : null;
  const paper = live ? null : new PaperBroker(wiring.engine, wiring.states, venueOf(options));
  const broker = live?.broker ?? paper!;
  const rows = new TurnRows(wiring.engine, wiring.slots, context);
  const loop = new TradeLoop({
    engine: wiring.engine,
    journal,
    broker,
    store,
    account: context.account,
    rows: (now) => rows.take(journal, broker, now),
    now: clocks.market,
    onStoreFailure: parts.onEnd,
  });
  made.loop = loop;
  const { account } = context;
  const candles = new CandleTurns(loop, { wiring, journal, broker, learning: learning?.live ?? null, account });
  const session = new TradeSession(parts, {
    loop,
    wiring,
    terms,
    live,
    learning,
    feed: (self) =>
      new MarketFeed({
        exchange,
        wiring,
        loop,
        candles,
        market,
        paper,
        settings,
        log,
        wall: clocks.wall,
        block: self.block.bind(self),
      }),
  });
  made.session = session;
  tellStrategies(wiring.strategies, 'onStart');
  live?.resume(orders.values());
  loop.turn(() => {
    // A simulated venue goes on where it was.
    const since = clock.toEngine(Math.min(left ?? Number.POSITIVE_INFINITY, market.now()));
    paper?.advanceTo(since);
    paper?.resume(orders.values(), since);
    rows.resume(orders.values(), broker, averagesOf(store));
    loop.keep({ values: [{ scope: 'engine', key: 'offset', value: offset.value }] });
  });
  if (paper) {
    await playMissed({ ...parts, wiring, candles, loop }, left, market.now());
    loop.turn(() => paper.advanceTo(loop.time));
  }
  if (learning) loop.turn(() => learning.begin(loop, candles));
  await loop.settled();
  const starts = store.reader.sessions().map(({ at }) => at);
  const soFar = { cursors: store.recovered.cursors, starts, origin: saved?.origin ?? null };
  if (live) {
    await live.recover(readSince(soFar, pairs, exchange.account, market.now()), offset);
    // Of a session before in which profits did not rest.
    for (const slot of terms.roiRests ? wiring.slots : [])
      if (slot.position && !Number.isNaN(slot.position.roiRatio) && !slot.position.roiOrder?.isOpen)
        loop.command({ name: 'protect', slot });
  }
  log('info', 'session.started', {
    mode: settings.mode,
    pairs: pairs.length,
    open: wiring.engine.ledger.openPositions,
  });
  return session;
}

/** What is traded and on which terms, those of before where something was saved; `offset` is what of the balance is not the bot's. */
async function termsOf(
  { options, settings, exchange, store }: SessionParts,
  pairs: readonly string[],
  saved: SavedEngine | null,
  market: MarketClock,
  isLive: boolean,
): Promise<{ readonly terms: SessionTerms; readonly offset: { value: number } }> {
  const balance = isLive ? await stakeBalance(exchange, options.stakeCurrency) : options.startingBalance;
  const capital = Math.min(settings.capital ?? balance, balance);
  const terms = {
    pairs,
    specs: pairs.map((pair) => specOf(exchange, pair, options.fee, !isLive)),
    origin: saved?.origin ?? Math.floor(market.now()),
    startingBalance: saved?.startingBalance ?? capital,
    feesInBase: isLive ? takesFeesInBase(exchange) : options.costs.feeAsset === 'base',
    roiRests: isLive ? profitsRest(options, exchange) : options.costs.roiRests,
    requestsTravel: !isLive && options.costs.latencyMs > 0,
  };
  return { terms, offset: { value: storedOffset(store) ?? balance - capital } };
}

/** Feeds history and goes on from what was saved: the same in a session and in its replay. Returns the open orders. */
export function beginSession(
  { engine, grids, states }: TradeWiring,
  history: ReadonlyMap<string, readonly CandleRow[]>,
  saved: SavedEngine | null,
  closed: readonly SavedTrade[],
  past: readonly StreamedRow[] = [],
): ReadonlyMap<number, Order> {
  grids.feed(history, past);
  for (const state of states) {
    state.cursor.row = grids.row(state.pair);
    state.last = history.get(state.pair)?.at(-1)?.[4] ?? Number.NaN;
    state.close = state.last;
  }
  return saved === null ? new Map() : restoreEngine(engine.parts, saved, closed);
}

/** Names of strategies, and hashes of their code. */
export function codeOf({ strategies }: BacktestOptions) {
  return strategies.map(({ name, codeHash }) => [name, codeHash] as const);
}

function venueOf({ costs }: BacktestOptions) {
  return {
    latency: costs.latencyMs * 1e6,
    slippage: costs.slippage,
    halfSpread: costs.spreadBps / 2e4,
    volumeShare: costs.volumeShare,
  };
}
