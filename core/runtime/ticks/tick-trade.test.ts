import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EVENT } from '../../book/book-events.ts';
import { PriceLadder } from '../../book/ladder.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import type { Position } from '../../engine/position.ts';
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
import { carryOut } from '../trade/carry-out.ts';
import type { TradeSettings } from '../trade/trade-settings.ts';
import { startTickTrade } from './start-tick-trade.ts';
import type { TickTrade } from './tick-trade.ts';
import { FIRST_QUOTE_ID } from './tick-trade-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-trade-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pair = 'BTC/USDT:USDT';
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

class TwoSided extends Strategy {
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
class Stage {
  now = START;
  readonly path: string;
  store!: TradeStore;
  bot!: TickTrade;
  readonly failures: (Error | null)[] = [];
  #trades!: StreamSink<TradeStreamEvent>;
  #books!: StreamSink<BookStreamEvent>;
  #funding!: StreamSink<FundingRateEvent>;
  #row = 0;
  #starts = 0;
  readonly #ladder = new PriceLadder();

  constructor(name: string) {
    this.path = join(folder, `${name}.sqlite`);
  }

  async start(strategy: () => Strategy = () => new TwoSided(), maxLossRatio?: number): Promise<void> {
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
      settings: { ...SETTINGS, ...(maxLossRatio !== undefined && { maxLossRatio }) },
      exchange,
      store: this.store,
      log: () => {},
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
        if (side[i]! > 0) this.#ladder.setBid(price[i]!, lots[i]!);
        else this.#ladder.setAsk(price[i]!, lots[i]!);
        if (this.#ladder.hasBoth) this.#books.event({ ...stamp, ...levelsOf(this.#ladder) });
      }
    }
    await this.bot.settled();
  }

  fund(rate: number, nextAt: number): void {
    const stamp = { pair, exchangeTime: this.now, receivedAt: this.now };
    this.#funding.event({ ...stamp, mark: 50_000, index: 50_000, rate, nextAt });
  }

  stale(): void {
    this.#books.state!({ pair, state: 'stale', at: this.now, reason: 'silence' });
  }

  /** The book as it is now, again: what a stream tells at its beginning. */
  live(): void {
    const stamp = { pair, exchangeTime: this.now, receivedAt: this.now };
    this.#books.state!({ pair, state: 'live', at: this.now, reason: 'back' });
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
  for (let t = bestBid; t !== NO_LEVEL_BELOW; t = bidSide.nextBelow(t)) bids.push([t * 0.1, bidSide.get(t) * 0.001]);
  for (let t = bestAsk; t !== NO_LEVEL_ABOVE; t = askSide.nextAbove(t)) asks.push([t * 0.1, askSide.get(t) * 0.001]);
  return { bids, asks };
}

it('keeps every quote, fill, trade and decision of a market maker', async () => {
  const stage = new Stage('kept');
  await stage.start();
  await stage.play(600);
  const { reader } = stage.store;
  const { engine } = stage.bot.loop;
  const fills = reader.fills();
  expect(fills.length).toBeGreaterThan(8);
  expect(fills.length).toBe(engine.logs.fills.length);
  // The rows add up to the position, and each order to its fills.
  const held = fills.reduce((sum, { side, lots }) => sum + (side === 'buy' ? lots : -lots), 0);
  expect(held).toBe(engine.ledger.open.reduce((sum, { sign, lots }) => sum + sign * lots, 0));
  for (const order of reader.orders()) {
    const own = fills.filter((fill) => fill.order === order.id);
    expect([order.id, order.filledLots]).toEqual([order.id, own.reduce((sum, { lots }) => sum + lots, 0)]);
  }
  // The position's stop rests beside the quotes.
  expect(reader.orders({ state: 'open' }).length).toBe(stage.bot.openOrders);
  expect(stage.quotes.length).toBeGreaterThan(0);
  expect(reader.trades({ state: 'closed' }).length).toBe(engine.logs.trades.length);
  expect(reader.decisions({ kind: 'gate' }).map(({ reason }) => reason)).toContain('long: refused, inventory');
  expect(reader.equity().length).toBeGreaterThan(0);
  await stage.stop();
  expect(stage.failures).toEqual([]);
});

it('goes on after a kill with cash, position and stores as they were; what rested is ended, then quoted anew', async () => {
  const stage = new Stage('killed');
  await stage.start();
  await stage.play(250);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  const before = stage.bot.loop.engine;
  const [{ id, lots, margin }] = before.ledger.open as [Position];
  const equity = before.ledger.free + margin;
  const rested = stage.quotes.map(({ id }) => id);
  expect(rested.length).toBeGreaterThan(0);
  await stage.store.close(stage.now);
  await stage.start();
  const { engine } = stage.bot.loop;
  expect(engine.ledger.free + engine.ledger.open[0]!.margin).toBeCloseTo(equity, 9);
  expect(Math.abs(engine.ledger.equity - equity)).toBeLessThan(1);
  expect([engine.ledger.open[0]!.id, engine.ledger.open[0]!.lots]).toEqual([id, lots]);
  expect(stage.bot.slots[0]!.strategy.store.starts).toBe(2);
  expect(rested.map((quote) => stage.store.reader.orders().find((order) => order.id === quote)!)).toMatchObject(
    rested.map(() => ({ state: 'cancelled', reason: 'restart' })),
  );
  const known = stage.store.reader.fills().length;
  await stage.play(400);
  expect(stage.store.reader.fills().length).toBeGreaterThan(known + 2);
  const fills = stage.store.reader.fills();
  expect(fills.reduce((sum, { side, lots }) => sum + (side === 'buy' ? lots : -lots), 0)).toBe(
    engine.ledger.open.reduce((sum, { sign, lots }) => sum + sign * lots, 0),
  );
  await stage.bot.close();
  expect(stage.quotes).toEqual([]);
  expect(stage.failures).toEqual([]);
  await stage.store.close(stage.now);
});

it('withdraws its quotes when paused, quotes again when resumed, and leaves everything when halted', async () => {
  const stage = new Stage('halted');
  await stage.start();
  await stage.play(300);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  expect((await carryOut(stage.bot, { command: 'pause' })).after).toBe('go-on');
  await stage.play(60);
  expect([stage.quotes.length, stage.bot.isHalted]).toEqual([0, true]);
  // The position is looked after: its stop stays.
  expect(stage.store.reader.orders({ state: 'open' }).map(({ purpose }) => purpose)).toEqual(['stop']);
  const fills = stage.store.reader.fills().length;
  await stage.play(100);
  expect(stage.store.reader.fills().length).toBe(fills);
  await carryOut(stage.bot, { command: 'resume' });
  await stage.play(100);
  expect(stage.quotes.length).toBeGreaterThan(0);
  const status = JSON.parse((await carryOut(stage.bot, { command: 'status' })).text);
  expect(status.orders).toBe(stage.store.reader.orders({ state: 'open' }).length);
  const halted = carryOut(stage.bot, { command: 'halt', flatten: true });
  // The market goes on meanwhile.
  for (let i = 0; i < 40; i++) await stage.play(10);
  expect((await halted).after).toBe('end');
  expect([stage.bot.openOrders, stage.bot.loop.engine.ledger.open.length]).toEqual([0, 0]);
  expect(stage.store.reader.trades({ state: 'open' })).toEqual([]);
  await stage.stop();
});

it('leaves everything once more is lost than allowed, counted from the first prices after a start', async () => {
  const stage = new Stage('loss');
  await stage.start(() => new TwoSided(), 0.00002);
  let isOver = false;
  for (let rows = 0; rows < 2_400 && !isOver; rows += 50) {
    await stage.play(50);
    isOver = stage.bot.isHalted && stage.bot.loop.engine.ledger.open.length === 0;
  }
  expect(isOver).toBe(true);
  expect(stage.bot.loop.engine.ledger.equity).toBeLessThan(9_999.8);
  expect(stage.store.reader.decisions({ kind: 'command' })[0]!.reason).toContain('equity fell from 10000.00');
  await stage.stop();
});

it('withdraws while the book is stale, and pays funding at the rate that was told before its moment', async () => {
  const stage = new Stage('stale');
  await stage.start();
  await stage.play(300);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  const due = stage.now + 3_600_000;
  stage.fund(0.001, due);
  const [position] = stage.bot.loop.engine.ledger.open;
  const paid = -0.001 * position!.sign * position!.amount * 50_000;
  stage.fund(0.002, due + 28_800_000);
  await stage.bot.settled();
  expect(position!.funding).toBeCloseTo(paid, 9);
  expect(stage.store.reader.funding(position!.id)).toMatchObject([{ rate: 0.001, mark: 50_000 }]);
  expect(stage.store.reader.funding(position!.id)[0]!.amount).toBeCloseTo(paid, 9);
  stage.stale();
  stage.now += 1_000;
  stage.fund(0.002, due + 28_800_000);
  await stage.bot.settled();
  expect(stage.quotes).toEqual([]);
  stage.live();
  await stage.play(50);
  expect(stage.quotes.length).toBeGreaterThan(0);
  await stage.stop();
});
