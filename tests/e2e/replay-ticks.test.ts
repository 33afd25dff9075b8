import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BookBroker } from '../../core/book/book-broker.ts';
import { type BookEvents, EventBuilder } from '../../core/book/book-events.ts';
import { queueModel } from '../../core/book/queue-models.ts';
import { randomMarket } from '../../core/book/random-market.ts';
import { configSchema } from '../../core/config/schema.ts';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import { wallClock } from '../../core/exchange/exchange-clock.ts';
import { randomCandles } from '../../core/exchange/replay/price-walk.ts';
import { ReplayExchange } from '../../core/exchange/replay/replay-exchange.ts';
import { replaySymbol } from '../../core/exchange/replay/replay-symbol.ts';
import { type ReplayServer, serveReplay } from '../../core/exchange/replay/serve-replay.ts';
import { assembleReplay } from '../../core/runtime/ticks/assemble-ticks.ts';
import { PaperTicks } from '../../core/runtime/ticks/paper-ticks.ts';
import { replayTicks } from '../../core/runtime/ticks/replay-ticks.ts';
import { runTicks } from '../../core/runtime/ticks/tick-run.ts';
import { tellBot } from '../../core/runtime/trade/operator.ts';
import { runTrade } from '../../core/runtime/trade/run-trade.ts';
import { Strategy } from '../../core/strategy/strategy.ts';
import type { BookTop } from '../../index.ts';
import { until } from './exchange-fixture.ts';
import { KEY } from './replay-fixture.ts';

const pair = 'BTC/USDT:USDT';
const grid = { tickSize: 0.1, lotSize: 0.001 };
const startMs = 1_700_000_000_000;
/** Engine time 0 of a dry-run that starts there. */
const originMs = startMs - 1_000;

/** A seed-made stretch: whole milliseconds, rows of one message together, trades and book changes never in the same one. */
const recorded = spaced(randomMarket({ seed: 21, length: 2_500, meanGapNs: 20e6, depth: 12 }));

function spaced({ length, see, kind, side, exchangeTime, price, lots }: BookEvents): BookEvents {
  const builder = new EventBuilder(startMs);
  let time = 50;
  for (let i = 0; i < length; i++) {
    const isNext = i > 0 && (exchangeTime[i] !== exchangeTime[i - 1] || kind[i] !== kind[i - 1]);
    if (isNext) time = Math.max(time + 1, 50 + Math.round(exchangeTime[i]! / 1e6));
    builder.push(see[i]!, kind[i]!, side[i]!, time * 1e6, time * 1e6, price[i]!, lots[i]!);
  }
  return builder.events();
}

class Quoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override onBook({ bid, ask }: BookTop) {
    const far = this.inventory;
    this.quote({
      bids: far > 0.05 ? [] : [{ price: bid, amount: 0.01 }],
      asks: far < -0.05 ? [] : [{ price: ask, amount: 0.01 }],
    });
  }
}

const options = {
  strategies: [{ name: 'Quoter', create: () => new Quoter(), codeHash: '' }],
  exchange: 'binanceusdm',
  venue: { quoteLeverage: 5 },
  stakeCurrency: 'USDT',
  startingBalance: 100_000,
  stakeAmount: 1_000,
};

function server(): Promise<ReplayServer> {
  const symbol = replaySymbol({ venue: 'futures', base: 'BTC', tickSize: 0.1, stepSize: 0.001, minNotional: 5 });
  const candles = randomCandles({ seed: 1, name: 'BTC', from: startMs - 3_600_000, length: 30, price: 50_000 });
  const exchange = new ReplayExchange({
    listings: [{ symbol, candles, recording: { parts: [recorded], queue: queueModel('powerProb3(3)', 0.001) } }],
    seed: 1,
    startTime: startMs,
    stepMs: 1,
    keys: [KEY],
    futuresDeposit: 100_000,
    sessionClock: () => Date.now(),
  });
  return serveReplay(exchange);
}

/** Distinct message times of the recording, ms UTC. */
const times = [...new Set(recorded.exchangeTime)].map((ns) => startMs + ns / 1e6);

/** Dry-run over ccxt's WebSocket; the bot's clock is market time plus what its line takes. */
async function overTheWire(feedMs: number) {
  const { exchange: market, url, close } = await server();
  const port = await openExchange({
    name: 'binanceusdm',
    kind: 'perpetual',
    url,
    clock: { now: () => market.now + feedMs, after: wallClock.after },
    expected: { trades: 1e9, book: 1e9 },
  });
  try {
    await port.open();
    await port.loadMarkets([pair]);
    const spec = port.market(pair)!;
    // The book is there before the bot asks for it.
    market.advance(times[0]! - market.now);
    const paper = await PaperTicks.make({ ...options, markets: [{ pair, spec, grid }], startMs });
    paper.follow(port, 100);
    const isFollowed = (kind: string) => [...market.hub.streams('futures')].some((name) => name.includes(kind));
    await until(() => ['@trade', '@depth', 'mark'].every(isFollowed) && paper.session.named[0]!.strategy.book !== null);
    for (const time of times.slice(1)) {
      const before = market.hub.sent;
      const had = paper.events;
      paper.advanceTo(time - 1 + feedMs);
      market.advance(time - market.now);
      const heard = market.hub.sent - before;
      while (paper.events < had + heard) await new Promise((done) => setImmediate(done));
    }
    return { spec, result: paper.finish() };
  } finally {
    await port.close();
    await close();
  }
}

/** Every request that strategies send in a run, with the moment at which it leaves. */
async function withRequests<Run>(
  run: () => Promise<Run>,
): Promise<{ readonly made: Run; readonly requests: object[] }> {
  const requests: object[] = [];
  const { submit, amend, cancel } = BookBroker.prototype;
  BookBroker.prototype.submit = function (order) {
    requests.push({ at: this.now, kind: 'new', ...order });
    submit.call(this, order);
  };
  BookBroker.prototype.amend = function (id, change) {
    requests.push({ at: this.now, kind: 'amend', id, ...change });
    amend.call(this, id, change);
  };
  BookBroker.prototype.cancel = function (id) {
    requests.push({ at: this.now, kind: 'cancel', id });
    cancel.call(this, id);
  };
  try {
    return { made: await run(), requests };
  } finally {
    Object.assign(BookBroker.prototype, { submit, amend, cancel });
  }
}

// The bot's clock is market time plus what its line takes; what it hears counts as having happened when it was heard.
it.each([0, 7])(
  'trades a recorded day over a line of %i ms as a backtest trades it: the same orders, the same fills',
  async (feedMs) => {
    const { made: wire, requests: sent } = await withRequests(() => overTheWire(feedMs));
    const { made: run, requests } = await withRequests(() =>
      runTicks({
        ...options,
        markets: [{ pair, spec: wire.spec, grid, parts: [laterBy(feedMs)] }],
        originMs,
        firstMs: startMs,
      }),
    );
    // The last second apart: a recording ends, a clock goes on.
    const end = times.at(-1)! - 1_000;
    const fills = (result: typeof wire.result) => result.fills.filter((fill) => fill.time < end);
    const before = (all: object[]) => all.filter((r) => originMs + (r as { at: number }).at / 1e6 < end);
    expect(fills(run.result).length).toBeGreaterThan(80);
    expect(before(requests).length).toBeGreaterThan(300);
    expect(before(sent)).toEqual(before(requests));
    expect(fills(wire.result)).toEqual(fills(run.result));
  },
);

function laterBy(ms: number): BookEvents {
  const shifted = (column: Float64Array) => column.map((time) => time + ms * 1e6 + (startMs - originMs) * 1e6);
  return {
    ...recorded,
    originMs,
    exchangeTime: shifted(recorded.exchangeTime),
    localTime: shifted(recorded.localTime),
  };
}

it('waits for nothing once an exchange is closed, whatever was followed', async () => {
  const { url, close } = await server();
  const waiting = new Set<object>();
  const clock = {
    now: wallClock.now,
    after(ms: number, call: () => void) {
      const timer = {};
      waiting.add(timer);
      const cancel = wallClock.after(ms, () => {
        waiting.delete(timer);
        call();
      });
      return () => {
        waiting.delete(timer);
        cancel();
      };
    },
  };
  const port = await openExchange({ name: 'binanceusdm', kind: 'perpetual', url, clock });
  try {
    await port.open();
    let interest = 0;
    port.watchOpenInterest([pair], { event: ({ amount }) => (interest = amount) });
    port.watchFunding([pair], { event: () => {} });
    await until(() => interest > 0);
  } finally {
    await port.close();
    await close();
  }
  expect(waiting.size).toBe(0);
});

/** `tidegate trade` on the recorded market, until it has orders; then it is halted, and has ended. */
async function quotesInTrade(
  mode: 'dry-run' | 'testnet',
  more: object,
  hasOrders: (market: ReplayExchange, told: number) => boolean,
): Promise<void> {
  const { exchange: market, url, close } = await server();
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-tick-bot-'));
  mkdirSync(join(userdir, 'strategies'));
  writeFileSync(join(userdir, 'strategies', 'quoter.ts'), QUOTER);
  const ticks = { quoteLeverage: 5, recordMb: 10 };
  const config = configSchema.parse({ strategy: 'Quoter', pairs: [pair], ticks, ...more });
  try {
    market.advance(times[0]! - market.now);
    const ended = runTrade({
      mode,
      userdir,
      config: async () => config,
      environment: {},
      url,
      console: null,
      wall: () => Date.now(),
      stop: new Promise<string>(() => {}),
    });
    const streams = () => [...market.hub.streams('futures')];
    await Promise.race([until(() => streams().includes('btcusdt@depth@100ms'), 120_000), ended]);
    const status = async () => JSON.parse((await tellBot(userdir, { command: 'status' }, 10_000)).text);
    let isQuoting = false;
    for (let k = 1; k < times.length && !isQuoting; k++) {
      market.advance(times[k]! - market.now);
      if (k % 20 === 0) isQuoting = hasOrders(market, (await status()).orders);
    }
    expect(isQuoting).toBe(true);
    const halted = tellBot(userdir, { command: 'halt', flatten: true }, 20_000);
    await expect(halted).resolves.toMatchObject({ ok: true });
    await ended;
    expect(market.futures.orders.open()).toEqual([]);
    // What came to it, given to the backtester, makes the same quotes.
    const [file] = readdirSync(join(userdir, 'recordings')).map((name) => join(userdir, 'recordings', name));
    const code = await assembleReplay(config, { userdir, dataFolder: join(userdir, 'data') }, file!);
    const replay = await replayTicks(code, file!);
    expect([replay.isReal, replay.sent > 0, replay.rows > 0]).toEqual([mode !== 'dry-run', true, true]);
  } finally {
    await close();
    rmSync(userdir, { recursive: true });
  }
}

it('quotes in "tidegate trade", on paper, and answers its operator', async () => {
  await quotesInTrade('dry-run', {}, ({ futures }, told) => told > 0 && futures.orders.all().length === 0);
});

it('quotes in "tidegate trade" with real orders, and takes all of them off when it is halted', async () => {
  await quotesInTrade('testnet', { trade: { maxLoss: 0.5 } }, ({ futures }) => futures.orders.all().length > 0);
});

it('sends no real orders where nothing would end a loss', async () => {
  await expect(quotesInTrade('testnet', {}, () => false)).rejects.toThrow('TRADE_NO_STOP');
});

const QUOTER = `import { tellBot } from '../../core/runtime/trade/operator.ts';
import { runTrade } from '../../core/runtime/trade/run-trade.ts';
import { Strategy } from 'tidegate';
export default class Quoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { timerMs: 500 };
  }
  override onBook({ bid, ask }: { bid: number; ask: number }) {
    this.quote({ bids: [{ price: bid, amount: 0.01 }], asks: [{ price: ask, amount: 0.01 }] });
  }
}
`;
