import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BookEvents, EventBuilder } from '../../core/book/book-events.ts';
import { queueModel } from '../../core/book/queue-models.ts';
import { randomMarket } from '../../core/book/random-market.ts';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import { randomCandles } from '../../core/exchange/replay/price-walk.ts';
import { ReplayExchange } from '../../core/exchange/replay/replay-exchange.ts';
import { replaySymbol } from '../../core/exchange/replay/replay-symbol.ts';
import { type ReplayServer, serveReplay } from '../../core/exchange/replay/serve-replay.ts';
import { openTradeStore } from '../../core/persistence/trade-store/open-trade-store.ts';
import type { ExchangePort } from '../../core/ports/exchange.ts';
import type { TradeStore } from '../../core/ports/trade-store.ts';
import { replayTicks } from '../../core/runtime/ticks/replay-ticks.ts';
import { startTickTrade } from '../../core/runtime/ticks/start-tick-trade.ts';
import type { TickTrade } from '../../core/runtime/ticks/tick-trade.ts';
import { type BookTop, Strategy } from '../../core/strategy/strategy.ts';
import { bookDifferences, SPOT_DEPOSITS, type Truth, truthOf } from '../fixtures/exchange-books.ts';
import { BTC, KEY, marketClock, mortal, mortalClock, original } from './bot-fixture.ts';

/** First market time of `tickServer`. */
export const TICK_START = 1_700_000_000_000;

/** Sizes of a lot. On spot fees leave parts of one behind. */
const LOT = { futures: 0.001, spot: 0.00001 } as const;

type Venue = keyof typeof LOT;

/** A seed-made stretch of a book: whole milliseconds, rows of one message together, trades and book changes never in the same one. */
export function recordedStretch(seed: number, length: number, venue: Venue = 'futures'): BookEvents {
  const scale = Math.round(LOT.futures / LOT[venue]);
  const market = randomMarket({ seed, length, meanGapNs: 20e6, depth: 12 });
  const { see, kind, side, exchangeTime, price, lots } = market;
  const builder = new EventBuilder(TICK_START);
  let time = 50;
  for (let i = 0; i < length; i++) {
    const isNext = i > 0 && (exchangeTime[i] !== exchangeTime[i - 1] || kind[i] !== kind[i - 1]);
    if (isNext) time = Math.max(time + 1, 50 + Math.round(exchangeTime[i]! / 1e6));
    builder.push(see[i]!, kind[i]!, side[i]!, time * 1e6, time * 1e6, price[i]!, lots[i]! * scale);
  }
  return builder.events();
}

/** A replay exchange that plays a recorded book of BTC in steps of a millisecond. */
export function tickServer(recorded: BookEvents, seed = 1, venue: Venue = 'futures'): Promise<ReplayServer> {
  const symbol = replaySymbol({ venue, base: 'BTC', tickSize: 0.1, stepSize: LOT[venue], minNotional: 5 });
  const candles = randomCandles({ seed: 1, name: 'BTC', from: TICK_START - 3_600_000, length: 30, price: 50_000 });
  const exchange: ReplayExchange = new ReplayExchange({
    listings: [{ symbol, candles, recording: { parts: [recorded], queue: queueModel('powerProb3(3)', LOT[venue]) } }],
    seed,
    startTime: TICK_START,
    stepMs: 1,
    keys: [KEY],
    futuresDeposit: 10_000,
    spotDeposits: SPOT_DEPOSITS,
    // By the market's time, as the bot: by the machine's, how long an order stays unseen would depend on how fast this machine is.
    sessionClock: () => exchange.now,
  });
  return serveReplay(exchange);
}

/** Quotes both sides at the best prices, up to a few orders of inventory. */
export class TouchQuoter extends Strategy {
  override stoploss = -0.5;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    const amount = 0.01;
    this.quote({
      bids: this.inventory < 0.03 ? [{ price: bid, amount }] : [],
      asks: this.inventory > -0.03 ? [{ price: ask, amount }] : [],
    });
  }
}

export interface TickBotOptions {
  /** On spot in place of a perpetual. */
  readonly isSpot?: boolean;
  readonly strategy?: () => Strategy;
  readonly maxLossRatio?: number;
  readonly limits?: {
    readonly messagesPerSecond?: number;
    readonly orderToTradeRatio?: number;
    readonly grace?: number;
  };
}

/**
 * A bot on trades and books with real orders at a replay exchange, through the exchange layer that it has in production. Its clock is the market's; its
 * timers go off as soon as they may. `kill` leaves it as kill -9 would.
 */
export class TickBot {
  readonly server: ReplayServer;
  readonly path = join(mkdtempSync(join(tmpdir(), 'tidegate-ticks-')), 'trades.sqlite');
  readonly lines: { readonly level: string; readonly event: string; readonly fields: object }[] = [];
  readonly ended: (Error | null)[] = [];
  readonly #options: TickBotOptions;
  readonly #times: readonly number[];
  #next = 0;
  #life = { isOver: false };
  bot!: TickTrade;
  store!: TradeStore;
  exchange!: ExchangePort;

  constructor(server: ReplayServer, recorded: BookEvents, options: TickBotOptions = {}) {
    this.server = server;
    this.#options = options;
    this.#times = [...new Set(recorded.exchangeTime)].map((ns) => TICK_START + ns / 1e6);
  }

  get pair(): string {
    return this.#options.isSpot ? 'BTC/USDT' : BTC;
  }

  get #venue() {
    const { spot, futures } = this.server.exchange;
    return this.#options.isSpot ? spot : futures;
  }

  get strategies() {
    const { strategy = () => new TouchQuoter() } = this.#options;
    return [{ name: 'Quoter', create: strategy, codeHash: '' }];
  }

  /** Replays each of its recorded sessions: what came out as it was recorded. @throws TidegateError at the first difference */
  async replayed(): Promise<{ readonly sessions: number; readonly fills: number; readonly sent: number }> {
    const sum = { sessions: 0, fills: 0, sent: 0 };
    for (const file of readdirSync(this.recordings)) {
      const { fills, sent } = await replayTicks({ strategies: this.strategies }, join(this.recordings, file));
      sum.sessions++;
      sum.fills += fills;
      sum.sent += sent;
    }
    return sum;
  }

  /** Where all that comes to its sessions is recorded. */
  get recordings(): string {
    return join(dirname(this.path), 'recordings');
  }

  /** Steps of the market that are left. */
  get left(): number {
    return this.#times.length - this.#next;
  }

  async start(): Promise<void> {
    const { exchange: market, url } = this.server;
    const { maxLossRatio, limits } = this.#options;
    if (this.#next === 0) market.advance(this.#times[this.#next++]! - market.now);
    const life = { isOver: false };
    this.#life = life;
    const clock = mortalClock(
      marketClock(() => market.now),
      life,
    );
    const real = await openExchange({
      name: 'binance',
      kind: this.#options.isSpot ? 'spot' : 'perpetual',
      keys: KEY,
      url,
      timeoutMs: 500,
      clock,
      expected: { trades: 1e9, book: 1e9 },
    });
    this.exchange = mortal(real, life);
    await this.#meanwhile(real.open());
    this.store = mortal(await openTradeStore(this.path, { mode: 'live', at: market.now, inputs: null }), life);
    const starting = startTickTrade({
      options: {
        strategies: this.strategies,
        venue: { quoteLeverage: 5, ...(limits && { limits }) },
        stakeCurrency: 'USDT',
        startingBalance: 10_000,
        stakeAmount: 100,
      },
      pairs: [this.pair],
      settings: {
        mode: 'live',
        batchWaitMs: 2_000,
        reconcileMs: 2_000,
        stopGraceMs: 10_000,
        marginMode: 'isolated',
        deadMansSwitchMs: 0,
        ...(maxLossRatio !== undefined && { maxLossRatio }),
      },
      recording: { folder: this.recordings, most: 1e9 },
      exchange: this.exchange,
      store: this.store,
      // A killed bot says nothing, and notices nothing.
      log: (level, event, fields = {}) => void (life.isOver || this.lines.push({ level, event, fields })),
      clock,
      onEnd: (error) => void (life.isOver || this.ended.push(error)),
    });
    this.bot = await this.#meanwhile(starting);
    this.bot.run();
    const venue = this.#options.isSpot ? 'spot' : 'futures';
    const isHeard = (kind: string) => [...market.hub.streams(venue)].some((name) => name.includes(kind));
    const streams = ['@trade', '@depth', ...(this.#options.isSpot ? [] : ['mark'])];
    await this.until(() => streams.every(isHeard) && this.bot.slots[0]!.pair.blocked === null);
  }

  /** Lets the market take so many steps, each of them heard and answered before the next. */
  async play(steps: number): Promise<void> {
    for (let k = 0; k < steps && this.left > 0; k++) {
      const { exchange } = this.server;
      while (this.left > 1 && this.#times[this.#next]! <= exchange.now) this.#next++;
      exchange.advance(Math.max(1, this.#times[this.#next++]! - exchange.now));
      await this.server.flushed();
      await this.idle();
    }
  }

  /** Plays until something holds. */
  async playUntil(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.left === 0) throw new Error(`not before the market is over: ${isSo}`);
      await this.play(1);
    }
  }

  /** Signed amount in the books. */
  get books(): number {
    return this.bot.loop.engine.ledger.open.reduce((sum, p) => sum + p.sign * p.amount, 0);
  }

  async idle(): Promise<void> {
    await Promise.race([this.bot.idle(), new Promise((done) => setTimeout(done, 40).unref())]);
  }

  /** Waits until something holds; the market goes on by little meanwhile, and never faster than it is heard. */
  async until(isSo: () => boolean): Promise<void> {
    for (let k = 0; !isSo(); k++) {
      if (k > 20_000) throw new Error(`never so: ${isSo}`);
      this.server.exchange.advance(5);
      await this.server.flushed();
      await new Promise((done) => setTimeout(done, 1));
    }
  }

  async halt(): Promise<void> {
    await this.#meanwhile(this.bot.halt(true, 'the test ends', 60_000));
  }

  /** What waits for time to pass, while the market goes on. */
  async #meanwhile<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => {});
    await this.until(() => isDone);
    return done;
  }

  /** As kill -9. */
  async kill(): Promise<void> {
    this.#life.isOver = true;
    await (original.get(this.exchange) as ExchangePort).close();
    await (original.get(this.store) as TradeStore).close(this.server.exchange.now);
  }

  async stop(): Promise<void> {
    if (this.#life.isOver) return;
    await this.#meanwhile(this.bot.close());
    await this.store.close(this.server.exchange.now);
    await this.exchange.close();
    this.#life.isOver = true;
  }

  truth(): Truth {
    return truthOf(this.server.exchange);
  }

  /** Orders that rest at the exchange. */
  get resting() {
    return this.#venue.orders.open();
  }

  /** Fills of the account so far. */
  get filled(): number {
    return this.#venue.orders.fills.length;
  }

  /** Ways in which the books differ from the exchange; empty when they are equal. */
  differences(): string[] {
    const { ledger } = this.bot.loop.engine;
    const { free, locked } = ledger.account.stake;
    return bookDifferences(this.truth(), {
      account: this.exchange.account,
      pairs: [this.pair],
      reader: this.store.reader,
      position: () => this.books,
      cash: ledger.openPositions === 0 ? free.value + locked.value : null,
    });
  }
}
