import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { control, futuresClient, spotClient, testServer } from './replay-fixture.ts';

const SWAP = 'BTC/USDT:USDT';
const SPOT = 'BTC/USDT';
let server: ReplayServer;
const clients: { close(): Promise<unknown> }[] = [];

beforeEach(async () => {
  server = await testServer();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
const subscriptions = () => [...server.exchange.hub.connections].reduce((sum, c) => sum + c.streams.size, 0);
const users = () =>
  [...server.exchange.hub.connections].filter((c) => c.listenKey !== null || c.subscriptionId !== null).length;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause();
}

/** Moves the market step by step until the watch has its answer. */
async function heard<T>(watch: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  watch.then(end, end);
  while (!done) {
    await pause();
    if (!done && subscriptions() > 0) server.exchange.advance(1_000);
  }
  return watch;
}

it('streams candles, trades, tickers and mark prices of futures', async () => {
  const client = await futuresClient(server);
  clients.push(client);
  await client.loadMarkets();
  const candles = await heard(client.watchOHLCV(SWAP, '1m'));
  const [trade] = await heard(client.watchTrades(SWAP));
  expect(trade!.symbol).toBe(SWAP);
  expect(candles.at(-1)![0]! % 60_000).toBe(0);
  expect((await heard(client.watchTicker(SWAP))).last).toBe((await client.fetchTicker(SWAP)).last);
  expect(Object.keys(await heard(client.watchTickers()))).toContain(SWAP);
  expect((await heard(client.watchMarkPrice(SWAP))).markPrice).toBeGreaterThan(0);
  expect((await heard(client.watchBidsAsks([SWAP])))[SWAP]!.bid).toBeGreaterThan(0);
});

it('keeps a book in step with the exchange: what ccxt holds equals the snapshot, own orders included', async () => {
  const client = await futuresClient(server);
  clients.push(client);
  await client.loadMarkets();
  await heard(client.watchOrderBook(SWAP));
  const price = Math.round((await client.fetchTicker(SWAP)).last! * 0.999 * 10) / 10;
  await client.createOrder(SWAP, 'limit', 'buy', 0.05, price);
  for (let i = 0; i < 5; i++) await heard(client.watchOrderBook(SWAP));
  await until(() => client.orderbooks[SWAP]!.nonce === server.exchange.markets('futures').get('BTCUSDT')!.lastUpdateId);
  const snapshot = await client.fetchOrderBook(SWAP, 1_000);
  const held = client.orderbooks[SWAP]!;
  expect(held.bids.slice(0, 60)).toEqual(snapshot.bids.slice(0, 60));
  expect(held.asks.slice(0, 60)).toEqual(snapshot.asks.slice(0, 60));
  expect(snapshot.bids.some(([p]) => p === price)).toBe(true);
});

it('tells futures orders, fills, balance and positions as they happen', async () => {
  const client = await futuresClient(server);
  clients.push(client);
  await client.loadMarkets();
  const orders = client.watchOrders(SWAP);
  const trades = client.watchMyTrades(SWAP);
  const balance = client.watchBalance();
  await until(() => users() > 0);
  const placed = await client.createOrder(SWAP, 'market', 'buy', 0.05);
  expect((await orders).at(-1)).toEqual(expect.objectContaining({ id: placed.id, status: 'closed', filled: 0.05 }));
  expect((await trades)[0]).toEqual(expect.objectContaining({ order: placed.id, amount: 0.05 }));
  expect((await balance).USDT!.total).toBe(server.exchange.futures.account.wallet / 1e8);
  let positions: Awaited<ReturnType<typeof client.watchPositions>> = [];
  while (positions.length === 0) {
    const watch = client.watchPositions([SWAP]);
    await until(() => Object.keys(client.clients).length > 0);
    await client.createOrder(SWAP, 'market', 'buy', 0.01);
    positions = await watch;
  }
  expect(positions[0]!.side).toBe('long');
});

it('tells conditional orders and their children', async () => {
  const client = await futuresClient(server);
  clients.push(client);
  await client.loadMarkets();
  const first = client.watchOrders(SWAP);
  await until(() => users() > 0);
  await client.createOrder(SWAP, 'market', 'buy', 0.05);
  await first;
  const stop = await client.createOrder(SWAP, 'market', 'sell', 0.05, undefined, {
    stopLossPrice: 41_000,
    reduceOnly: true,
  });
  await control(server, 'POST /path', { symbol: 'BTCUSDT', price: 40_900 });
  server.exchange.advance(2_000);
  const child = () =>
    (client.orders ?? []).find(
      (o: { info: { ps?: string; x?: string }; side: string }) => o.side === 'sell' && o.info.x === 'TRADE',
    );
  const algo = () => (client.orders ?? []).find((o: { id: string }) => o.id === stop.id);
  await until(() => child() !== undefined && algo()?.info.X === 'FINISHED');
  expect(child()!.filled).toBe(0.05);
});

it('streams spot market and user data over the WebSocket API', async () => {
  const client = await spotClient(server);
  clients.push(client);
  await client.loadMarkets();
  expect((await heard(client.watchOHLCV(SPOT, '1m'))).length).toBe(1);
  await heard(client.watchOrderBook(SPOT));
  for (let i = 0; i < 4; i++) await heard(client.watchOrderBook(SPOT));
  expect((await heard(client.watchTicker(SPOT))).symbol).toBe(SPOT);
  const orders = client.watchOrders(SPOT);
  const trades = client.watchMyTrades(SPOT);
  const balance = client.watchBalance();
  await until(() => users() > 0);
  const placed = await client.createOrder(SPOT, 'market', 'buy', 0.01);
  expect((await orders).at(-1)!.id).toBe(placed.id);
  expect((await trades)[0]!.fee).toEqual({ cost: 0.00001, currency: 'BTC' });
  expect((await balance).BTC!.total).toBeCloseTo(0.50999, 8);
  const resting = await client.createOrderWs(SPOT, 'limit', 'buy', 0.01, 40_000);
  expect((await client.cancelOrderWs(resting.id!, SPOT)).status).toBe('canceled');
});

it('drives itself at 10,000 times wall time, and waits in lockstep', async () => {
  const before = server.exchange.now;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(server.exchange.now).toBe(before);
  await control(server, 'POST /speed', { speed: 10_000 });
  await until(() => server.exchange.now >= before + 3_600_000);
  await control(server, 'POST /speed', { speed: 0 });
  const stopped = server.exchange.now;
  expect(((await control(server, 'POST /idle', {})) as { marketTime: number }).marketTime).toBe(stopped + 1_000);
  const closed = (await control(server, 'POST /idle', { until: '5m' })) as { marketTime: number };
  expect(closed.marketTime % 300_000).toBe(0);
});
