import { FundingClock } from '../../data/ticks/funding-clock.ts';
import type { Order } from '../../engine/order.ts';
import { restoreEngine, type SavedEngine, type SavedTrade } from '../../engine/snapshot.ts';
import type { ExchangePort, StreamState, Subscription } from '../../ports/exchange.ts';
import { tellStrategies } from '../prepare.ts';
import { LiveParts } from './live-parts.ts';
import { type SessionInput, SessionInputs, type SessionTape } from './session-inputs.ts';
import type { OrderWatch, TickRunOptions } from './tick-options.ts';
import { type TickResult, tickResult } from './tick-result.ts';
import { TickSession } from './tick-session.ts';
import { type TickWiring, wireTicks } from './tick-wiring.ts';

/** A dry-run on live books: everything of a run on ticks but the parts, which the streams give. */
export type PaperOptions = Omit<TickRunOptions, 'markets' | 'originMs' | 'firstMs'> & {
  readonly markets: readonly Omit<TickRunOptions['markets'][number], 'parts'>[];
  /** ms UTC from which time is counted: that of the start. */
  readonly startMs: number;
  /** Levels of the book to follow. */
  readonly levels?: number;
  /** ms UTC of engine time 0; a second before the start unless given. */
  readonly originMs?: number;
  /** Where a session before ended. */
  readonly saved?: { readonly engine: SavedEngine; readonly closed: readonly SavedTrade[] };
  /** Called once the session is made and goes on from what was saved, with the orders that are open, before strategies start. */
  readonly onMade?: (session: TickSession, orders: Iterable<Order>, inputs: SessionInputs) => void;
  /** Hears of all that comes to the session, and of what it makes of it. */
  readonly tape?: SessionTape;
};

/** The streams of an exchange that a dry-run needs; with those of funding and liquidations it knows marks and payments too. */
export type TickStreams = Pick<ExchangePort, 'watchBook' | 'watchTrades'> &
  Partial<Pick<ExchangePort, 'watchFunding' | 'watchLiquidations'>>;

/**
 * The same strategies, engine, ledger and simulated exchange as in a backtest on ticks, on an exchange's live trades and books. Nothing is sent
 * anywhere: orders are matched against the live book, with the configured latency and queue. Everything happens in `event` calls of the streams and
 * in `advanceTo`, which the owner calls as its clock goes on.
 */
export class PaperTicks {
  readonly session: TickSession;
  readonly inputs: SessionInputs;
  readonly #options: TickRunOptions;
  readonly #wiring: TickWiring;
  readonly #feeds: ReadonlyMap<string, LiveParts>;
  readonly #subscriptions: Subscription[] = [];
  #isOver = false;

  private constructor(
    options: TickRunOptions,
    wiring: TickWiring,
    session: TickSession,
    feeds: ReadonlyMap<string, LiveParts>,
    inputs: SessionInputs,
  ) {
    this.#options = options;
    this.#wiring = wiring;
    this.session = session;
    this.#feeds = feeds;
    this.inputs = inputs;
  }

  /** Makes a session; `follow` starts it. @throws those of `wireTicks` */
  static async make({ startMs, levels: _levels, saved, onMade, tape, ...given }: PaperOptions): Promise<PaperTicks> {
    const inputs = new SessionInputs(tape ?? null);
    const originMs = given.originMs ?? Math.floor(startMs) - 1000;
    const feeds = new Map(given.markets.map(({ pair, grid }) => [pair, new LiveParts(grid, originMs)]));
    const markets = given.markets.map((market) => ({ ...market, parts: feeds.get(market.pair)! }));
    const { journal } = given;
    const watched = journal && tape ? { journal: { ...journal, watch: heardBy(journal.watch, inputs) } } : {};
    const options: TickRunOptions = { ...given, ...watched, markets, originMs, firstMs: startMs };
    const wiring = await wireTicks(options, startMs);
    const session = new TickSession(options, wiring, (await options.modules?.(wiring.named)) ?? null);
    const orders = saved ? [...restoreEngine(session.engine.parts, saved.engine, saved.closed).values()] : [];
    session.resume(orders);
    inputs.follow(session);
    onMade?.(session, orders, inputs);
    for (const [k, feed] of [...feeds.values()].entries()) {
      feed.reached = () => Math.max(session.engine.now, session.now);
      if (tape) feed.onPart = (rows) => inputs.rows(k, rows);
    }
    tellStrategies(wiring.named, 'onStart');
    return new PaperTicks(options, wiring, session, feeds, inputs);
  }

  /** Around each event of the streams and each move of the clock. */
  turn: (work: () => void) => void = (work) => work();
  /** A step is being taken. */
  isStepping = false;
  /** Told when a pair's book can be traded on, or no longer. */
  onState: ((state: StreamState) => void) | null = null;

  /** Follows an exchange's streams of all pairs. */
  follow(streams: TickStreams, levels = 50): void {
    const pairs = [...this.#feeds.keys()];
    if (pairs.some((pair) => pair.includes(':'))) this.#followFunding(streams, pairs);
    this.#subscriptions.push(
      streams.watchTrades(pairs, {
        event: (event) => this.#take(event.pair, (feed) => feed.trade(event)),
      }),
      streams.watchBook(pairs, levels, {
        event: (event) => this.#take(event.pair, (feed) => feed.book(event)),
        state: (state) =>
          this.#take(state.pair, (feed) => {
            feed.state(state);
            this.onState?.(state);
          }),
      }),
    );
  }

  /** Marks as they come; a payment is settled at the rate that was told last before its moment. */
  #followFunding(streams: TickStreams, pairs: readonly string[]): void {
    const clocks = new Map(pairs.map((pair) => [pair, new FundingClock()]));
    const funding = streams.watchFunding?.(pairs, {
      event: ({ pair, receivedAt, mark, rate, nextAt }) => {
        const paid = clocks.get(pair)?.heard(rate, nextAt) ?? null;
        this.#take(pair, (feed) => {
          if (mark > 0) feed.mark(receivedAt, mark, paid);
        });
      },
    });
    const liquidations = streams.watchLiquidations?.(pairs, {
      event: (event) => this.#take(event.pair, (feed) => feed.liquidation(event)),
    });
    for (const stream of [funding, liquidations]) if (stream) this.#subscriptions.push(stream);
  }

  /** Events taken so far. */
  get events(): number {
    let count = 0;
    for (const feed of this.#feeds.values()) count += feed.count;
    return count;
  }

  /** Lets the clock go on to `ms` UTC: timers and answers that are due happen. Rows received later count as of then. */
  advanceTo(ms: number): void {
    this.turn(() => this.#run(Math.round((ms - this.#options.originMs) * 1e6)));
  }

  #take(pair: string, put: (feed: LiveParts) => void): void {
    const feed = this.#feeds.get(pair);
    if (feed === undefined) return;
    this.turn(() => {
      put(feed);
      this.#run(feed.time);
    });
  }

  #run(time: number): void {
    if (this.#isOver || !(time >= this.session.now)) return;
    this.isStepping = true;
    try {
      this.inputs.until(time);
    } finally {
      this.isStepping = false;
    }
  }

  /** Takes an input of another session of the same kind. */
  repeat(input: SessionInput): void {
    if (input.kind === 'rows') {
      this.inputs.rows(input.market, input.rows);
      [...this.#feeds.values()][input.market]!.add(input.rows);
    } else if (input.kind === 'until') this.inputs.until(input.time);
    else this.inputs.take(input);
  }

  /** Leaves the streams: nothing more happens. */
  leave(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.close();
    this.#isOver = true;
    for (const feed of this.#feeds.values()) feed.isOpen = false;
  }

  /** Ends it: streams are left, quotes withdrawn, positions closed against the last book. */
  finish(): TickResult {
    this.leave();
    this.session.finish();
    return tickResult(this.#options, this.#wiring, this.session);
  }
}

function heardBy(watch: OrderWatch, inputs: SessionInputs): OrderWatch {
  return {
    sent(slot, order, isQuote) {
      inputs.sent(slot, order);
      watch.sent(slot, order, isQuote);
    },
    answered: (answer, text) => watch.answered(answer, text),
  };
}
