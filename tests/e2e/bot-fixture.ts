import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedSlippage } from '../../core/engine/fills/slippage.ts';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import type { ExchangeClock } from '../../core/exchange/exchange-clock.ts';
import { randomCandles } from '../../core/exchange/replay/price-walk.ts';
import { ReplayExchange } from '../../core/exchange/replay/replay-exchange.ts';
import { replaySymbol } from '../../core/exchange/replay/replay-symbol.ts';
import { type ReplayServer, serveReplay } from '../../core/exchange/replay/serve-replay.ts';
import { openTradeStore } from '../../core/persistence/trade-store/open-trade-store.ts';
import type { ExchangePort } from '../../core/ports/exchange.ts';
import type { TradeStore } from '../../core/ports/trade-store.ts';
import type { BacktestOptions } from '../../core/runtime/backtest-options.ts';
import { noStoredData } from '../../core/runtime/trade/no-stored-data.ts';
import { startSession, type TradeSession } from '../../core/runtime/trade/trade-session.ts';
import type { TradeSettings } from '../../core/runtime/trade/trade-settings.ts';
import { Strategy } from '../../core/strategy/strategy.ts';
import { bookDifferences, idOf, SPOT_DEPOSITS, type Truth, truthOf } from '../fixtures/exchange-books.ts';

/** The key of the account on a replay exchange. */
export const KEY = { apiKey: 'replay-key', secret: 'replay-secret' };
export const BTC = 'BTC/USDT:USDT';
export const ETH = 'ETH/USDT:USDT';

// ccxt signs by the machine's clock, which it takes hold of when it is loaded: where time runs faster, it has to be told so before.
const realNow = Date.now.bind(Date);
let machine: () => number = realNow;
Date.now = () => Math.floor(machine());

/** Machine time that runs `factor` times as fast, for all of this process: waits of the bot's own are over sooner. */
export function fastClock(factor: number): ExchangeClock {
  const from = realNow();
  const began = performance.now();
  machine = () => from + (performance.now() - began) * factor;
  return {
    now: machine,
    after(ms, call) {
      const timer = setTimeout(call, ms / factor).unref();
      return () => clearTimeout(timer);
    },
  };
}

/** The market's time as the machine's, for all of this process: timers go off once the market has come so far. */
export function marketClock(now: () => number): ExchangeClock {
  machine = now;
  const waiting = new Set<{ readonly due: number; readonly call: () => void }>();
  let isLooking = false;
  const look = () => {
    isLooking = false;
    for (const timeout of [...waiting].sort((a, b) => a.due - b.due)) {
      if (timeout.due > now() || !waiting.delete(timeout)) continue;
      timeout.call();
    }
    begin();
  };
  // A single timer: many of a millisecond would leave no time for anything else.
  const begin = () => {
    if (waiting.size === 0 || isLooking) return;
    isLooking = true;
    setTimeout(look, 1).unref();
  };
  return {
    now,
    after(ms, call) {
      const timeout = { due: now() + ms, call };
      waiting.add(timeout);
      begin();
      return () => void waiting.delete(timeout);
    },
  };
}

/** First market time of `botServer`. */
export const FROM = Date.UTC(2024, 0, 2);

/** A replay exchange with BTC and ETH, perpetuals or spot, in steps of 15 s. Its sessions live by the machine's time. */
export function botServer(seed: number, venue: 'futures' | 'spot' = 'futures'): Promise<ReplayServer> {
  const listing = (base: string, price: number, tickSize: number, minNotional: number) => ({
    symbol: replaySymbol({ venue, base, tickSize, stepSize: venue === 'spot' ? 0.00001 : 0.001, minNotional }),
    candles: randomCandles({ seed, name: base, from: FROM - 86_400_000, length: 1_440 + 600, price }),
  });
  return serveReplay(
    new ReplayExchange({
      seed,
      startTime: FROM,
      keys: [KEY, { apiKey: 'can-withdraw', secret: 's', canWithdraw: true }],
      sessionClock: () => Date.now(),
      stepMs: 15_000,
      futuresDeposit: 10_000,
      spotDeposits: SPOT_DEPOSITS,
      listings: [listing('BTC', 42_000, 0.1, 100), listing('ETH', 2_300, 0.01, 20)],
    }),
  );
}

/** Decides at the close of a pair's candle; times are ms UTC. */
export type Decide = (act: Strategy, pair: string, time: number) => void;

/** A strategy of one-minute candles that decides as told. */
export function decided(decide: Decide, attributes: Partial<Strategy> = {}): BacktestOptions['strategies'][number] {
  class Decided extends Strategy {
    constructor() {
      super();
      this.timeframe = '1m';
      this.canShort = true;
      this.stoploss = -0.01;
      Object.assign(this, attributes);
    }
    override onCandle(bar: { readonly pair: string; readonly candle: { readonly time: number } }): void {
      decide(this, bar.pair, bar.candle.time);
    }
  }
  return { name: 'Decided', create: () => new Decided(), codeHash: '' };
}

export interface BotOptions {
  readonly strategy: BacktestOptions['strategies'][number];
  readonly pairs?: readonly string[];
  readonly stake?: number;
  readonly settings?: Partial<TradeSettings>;
  readonly clock?: ExchangeClock;
  readonly timeoutMs?: number;
  /** Most that a candle may take to be heard, ms; default 1,500, since under faults it may be lost. */
  readonly patienceMs?: number;
  readonly key?: { readonly apiKey: string; readonly secret: string };
}

/**
 * A bot on a replay exchange, with the exchange layer that it has in production. `kill` leaves it as kill -9 would: nothing more is stored, sent
 * or heard; what was acknowledged stays.
 */
export class ReplayBot {
  readonly server: ReplayServer;
  readonly path = join(mkdtempSync(join(tmpdir(), 'tidegate-')), 'trades.sqlite');
  readonly lines: {
    readonly level: string;
    readonly event: string;
    readonly fields: Readonly<Record<string, unknown>>;
  }[] = [];
  readonly ended: (Error | null)[] = [];
  readonly options: BotOptions;
  session!: TradeSession;
  store!: TradeStore;
  exchange!: ExchangePort;
  #life = { isOver: false };

  constructor(server: ReplayServer, options: BotOptions) {
    this.server = server;
    this.options = options;
  }

  async start(): Promise<void> {
    const { strategy, pairs = [BTC], stake = 1_000, settings, key = KEY, timeoutMs = 500 } = this.options;
    const life = { isOver: false };
    this.#life = life;
    const clock = mortalClock(this.options.clock ?? fastClock(1), life);
    const kind = pairs[0]!.includes(':') ? 'perpetual' : 'spot';
    const real = await openExchange({ name: 'binance', kind, keys: key, url: this.server.url, timeoutMs, clock });
    this.exchange = mortal(real, life);
    await real.open();
    const mode = settings?.mode ?? 'live';
    const store = await openTradeStore(this.path, { mode, at: Date.now(), inputs: null });
    this.store = mortal(store, life);
    this.session = await startSession({
      options: {
        strategies: [strategy],
        data: noStoredData,
        exchange: 'binance',
        pairs,
        fills: 'honest',
        stakeCurrency: 'USDT',
        startingBalance: 10_000,
        stakeAmount: stake,
        tradableBalanceRatio: 0.99,
        maxOpenTrades: 3,
        costs: { latencyMs: 100, spreadBps: 0, slippage: fixedSlippage({ bps: 1 }), volumeShare: 1, roiRests: true },
        liquidationBuffer: 0.05,
        enableProtections: true,
      },
      settings: {
        mode,
        batchWaitMs: 2_000,
        reconcileMs: 10_000,
        stopGraceMs: 10_000,
        marginMode: 'isolated',
        deadMansSwitchMs: 0,
        ...settings,
      },
      exchange: this.exchange,
      store: this.store,
      stored: null,
      log: (level, event, fields = {}) => void this.lines.push({ level, event, fields }),
      clock,
      onEnd: (error) => void this.ended.push(error),
    });
    this.session.run();
    await this.until(() => this.session.loop.engine.refused !== null && this.#isHeard());
  }

  /** Streams are open at the venue. */
  #isHeard(): boolean {
    const streams = [...this.server.exchange.hub.connections].flatMap((c) => [...c.streams]);
    return (this.options.pairs ?? [BTC]).every((pair) => {
      const id = idOf(pair).toLowerCase();
      return streams.some((s) => s.startsWith(`${id}@kline`));
    });
  }

  /** Advances market time to the close of the next one-minute candle, and waits until the bot has digested it. */
  async minute(): Promise<void> {
    const { exchange } = this.server;
    const close = Math.floor(exchange.now / 60_000) * 60_000 + 60_000;
    // The venue closes a candle with the step after it.
    exchange.advance(close - exchange.now + exchange.stepMs);
    const { grids } = this.session.wiring;
    const { pairs = [BTC], patienceMs = 1_500 } = this.options;
    await this.until(() => pairs.every((pair) => grids.lastTime(pair) >= close - 60_000), patienceMs).catch(() => {});
    await this.idle();
  }

  async idle(ms = 3_000): Promise<void> {
    await Promise.race([this.session.idle(), new Promise((done) => setTimeout(done, ms).unref())]);
  }

  /** Waits until something holds and the store has what was to be stored of it. Rejects after `ms`. */
  async until(isSo: () => boolean, ms = 20_000): Promise<void> {
    const end = performance.now() + ms;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`not so after ${ms} ms: ${isSo}`);
      await new Promise((done) => setTimeout(done, 5));
    }
    const stored = this.session?.loop.settled();
    await Promise.race([stored, new Promise((done) => setTimeout(done, 3_000).unref())]);
  }

  /** As kill -9. */
  async kill(): Promise<void> {
    const { exchange, store } = this;
    this.#life.isOver = true;
    await (original.get(exchange) as ExchangePort).close();
    await (original.get(store) as TradeStore).close(Date.now());
  }

  async stop(): Promise<void> {
    if (this.#life.isOver) return;
    await this.session.close();
    await this.store.close(Date.now());
    await this.exchange.close();
    this.#life.isOver = true;
  }

  /** Orders, fills, positions and wallet as the exchange has them. */
  truth(): Truth {
    return truthOf(this.server.exchange);
  }

  position(pair = BTC): number {
    const id = idOf(pair);
    return this.truth()
      .futures.positions.filter((p) => p.symbol === id)
      .reduce((sum, p) => sum + Number(p.amount), 0);
  }

  /** Signed amount in the books. */
  books(pair = BTC): number {
    return this.session.slots
      .filter((s) => s.pair.pair === pair)
      .reduce((sum, { position: p }) => sum + (p ? p.sign * p.amount : 0), 0);
  }

  /** Ways in which the books differ from the exchange; empty when they are equal. Needs a bot at rest. */
  differences(): string[] {
    const { ledger } = this.session.loop.engine;
    const { free, locked } = ledger.account.stake;
    return bookDifferences(this.truth(), {
      account: this.exchange.account,
      pairs: this.options.pairs ?? [BTC],
      reader: this.store.reader,
      position: (pair) => this.books(pair),
      cash: ledger.openPositions === 0 ? free.value + locked.value : null,
    });
  }
}

/** What a mortal port stands for. */
export const original = new WeakMap<object, object>();

/** A port that is dead once the life is over: calls never come back, and answers on their way never arrive. */
export function mortal<T extends object>(port: T, life: { readonly isOver: boolean }): T {
  const proxy = new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (life.isOver) return new Promise(() => {});
        const alive = args.map((arg) => listening(arg, life));
        const answer = value.apply(target, alive) as unknown;
        if (!(answer instanceof Promise)) return answer;
        return new Promise((resolve, reject) => {
          answer.then(
            (result) => !life.isOver && resolve(result),
            (error) => !life.isOver && reject(error),
          );
        });
      };
    },
  });
  original.set(proxy, port);
  return proxy;
}

/** A sink that hears nothing once the life is over. */
function listening(arg: unknown, life: { readonly isOver: boolean }): unknown {
  if (typeof arg === 'function') return (...args: unknown[]) => (life.isOver ? undefined : arg(...args));
  const isSink = typeof arg === 'object' && arg !== null && 'event' in arg;
  if (!isSink) return arg;
  return Object.fromEntries(Object.entries(arg).map(([name, call]) => [name, listening(call, life)]));
}

export function mortalClock(clock: ExchangeClock, life: { readonly isOver: boolean }): ExchangeClock {
  return {
    now: () => clock.now(),
    after: (ms, call) => clock.after(ms, () => (life.isOver ? undefined : call())),
  };
}
