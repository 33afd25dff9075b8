import { expect, it } from 'vitest';
import { type BookEvents, EVENT, EventBuilder, SEE, sliceEvents } from '../../book/book-events.ts';
import { randomMarket } from '../../book/random-market.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { type BookTop, type FillView, Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { mergedParts } from './reference-parts.ts';
import type { TickRunOptions } from './tick-options.ts';
import { runTicks } from './tick-run.ts';

const grid = { tickSize: 0.1, lotSize: 0.001 };
const [BTC, ETH] = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const btc = randomMarket({ seed: 5, length: 15_000 });
const eth = randomMarket({ seed: 6, length: 12_000, startTick: 300_000, meanGapNs: 2_500_000 });

type Made = new (c: StrategyContext) => Strategy;

function run(
  strategies: readonly Made[],
  events: Readonly<Record<string, TickRunOptions['markets'][number]['parts']>>,
  more: Partial<TickRunOptions> = {},
) {
  return runTicks({
    strategies: strategies.map((Strategy) => ({ name: Strategy.name, create: (c) => new Strategy(c), codeHash: '' })),
    exchange: 'binance',
    markets: Object.entries(events).map(([pair, parts]) => ({ pair, spec: defaultSpec('binance', pair), grid, parts })),
    originMs: btc.originMs,
    venue: { quoteLeverage: 5 },
    stakeCurrency: 'USDT',
    startingBalance: 100_000,
    stakeAmount: 1000,
    ...more,
  });
}

/** Quotes at the best prices on a timer, on the pairs that it likes. */
class Timed extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { timerMs: 100 };
  }
  likes(_pair: string) {
    return true;
  }
  override onTimer(_time: number) {
    const { book } = this;
    if (!book || !this.likes(this.pair)) return;
    this.quote({ bids: [{ price: book.bid, amount: 0.01 }], asks: [{ price: book.ask, amount: 0.01 }] });
  }
}
class OnlyBtc extends Timed {
  override likes(pair: string) {
    return pair === BTC;
  }
}

it('gives the same bits whether it looks at every message or sleeps until a timer', async () => {
  class Close extends Timed {
    override onBook(_book: BookTop) {}
  }
  const limits = { venue: { quoteLeverage: 5, limits: { messagesPerSecond: 7 } } };
  for (const more of [{}, limits]) {
    const [coarse, close] = [await run([Timed], { [BTC]: [btc] }, more), await run([Close], { [BTC]: [btc] }, more)];
    expect(coarse.result.fills.length).toBeGreaterThan(50);
    expect(close.result.fills).toEqual(coarse.result.fills);
    expect(close.result.hash).toBe(coarse.result.hash);
    expect(close.result.markouts).toEqual(coarse.result.markouts);
    expect(close.result.counts.steps!).toBeGreaterThan(5 * coarse.result.counts.steps!);
  }
});

it('trades one pair the same beside another', async () => {
  const alone = await run([OnlyBtc], { [BTC]: [btc] });
  const beside = await run([OnlyBtc], { [BTC]: [btc], [ETH]: [eth] });
  // The end differs: the other pair's feed may go on for longer before all is closed.
  const end = Math.min(alone.result.to, beside.result.to) - 11_000;
  const until = (fills: typeof alone.result.fills) => fills.filter((f) => f.time < end);
  expect(until(alone.result.fills).length).toBeGreaterThan(50);
  expect(until(beside.result.fills)).toEqual(until(alone.result.fills));
});

it('runs several pairs on one account: books agree with the exchanges, parts add up, the same again', async () => {
  const [first, again] = [
    await run([Timed], { [BTC]: [btc], [ETH]: [eth] }),
    await run([Timed], { [BTC]: [btc], [ETH]: [eth] }),
  ];
  const { result, session } = first;
  expect(again.result.hash).toBe(result.hash);
  expect(new Set(result.fills.map((f) => f.pair))).toEqual(new Set([BTC, ETH]));
  expect(result.notes.filter((n) => n.includes('report this'))).toEqual([]);
  expect(result.split.total).toBeCloseTo(result.finalBalance - 100_000, 6);
  expect(result.byPair.reduce((sum, row) => sum + row.split.total, 0)).toBeCloseTo(result.split.total, 9);
  expect(session.markets.map((m) => m.broker.exchange.account.position)).toEqual([0, 0]);
  expect(result.fills.every((f, k, all) => k === 0 || all[k - 1]!.time <= f.time)).toBe(true);
});

it('lets one strategy at a time own a pair; the other waits until it is flat and without orders', async () => {
  const owners: string[] = [];
  class First extends Timed {
    override onFill(_fill: FillView) {
      owners.push('first');
    }
    override onTimer(time: number) {
      if (time - btc.originMs < 10_000) super.onTimer(time);
      else {
        this.quote({ bids: [], asks: [] });
        const { inventory } = this;
        if (inventory !== 0 && this.orders.open.length === 0)
          this.orders.submit({ side: inventory > 0 ? 'sell' : 'buy', amount: Math.abs(inventory), reduceOnly: true });
      }
    }
  }
  class Second extends Timed {
    override onFill(_fill: FillView) {
      owners.push('second');
    }
  }
  const { result } = await run([First, Second], { [BTC]: [btc] });
  const change = owners.indexOf('second');
  expect(change).toBeGreaterThan(10);
  expect(owners.slice(change)).not.toContain('first');
  expect(result.notes.filter((n) => n.includes('report this'))).toEqual([]);
});

/** Rows of one kind as a source of their own. */
function rowsOf(...rows: readonly (readonly [kind: number, ms: number, price: number, lots: number])[]): BookEvents {
  const builder = new EventBuilder(btc.originMs);
  for (const [kind, ms, price, lots] of rows) builder.push(SEE.both, kind, 0, ms * 1e6, ms * 1e6, price, lots);
  return builder.events();
}

it('pays funding that is stored beside the ticks, at the last mark, and tells the strategy', async () => {
  const told: { rate: number; amount: number; time: number }[] = [];
  class Holder extends Strategy {
    override stoploss = -1;
    override onBook() {
      if (this.store.sent) return;
      this.store.sent = true;
      this.orders.submit({ side: 'buy', amount: 0.01 });
    }
    override onFunding({ rate, amount, time }: { rate: number; amount: number; time: number }) {
      told.push({ rate, amount, time });
    }
  }
  const parts = mergedParts([btc], rowsOf([EVENT.mark, 8000, 400_000, 0], [EVENT.funding, 10_000, 0, 0.001]));
  const { result } = await run([Holder], { [BTC]: parts });
  expect(told).toEqual([
    { rate: 0.001, amount: expect.closeTo(-0.001 * 40_000 * 0.01, 9), time: btc.originMs + 10_000 },
  ]);
  expect(result.split.funding).toBeCloseTo(-0.4, 9);
  expect(result.split.total).toBeCloseTo(result.finalBalance - 100_000, 6);
});

it('liquidates on the mark price, across the account', async () => {
  class Greedy extends Strategy {
    override stoploss = -1;
    override onBook() {
      if (this.pairStore.sent) return;
      this.pairStore.sent = true;
      this.orders.submit({ side: 'buy', amount: 3 });
    }
  }
  const parts = mergedParts([btc], rowsOf([EVENT.mark, 8000, 200_000, 0]));
  const { result } = await run([Greedy], { [BTC]: parts }, { startingBalance: 60_000, venue: { quoteLeverage: 20 } });
  expect(result.trades.map((t) => t.exitReason)).toContain('liquidation');
});

it('asks for a part of the feed only when it is needed: memory is bounded by parts, not by the run', async () => {
  const size = 500;
  let produced = 0;
  let furthest = 0;
  let reached = 0;
  class Watching extends Timed {
    override onBook({ time }: BookTop) {
      const at = (time - btc.originMs) * 1e6;
      while (reached < produced && btc.localTime[Math.min(btc.length, (reached + 1) * size) - 1]! < at) reached++;
      furthest = Math.max(furthest, produced - reached);
    }
  }
  function* parts() {
    for (let from = 0; from < btc.length; from += size) {
      produced++;
      yield sliceEvents(btc, from, Math.min(btc.length, from + size));
    }
  }
  const { result } = await run([Watching], { [BTC]: { [Symbol.iterator]: parts } });
  expect(produced).toBe(Math.ceil(btc.length / size));
  expect(furthest).toBeLessThanOrEqual(2);
  expect(result.hash).toBe((await run([Watching], { [BTC]: [btc] })).result.hash);
});

it('keeps own resting size out of what features see, where the feed shows it', async () => {
  const seen: number[][] = [];
  class Seer extends Strategy {
    override stoploss = -1;
    override canShort = true;
    override ticks() {
      return { timerMs: 100, micro: {} };
    }
    override onTimer() {
      const { book } = this.micro;
      if (!this.store.sent) {
        this.store.sent = true;
        this.orders.submit({ side: 'buy', amount: 0.05, price: 49_000, postOnly: true });
      } else if (book) seen.push([...Array(book.bids).keys()].map((k) => Math.round(book.bidSize[k]! * 1000)));
    }
  }
  const builder = new EventBuilder(btc.originMs);
  const put = (ms: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, EVENT.depth, side, ms * 1e6, ms * 1e6, tick, lots);
  put(1000, 1, 499_000, 10);
  put(1000, -1, 501_000, 10);
  // Own 50 lots stand in the feed's level of 60 from here on.
  for (let ms = 1500; ms < 3000; ms += 50) {
    put(ms, 1, 490_000, 60);
    put(ms, -1, 501_000, 10 + (ms % 3));
  }
  const events = builder.events();
  const spec = defaultSpec('binance', BTC);
  for (const [showsOwn, wanted] of [
    [false, 60],
    [true, 10],
  ] as const) {
    seen.length = 0;
    await run([Seer], {}, { markets: [{ pair: BTC, spec, grid, parts: [events], showsOwn }] });
    expect(seen.at(-1)).toEqual([10, wanted]);
  }
});

it('shows strategies the same book everywhere: without own orders, where the feed shows those', async () => {
  const tops: string[] = [];
  class Improver extends Strategy {
    override stoploss = -1;
    override canShort = true;
    override ticks() {
      return { timerMs: 100, micro: {} };
    }
    override onBook(told: BookTop) {
      const { book, micro } = this;
      const feature = micro.book!;
      const views = [told, book!].map(({ bid, bidAmount, ask, askAmount }) => [bid, bidAmount, ask, askAmount]);
      const seen = [feature.bidPrice[0]!, feature.bidSize[0]!, feature.askPrice[0]!, feature.askSize[0]!];
      for (const view of views) expect(view).toEqual(seen.map((x) => Number(x.toFixed(3))));
      expect(micro.mid).toBeCloseTo((told.bid + told.ask) / 2, 9);
      tops.push(`${told.bid} ${told.bidAmount}`);
      if (this.store.sent) return;
      this.store.sent = true;
      this.orders.submit({ side: 'buy', amount: 0.05, price: 49_950, postOnly: true });
    }
  }
  const builder = new EventBuilder(btc.originMs);
  const put = (ms: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, EVENT.depth, side, ms * 1e6, ms * 1e6, tick, lots);
  put(1000, 1, 499_000, 10);
  put(1000, -1, 501_000, 10);
  // Own 50 lots are a level of their own from here on; then 7 lots of somebody join it.
  put(1500, 1, 499_500, 50);
  put(1600, -1, 501_000, 12);
  put(1700, 1, 499_500, 57);
  put(1800, -1, 501_000, 10);
  const events = builder.events();
  const spec = defaultSpec('binance', BTC);
  await run([Improver], {}, { markets: [{ pair: BTC, spec, grid, parts: [events], showsOwn: true }] });
  expect(tops).toEqual(['49900 0.01', '49900 0.01', '49950 0.007', '49950 0.007']);
});
