import { join } from 'node:path';
import { EVENT } from '../../book/book-events.ts';
import { PriceLadder } from '../../book/ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { openTradeStore } from '../../persistence/trade-store/open-trade-store.ts';
import type {
  BookStreamEvent,
  ExchangePort,
  FundingRateEvent,
  StreamSink,
  TradeStreamEvent,
} from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { type BookTop, Strategy } from '../../strategy/strategy.ts';
import type { TradeSettings } from '../trade/trade-settings.ts';
import { startTickTrade } from './start-tick-trade.ts';
import type { TickTrade } from './tick-trade.ts';
import { FIRST_QUOTE_ID } from './tick-trade-rows.ts';

const market = randomMarket({ seed: 11, length: 2_500, meanGapNs: 10e6, depth: 6 });
const START = market.originMs + 1_000;

const SETTINGS: TradeSettings = {
  mode: 'dry-run',
  batchWaitMs: 2_000,
  reconcileMs: 60_000,
  stopGraceMs: 10_000,
  marginMode: 'isolated',
  deadMansSwitchMs: 0,
};

/** Quotes both sides at the best prices, up to a few orders of inventory. */
export class TwoSided extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onStart() {
    this.store.starts = Number(this.store.starts ?? 0) + 1;
  }
  override ticks() {
    return { timerMs: 500 };
  }
  override onBook({ bid, ask }: BookTop) {
    const isLong = this.gate('long', this.inventory < 0.03, 'inventory', this.inventory);
    this.quote({
      bids: isLong ? [{ price: bid, amount: 0.01 }] : [],
      asks: this.inventory > -0.03 ? [{ price: ask, amount: 0.01 }] : [],
    });
  }
}

/** An exchange whose streams play the random market, row by row, and a bot on it that can be ended and begun anew. */
export class Stage {
  now = START;
  readonly path: string;
  store!: TradeStore;
  bot!: TickTrade;
  readonly failures: (Error | null)[] = [];
  #trades!: StreamSink<TradeStreamEvent>;
  #books!: StreamSink<BookStreamEvent>;
  #funding!: StreamSink<FundingRateEvent>;
  /** Lines of the bot's log that are warnings. */
  readonly warnings: string[] = [];
  readonly #recording: string | undefined;
  readonly #pair: string;
  #row = 0;
  #starts = 0;
  readonly #ladder = new PriceLadder();

  /** @param recording folder for recordings of its sessions */
  constructor(folder: string, name: string, recording?: string, pair = 'BTC/USDT:USDT') {
    this.#pair = pair;
    this.path = join(folder, `${name}.sqlite`);
    this.#recording = recording;
  }

  async start(strategy: () => Strategy = () => new TwoSided(), maxLossRatio?: number): Promise<void> {
    const pair = this.#pair;
    const subscription = { pairs: [pair], setPairs() {}, close: () => undefined };
    const exchange = {
      name: 'binanceusdm',
      account: 'binanceusdm:perpetual',
      fetchTickers: async () => [{ pair, last: 50_000 }],
      market: () => ({ ...defaultSpec('binance', pair), priceTick: 0.1, amountStep: 0.001, minAmount: 0.001 }),
      watchTrades: (_: unknown, sink: StreamSink<TradeStreamEvent>) => {
        this.#trades = sink;
        return subscription;
      },
      watchBook: (_: unknown, _levels: number, sink: StreamSink<BookStreamEvent>) => {
        this.#books = sink;
        return subscription;
      },
      watchFunding: (_: unknown, sink: StreamSink<FundingRateEvent>) => {
        this.#funding = sink;
        return subscription;
      },
    } as unknown as ExchangePort;
    const number = ++this.#starts;
    this.store = await openTradeStore(this.path, { mode: 'dry-run', at: this.now, inputs: null });
    this.bot = await startTickTrade({
      options: {
        strategies: [{ name: 'TwoSided', create: strategy, codeHash: '' }],
        venue: { quoteLeverage: 5 },
        stakeCurrency: 'USDT',
        startingBalance: 10_000,
        stakeAmount: 100,
      },
      pairs: [pair],
      ...(this.#recording !== undefined && { recording: { folder: this.#recording, most: 1e9 } }),
      settings: { ...SETTINGS, ...(maxLossRatio !== undefined && { maxLossRatio }) },
      exchange,
      store: this.store,
      log: (level, name, fields) => {
        if (level === 'warn') this.warnings.push(`${name} ${fields?.pair ?? ''}`);
      },
      clock: {
        now: () => this.now,
        after: (_ms, call) => {
          const timer = setTimeout(call, 1).unref();
          return () => clearTimeout(timer);
        },
      },
      // A killed bot does not notice its end.
      onEnd: (error) => number === this.#starts && this.failures.push(error),
    });
    this.bot.run();
  }

  /** Plays rows of the market. */
  async play(rows: number): Promise<void> {
    if (this.#row + rows > market.length) throw new Error('the market is over');
    const pair = this.#pair;
    const { kind, side, price, lots, localTime } = market;
    for (const end = this.#row + rows; this.#row < end; this.#row++) {
      const i = this.#row;
      this.now = START + localTime[i]! / 1e6;
      const stamp = { pair, exchangeTime: this.now, receivedAt: this.now };
      if (kind[i] === EVENT.trade)
        this.#trades.event({
          ...stamp,
          id: null,
          price: price[i]! * 0.1,
          amount: lots[i]! * 0.001,
          side: side[i]! > 0 ? 'buy' : 'sell',
        });
      else {
        this.#ladder.set(side[i]!, price[i]!, lots[i]!);
        if (this.#ladder.hasBoth) this.#books.event({ ...stamp, ...levelsOf(this.#ladder) });
      }
    }
    await this.bot.settled();
  }

  fund(rate: number, nextAt: number): void {
    const stamp = { pair: this.#pair, exchangeTime: this.now, receivedAt: this.now };
    this.#funding.event({ ...stamp, mark: 50_000, index: 50_000, rate, nextAt });
  }

  stale(): void {
    this.#books.state!({ pair: this.#pair, state: 'stale', at: this.now, reason: 'silence' });
  }

  /** The book as it is now, again: what a stream tells at its beginning. */
  live(): void {
    const stamp = { pair: this.#pair, exchangeTime: this.now, receivedAt: this.now };
    this.#books.state!({ pair: this.#pair, state: 'live', at: this.now, reason: 'back' });
    this.#books.event({ ...stamp, ...levelsOf(this.#ladder) });
  }

  async stop(): Promise<void> {
    await this.bot.close();
    await this.store.close(this.now);
  }

  get quotes() {
    return this.store.reader.orders({ state: 'open' }).filter(({ id }) => id >= FIRST_QUOTE_ID);
  }
}

function levelsOf({ bids: bidSide, asks: askSide, bestBid, bestAsk }: PriceLadder) {
  const bids: [number, number][] = [];
  const asks: [number, number][] = [];
  for (let t = bestBid; t !== NO_LEVEL_BELOW; t = bidSide.next(t)) bids.push([t * 0.1, bidSide.get(t) * 0.001]);
  for (let t = bestAsk; t !== NO_LEVEL_ABOVE; t = askSide.next(t)) asks.push([t * 0.1, askSide.get(t) * 0.001]);
  return { bids, asks };
}
