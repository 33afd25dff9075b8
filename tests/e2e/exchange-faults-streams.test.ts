import { afterEach, describe, expect, it } from 'vitest';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import { type ExchangeClock, wallClock } from '../../core/exchange/exchange-clock.ts';
import { SharedLimits } from '../../core/exchange/limiter-pool.ts';
import type { BookStreamEvent, CandleEvent, TickerEvent, TradeStreamEvent } from '../../core/ports/exchange.ts';
import { hastyClock, type Rig, type RigOptions, rig, settled, until, written } from './exchange-fixture.ts';
import { KEY } from './replay-fixture.ts';

// The faults of the catalogue that streams and candles can meet, by number: what the adapter tells of each.
let r: Rig;
const start = async (options: RigOptions = {}) => {
  r = await rig(options);
};
afterEach(() => r.close());

/** Waits until the exchange knows of a stream. */
const streaming = () =>
  until(() => [...r.server.exchange.hub.connections].some((c) => c.streams.size > 0)).then(settled);

describe('the book', () => {
  const watch = async () => {
    await start({ staleMs: 20_000 });
    const seen = written<BookStreamEvent>();
    r.exchange.watchBook([r.pair], 1_000, seen);
    await until(() => seen.states.at(-1)?.state === 'live');
    return seen;
  };
  const isCrossed = ({ bids, asks }: BookStreamEvent) => bids[0]![0] >= asks[0]![0];
  const truth = async () => {
    const { bids, asks } = await r.exchange.fetchBook(r.pair, 5);
    return { bids, asks };
  };
  const same = async (seen: { readonly events: readonly BookStreamEvent[] }) => {
    const { bids, asks } = seen.events.at(-1)!;
    expect({ bids: bids.slice(0, 5), asks: asks.slice(0, 5) }).toEqual(await truth());
  };

  it.each(['F22.gap', 'F22.repeat', 'F22.late', 'F22.crossed'])(
    '%s: nothing wrong is delivered, and the book is whole again',
    async (name) => {
      const seen = await watch();
      await r.advance(3);
      r.inject(name);
      await r.advance(2);
      // The snapshot is taken by REST while the market goes on.
      for (let i = 0; i < 10; i++) {
        await r.advance(1);
        await settled();
      }
      expect(seen.events.some(isCrossed)).toBe(false);
      expect(seen.states.at(-1)?.state).toBe('live');
      await same(seen);
      if (name === 'F22.crossed') expect(seen.states.map(({ reason }) => reason).join()).toContain('crossed');
    },
  );

  it('F27: an empty side makes it stale', async () => {
    const seen = await watch();
    r.inject('F27.empty', { ms: 3_000 });
    await r.advance(1);
    await until(() => seen.states.at(-1)?.reason === 'a side of the book is empty');
    await r.advance(5);
    await until(() => seen.states.at(-1)?.state === 'live');
  });
});

describe('streams', () => {
  it('F20: a silent socket is stale, REST stands in, and it is opened anew', async () => {
    await start({ staleMs: 240 });
    const seen = written<TickerEvent>();
    r.exchange.watchTickers([r.pair], seen);
    await streaming();
    await r.advance(1);
    await until(() => seen.states.at(-1)?.state === 'live');
    r.inject('F20.freeze');
    await until(() => seen.states.some(({ reason }) => reason.startsWith('nothing heard for')));
    await until(() => seen.states.at(-1)?.state === 'polled');
    const before = seen.events.length;
    await until(() => seen.events.length > before + 1);
    await until(() => [...r.server.exchange.hub.connections].some((c) => !c.isFrozen && c.streams.size > 0));
    await settled();
    r.server.exchange.advance(1_000);
    await until(() => seen.states.at(-1)?.state === 'live');
  });

  it('F27: a price of 0 is no price', async () => {
    await start();
    const tickers = written<TickerEvent>();
    const trades = written<TradeStreamEvent>();
    r.exchange.watchTickers([r.pair], tickers);
    r.exchange.watchTrades([r.pair], trades);
    await streaming();
    await until(() => r.server.exchange.hub.connections.size > 1).then(settled);
    await r.advance(1);
    r.inject('F27.zero');
    await r.advance(2);
    await until(() => tickers.events.length >= 3);
    expect(
      [...tickers.events.map(({ last }) => last), ...trades.events.map(({ price }) => price)].some((p) => p <= 0),
    ).toBe(false);
  });

  it('follows other pairs without interrupting the ones that stay', async () => {
    await start();
    const seen = written<TickerEvent>();
    const subscription = r.exchange.watchTickers(['BTC/USDT:USDT'], seen);
    await streaming();
    await r.advance(1);
    await until(() => seen.events.length > 0);
    subscription.setPairs(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
    await until(() => [...r.server.exchange.hub.connections].some((c) => c.streams.has('ethusdt@ticker'))).then(
      settled,
    );
    await r.advance(1);
    await until(() => seen.events.some(({ pair }) => pair === 'ETH/USDT:USDT'));
    subscription.setPairs(['ETH/USDT:USDT']);
    const before = seen.events.length;
    await r.advance(2);
    await until(() => seen.events.length > before);
    expect(seen.events.slice(before).every(({ pair }) => pair === 'ETH/USDT:USDT')).toBe(true);
    subscription.close();
  });
});

describe('candles', () => {
  const MINUTE = 60_000;
  const watch = async (pairs?: readonly string[]) => {
    await start({ staleMs: 20_000 });
    const seen = written<CandleEvent>();
    r.exchange.watchCandles(pairs ?? [r.pair], '1m', seen);
    await streaming();
    return seen;
  };
  const minutes = (events: readonly CandleEvent[]) => events.map(({ openTime }) => (openTime / MINUTE) % 60);

  it('are closed by their flag, once, and equal what REST tells', async () => {
    const seen = await watch();
    await r.advance(181);
    await until(() => seen.events.length === 3);
    expect(seen.events.every(({ closedBy }) => closedBy === 'flag')).toBe(true);
    expect(minutes(seen.events)).toEqual([0, 1, 2]);
    const rest = await r.exchange.fetchCandles(r.pair, '1m', seen.events[0]!.openTime, 10);
    const values = ({ openTime, open, high, low, close, volume }: CandleEvent) => [
      openTime,
      open,
      high,
      low,
      close,
      volume,
    ];
    expect(seen.events.map(values)).toEqual(rest.map(values));
  });

  it('of several pairs that close in one burst are all told', async () => {
    const seen = await watch(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
    r.server.exchange.advance(61_000);
    await until(() => seen.events.length === 2);
    expect(new Set(seen.events.map(({ pair }) => pair)).size).toBe(2);
  });

  it('F30: a late one is fetched, in order', async () => {
    const seen = await watch();
    await r.advance(1);
    r.inject('F30.late', { ms: 3_000 });
    await r.advance(70);
    await until(() => seen.events.length >= 1);
    await r.advance(60);
    await until(() => seen.events.length >= 2);
    expect(minutes(seen.events)).toEqual([0, 1]);
  });

  it('F30: a missing one stays a hole, and the others go on', async () => {
    const seen = await watch();
    await r.advance(61);
    r.inject('F30.missing');
    await r.advance(125);
    await until(() => seen.events.length >= 2);
    expect(minutes(seen.events)).toEqual([0, 2]);
  });

  it('F30: a revised one is not delivered again', async () => {
    const seen = await watch();
    await r.advance(1);
    r.inject('F30.revised', { ms: 5_000 });
    await r.advance(121);
    await until(() => seen.events.length === 2);
    expect(minutes(seen.events)).toEqual([0, 1]);
  });

  it('F19: a hole in the stream is filled from REST, in order', async () => {
    const seen = await watch();
    await r.advance(61);
    await until(() => seen.events.length === 1);
    r.inject('F19.close', { code: 1_006 });
    await until(() => r.server.exchange.hub.connections.size === 0);
    r.server.exchange.advance(150_000);
    await streaming();
    await r.advance(45);
    await until(() => seen.events.length >= 4);
    expect(minutes(seen.events)).toEqual([0, 1, 2, 3]);
    const rest = await r.exchange.fetchCandles(r.pair, '1m', seen.events[0]!.openTime, 10);
    expect(seen.events.map(({ close }) => close)).toEqual(rest.map(({ close }) => close));
  });
});

it('a closed exchange leaves no timer and no socket behind, also after reconnections', async () => {
  let timers = 0;
  const counting: ExchangeClock = {
    now: wallClock.now,
    after(ms, call) {
      timers++;
      let isOver = false;
      const end = () => {
        if (!isOver) timers--;
        isOver = true;
      };
      const cancel = hastyClock.after(ms, () => {
        end();
        call();
      });
      return () => {
        end();
        cancel();
      };
    },
  };
  await start();
  const { server } = r;
  const before = server.exchange.hub.connections.size;
  for (let round = 0; round < 3; round++) {
    const exchange = await openExchange({
      name: 'binance',
      kind: 'perpetual',
      keys: KEY,
      url: server.url,
      clock: counting,
    });
    await exchange.open();
    exchange.watchAccount(() => {});
    exchange.watchCandles([r.pair], '1m', { event: () => {} });
    exchange.watchBook([r.pair], 5, { event: () => {} });
    exchange.watchTrades([r.pair], { event: () => {} });
    await streaming();
    r.inject('F19.close', { code: 1_006 });
    await settled();
    await exchange.submit(r.order({ kind: 'limit', price: 41_000 }));
    await exchange.close();
    await until(() => timers === 0);
  }
  await until(() => server.exchange.hub.connections.size === before);
});

it('an exchange that is closed while it logs in opens no socket any more', async () => {
  await start();
  const { server } = r;
  const exchange = await openExchange({ name: 'binance', kind: 'perpetual', keys: KEY, url: server.url });
  await exchange.open();
  let closed: Promise<void> | null = null;
  const { handle } = server.rest;
  // The login is on its way when the bot ends: its answer comes after that.
  server.rest.handle = (request) => {
    if (request.path === '/fapi/v1/listenKey') closed ??= exchange.close();
    return handle.call(server.rest, request);
  };
  exchange.watchAccount(() => {});
  await until(() => closed !== null);
  await closed;
  for (let k = 0; k < 3; k++) await settled();
  expect(server.exchange.hub.connections.size).toBe(0);
});

it('the private stream logs in before market data and reconciliation have their turn', async () => {
  await start();
  const { server } = r;
  const exchange = await openExchange({ name: 'binance', kind: 'perpetual', keys: KEY, url: server.url });
  await exchange.open();
  // More than leaves at once: the account's payments weigh 30 each.
  const reads = Array.from({ length: 12 }, () => exchange.fundingPayments(0).catch(() => []));
  await new Promise((done) => setImmediate(done));
  const before = server.rest.requests;
  exchange.watchAccount(() => {});
  await until(() => server.exchange.hub.connections.size > 0);
  const paths = server.rest.log.filter(({ n }) => n > before).map(({ path }) => path);
  expect(paths.filter((path) => path === '/fapi/v1/income').length).toBeLessThan(12);
  await exchange.close();
  await Promise.all(reads);
});

it('of two accounts that share their limits, what waits for one that is closed never leaves, and the other goes on', async () => {
  await start();
  const { server } = r;
  const limits = new SharedLimits();
  const open = async () => {
    const exchange = await openExchange({ name: 'binance', kind: 'perpetual', keys: KEY, url: server.url, limits });
    await exchange.open();
    return exchange;
  };
  const [first, second] = [await open(), await open()];
  // The account's payments weigh 30 each: most of these have to wait.
  const waiting = Array.from({ length: 25 }, () => first.fundingPayments(0).catch((error: Error) => error));
  await settled();
  const price = { kind: 'limit', price: 41_000 } as const;
  const late = first.submit(r.order(price));
  await first.close();
  const placed = server.exchange.futures.orders.all().length;
  expect((await late).outcome).toMatch(placed === 1 ? /confirmed|unknown/ : /denied|unknown/);
  expect((await second.submit(r.order(price))).outcome).toBe('confirmed');
  expect(server.exchange.futures.orders.all()).toHaveLength(placed + 1);
  const answers = await Promise.all(waiting);
  expect(answers.filter((answer) => String(answer).includes('the exchange was closed')).length).toBeGreaterThan(10);
  await second.close();
  limits.close();
});
