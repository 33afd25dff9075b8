import ccxt from 'ccxt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { control, futuresClient, KEY, spotClient, testServer } from './replay-fixture.ts';

// One case per fault of the catalogue, by its number: what the unmodified ccxt sees, and what the exchange really did.
const SWAP = 'BTC/USDT:USDT';
let server: ReplayServer;
let client: Awaited<ReturnType<typeof futuresClient>>;

beforeEach(async () => {
  server = await testServer();
  client = await futuresClient(server, { timeout: 700 });
  await client.loadMarkets();
});
afterEach(async () => {
  await client.close();
  await server.close();
});

const inject = (name: string, options: object = {}) =>
  control(server, 'POST /fault', { name, symbol: 'BTCUSDT', ...options });
const buy = (id?: string) =>
  client.createOrder(SWAP, 'market', 'buy', 0.05, undefined, id ? { newClientOrderId: id } : {});
const stopAt = (price: number) =>
  client.createOrder(SWAP, 'market', 'sell', 0.05, undefined, { stopLossPrice: price, reduceOnly: true });
const really = () => server.exchange.futures.orders.all();
const found = (clientId: string) => client.fetchOrder('', SWAP, { clientOrderId: clientId });
const jump = async (price: number) => {
  await control(server, 'POST /path', { symbol: 'BTCUSDT', price });
  server.exchange.advance(1_000);
};
const thrown = async (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error('it was answered'),
    (error: Error) => error,
  );
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause();
}
/** Opens the private stream and swallows its watches. */
async function listen(): Promise<void> {
  client.watchOrders(SWAP).catch(() => {});
  client.watchMyTrades(SWAP).catch(() => {});
  await until(() => [...server.exchange.hub.connections].some((c) => c.listenKey !== null));
}

describe('what a request can meet', () => {
  it('F1: 429 with Retry-After, and a 418 ban that lasts', async () => {
    await inject('F1.limit', { retryAfterS: 3 });
    expect(await thrown(client.fetchTime())).toBeInstanceOf(ccxt.DDoSProtection);
    expect((client.last_response_headers as Record<string, string>)['Retry-After']).toBe('3');
    await client.fetchTime();
    await inject('F1.ban', { banMs: 60_000 });
    expect(await thrown(client.fetchTime())).toBeInstanceOf(ccxt.DDoSProtection);
    expect(await thrown(client.fetchTime())).toBeInstanceOf(ccxt.DDoSProtection);
    expect(server.exchange.limits.futures.requestsWhileBanned).toBe(1);
  });

  it.each([
    ['F2.placed', ccxt.RequestTimeout, 1],
    ['F2.lost', ccxt.RequestTimeout, 0],
    ['F3.reset', ccxt.NetworkError, 1],
    ['F3.reset-before', ccxt.NetworkError, 0],
    ['F3.502', ccxt.ExchangeNotAvailable, 1],
    ['F3.503', ccxt.ExchangeNotAvailable, 1],
    ['F3.504', ccxt.NetworkError, 1],
    ['F3.504-before', ccxt.NetworkError, 0],
    ['F3.hang', ccxt.RequestTimeout, 1],
    ['F4.overload', ccxt.OperationFailed, 0],
    ['F4.disconnected', ccxt.OperationFailed, 1],
    ['F6.duplicate', ccxt.InvalidOrder, 1],
    ['F7.before', ccxt.RequestTimeout, 0],
    ['F7.after', ccxt.RequestTimeout, 1],
    ['F12.margin', ccxt.InsufficientFunds, 0],
    ['F12.notional', ccxt.InvalidOrder, 0],
    ['F12.precision', ccxt.BadRequest, 0],
    ['F12.lot', ccxt.BadRequest, 0],
    ['F12.price', ccxt.BadRequest, 0],
    ['F12.percent', ccxt.OperationRejected, 0],
    ['F25.mismatch', ccxt.OperationRejected, 0],
    ['F28.message', ccxt.OnMaintenance, 0],
    ['F31.taker', ccxt.OrderNotFillable, 0],
  ] as const)('%s raises its error, and the order is placed or not', async (name, kind, orders) => {
    await inject(name, { on: '^POST /fapi/v1/order$' });
    const error = await thrown(buy('mine'));
    expect(error).toBeInstanceOf(kind);
    expect(really()).toHaveLength(orders);
    if (orders === 1) expect((await found('mine')).status).toBe('closed');
    else expect(await thrown(found('mine'))).toBeInstanceOf(ccxt.OrderNotFound);
  });

  it('F5: a cut, empty or bare answer leaves no order id, although the order exists', async () => {
    for (const name of ['F5.cut', 'F5.empty', 'F5.object']) {
      await inject(name);
      const answer = await buy(name.replace('.', '-')).catch((error: Error) => error);
      expect(answer instanceof Error || answer.id === undefined).toBe(true);
      expect((await found(name.replace('.', '-'))).filled).toBe(0.05);
    }
  });

  it('F13: a stop beyond the market is refused', async () => {
    await inject('F13.immediate');
    expect(await thrown(stopAt(30_000))).toBeInstanceOf(ccxt.OrderImmediatelyFillable);
  });

  it('F26: a change of leverage is refused', async () => {
    await inject('F26.refused');
    expect(await thrown(client.setLeverage(3, SWAP))).toBeInstanceOf(ccxt.OperationRejected);
    expect(server.exchange.futures.account.settings('BTCUSDT').leverage).toBe(20);
  });

  it('a storm draws faults from its seed and stops at its limit', async () => {
    await control(server, 'POST /storm', { seed: 4, rate: 0.5, faults: ['F2.lost', 'F4.overload'], most: 3 });
    for (let i = 0; i < 20; i++) await thrown(buy());
    expect(server.exchange.faults.injected).toHaveLength(3);
    expect(really()).toHaveLength(17);
  });
});

describe('what an order can meet', () => {
  it('F8: unknown for a while after it was placed; shown open for a while after it was cancelled', async () => {
    await inject('F8.unseen', { ms: 60_000 });
    const order = await client.createOrder(SWAP, 'limit', 'buy', 0.05, 41_000);
    expect(await thrown(client.fetchOrder(order.id!, SWAP))).toBeInstanceOf(ccxt.OrderNotFound);
    server.exchange.session.skewMs = 60_001;
    await client.loadTimeDifference();
    client.options.adjustForTimeDifference = true;
    expect((await client.fetchOrder(order.id!, SWAP)).status).toBe('open');
    await inject('F8.stale', { ms: 60_000 });
    await client.cancelOrder(order.id!, SWAP);
    expect((await client.fetchOrder(order.id!, SWAP)).status).toBe('open');
    expect(really()[0]!.status).toBe('CANCELED');
  });

  it('F9: a cancel finds its order filled', async () => {
    await inject('F9.race');
    const order = await client.createOrder(SWAP, 'limit', 'buy', 0.05, 41_000);
    expect(await thrown(client.cancelOrder(order.id!, SWAP))).toBeInstanceOf(ccxt.OrderNotFound);
    expect(await client.fetchOrder(order.id!, SWAP)).toEqual(
      expect.objectContaining({ status: 'closed', filled: 0.05 }),
    );
  });

  it('F10: a thin book fills a part, the rest expires', async () => {
    await inject('F10.thin', { factor: 0.01 });
    const order = await client.createOrder(SWAP, 'limit', 'buy', 1, 42_400, { timeInForce: 'IOC' });
    const after = await client.fetchOrder(order.id!, SWAP);
    expect(after.status).toBe('expired');
    expect(after.filled).toBeGreaterThan(0);
    expect(after.filled).toBeLessThan(1);
  });

  it('F11: spot fees shrink what was bought', async () => {
    const spot = await spotClient(server);
    await spot.createOrder('BTC/USDT', 'market', 'buy', 0.01);
    expect((await spot.fetchBalance()).BTC!.free).toBeCloseTo(0.50999, 10);
    expect(await thrown(spot.createOrder('BTC/USDT', 'market', 'sell', 0.51))).toBeInstanceOf(ccxt.InsufficientFunds);
    await spot.close();
  });

  it('F14: an accepted stop is cancelled, expires or is rejected behind the back of the client', async () => {
    await listen();
    await buy();
    for (const [variant, status] of [
      ['canceled', 'canceled'],
      ['expired', 'expired'],
      ['rejected', 'rejected'],
    ] as const) {
      const stop = await stopAt(40_000);
      await inject(`F14.${variant}`);
      expect((await client.fetchOrder(stop.id!, SWAP, { trigger: true })).status).toBe(status);
    }
    expect(await client.fetchOpenOrders(SWAP, undefined, undefined, { trigger: true })).toEqual([]);
  });

  it('F15: a stop finishes while its child was cancelled or rests: the position stays open', async () => {
    await buy();
    for (const variant of ['cancel', 'unfilled']) {
      await inject(`F15.${variant}`);
      const stop = await stopAt(40_500);
      await jump(40_000);
      const algo = await client.fetchOrder(stop.id!, SWAP, { trigger: true });
      expect(algo.info.algoStatus).toBe(variant === 'cancel' ? 'FINISHED' : 'TRIGGERED');
      expect((await client.fetchOrder(algo.info.actualOrderId, SWAP)).filled).toBe(0);
      expect((await client.fetchPositions())[0]!.contracts).toBe(0.05);
      await jump(42_000);
    }
  });

  it('F16: a reduce-only exit is refused when the position is gone', async () => {
    await buy();
    await inject('F16.closed');
    expect(
      await thrown(client.createOrder(SWAP, 'market', 'sell', 0.05, undefined, { reduceOnly: true })),
    ).toBeInstanceOf(ccxt.InvalidOrder);
    expect(await client.fetchPositions()).toEqual([]);
  });

  it('F17: liquidation, auto-deleveraging and delivery close positions with orders of the exchange', async () => {
    await buy();
    await inject('F17.adl', { share: 0.4 });
    expect((await client.fetchPositions())[0]!.contracts).toBe(0.03);
    await inject('F17.liquidation');
    expect(await client.fetchPositions()).toEqual([]);
    expect(
      really()
        .map((o) => o.clientId.replace(/\d+/, 'N'))
        .slice(1),
    ).toEqual(['adl_autoclose', 'autoclose-N']);
    await buy();
    await inject('F17.delivery');
    expect(await client.fetchPositions()).toEqual([]);
    expect(await thrown(buy())).toBeInstanceOf(ccxt.ExchangeError);
  });

  it('F18: somebody else trades on the account', async () => {
    await inject('F18.manual', { side: 'buy', quantity: 0.02 });
    expect((await client.fetchPositions())[0]!.contracts).toBe(0.02);
    expect((await client.fetchMyTrades(SWAP)).length).toBe(1);
    expect(really()[0]!.origin).toBe('manual');
  });
});

describe('what streams can meet', () => {
  it('F19: sockets close, with and without a handshake', async () => {
    for (const code of [1_006, 1_000]) {
      const watch = thrown(client.watchTrades(SWAP));
      await until(() => server.exchange.hub.connections.size > 0);
      await inject('F19.close', { code });
      expect(await watch).toBeInstanceOf(ccxt.NetworkError);
      await until(() => server.exchange.hub.connections.size === 0);
    }
  });

  it('F20: a socket goes silent without closing, and speaks again', async () => {
    let count = 0;
    void client.watchTrades(SWAP).then(() => count++);
    await until(() => [...server.exchange.hub.connections].some((c) => c.streams.size > 0));
    await inject('F20.freeze');
    const before = server.exchange.hub.sent;
    server.exchange.advance(60_000);
    expect([server.exchange.hub.sent, count]).toEqual([before, 0]);
    await inject('F20.thaw');
    server.exchange.advance(1_000);
    await until(() => count === 1);
  });

  it('F21: a listen key ends, with or without a word: nothing more is heard, and keeping it alive fails', async () => {
    for (const variant of ['event', 'silent']) {
      await inject(`F21.${variant}`);
      expect(await thrown(client.fapiPrivatePutListenKey())).toBeInstanceOf(ccxt.ExchangeError);
    }
    await listen();
    await inject('F21.silent');
    const before = server.exchange.hub.sent;
    await buy();
    expect(server.exchange.hub.sent).toBe(before);
  });

  it('F22: a gap breaks the sequence and a new watch resyncs; repeats and crossings arrive as sent', async () => {
    const step = async () => {
      await pause();
      server.exchange.advance(1_000);
    };
    const synced = async () => {
      const watch = client.watchOrderBook(SWAP);
      let done = false;
      watch.then(
        () => (done = true),
        () => (done = true),
      );
      while (!done) await step();
      return watch;
    };
    await synced();
    await synced();
    await inject('F22.gap');
    expect(await thrown(synced())).toBeInstanceOf(ccxt.ChecksumError);
    await synced();
    await inject('F22.repeat');
    await synced();
    await inject('F22.crossed');
    const book = await synced();
    expect(book.bids[0]![0]!).toBeGreaterThan(book.asks[0]![0]!);
    await inject('F22.late');
    expect(await thrown(synced().then(synced))).toBeInstanceOf(ccxt.ChecksumError);
  });

  it('F23: private events come twice, out of order, or merged', async () => {
    const heard: string[] = [];
    const socket = server.exchange.hub.open('futures', { send: (text) => heard.push(text), close: () => {} });
    socket.listenKey = server.exchange.listenKeys.create();
    const kinds = () => heard.splice(0).map((text) => /"x":"(\w+)"/.exec(text)?.[1] ?? 'ACCOUNT');
    await inject('F23.duplicate', { times: 3 });
    await buy();
    expect(kinds()).toEqual(['NEW', 'NEW', 'ACCOUNT', 'ACCOUNT', 'TRADE', 'TRADE']);
    await inject('F23.reorder');
    await buy();
    expect(kinds()).toEqual(['ACCOUNT', 'NEW', 'TRADE']);
    await inject('F23.merge');
    await buy();
    expect(kinds()).toEqual(['ACCOUNT', 'TRADE']);
  });
});

describe('what the exchange itself can do', () => {
  it('F24: clocks drift apart until the client adjusts', async () => {
    await inject('F24.skew', { ms: 30_000 });
    expect(await thrown(client.fetchBalance())).toBeInstanceOf(ccxt.InvalidNonce);
    client.options.adjustForTimeDifference = true;
    await client.loadTimeDifference();
    await client.fetchBalance();
    await inject('F24.skew', { ms: -60_000 });
    expect(await thrown(client.fetchBalance())).toBeInstanceOf(ccxt.InvalidNonce);
  });

  it('F25: the position mode is switched by hand', async () => {
    await inject('F25.mode');
    expect(await thrown(buy())).toBeInstanceOf(ccxt.OperationRejected);
    expect((await client.fetchPositionMode()).hedged).toBe(true);
  });

  it('F27: a symbol stops trading, shows a price of 0, has an empty book', async () => {
    await inject('F27.zero');
    expect((await client.fetchTicker(SWAP)).info.lastPrice).toBe('0.0');
    server.exchange.advance(1_000);
    await inject('F27.empty');
    expect((await client.fetchOrderBook(SWAP)).bids).toEqual([]);
    expect(await thrown(buy())).toBeInstanceOf(ccxt.OperationRejected);
    await inject('F27.halt');
    expect(await thrown(buy())).toBeInstanceOf(ccxt.BadRequest);
    expect((await client.fetchMarkets()).find((m) => m!.symbol === SWAP)!.active).toBe(false);
  });

  it('F28: maintenance', async () => {
    await inject('F28.down');
    expect((await client.fetchStatus()).status).toBe('maintenance');
    expect(await thrown(client.fetchBalance())).toBeInstanceOf(ccxt.ExchangeNotAvailable);
    await inject('F28.up');
    await client.fetchBalance();
  });

  it('F29: keys are revoked', async () => {
    await inject('F29.revoked');
    expect(await thrown(client.fetchBalance())).toBeInstanceOf(ccxt.AuthenticationError);
    await inject('F29.restored');
    expect(KEY.apiKey).toBe(client.apiKey);
    await client.fetchBalance();
  });

  it('F30: candles come late, never, or change after they closed', async () => {
    const opens = async () => (await client.fetchOHLCV(SWAP, '1m', undefined, 3)).map((row) => row[0]);
    const t0 = server.exchange.now;
    await inject('F30.late', { ms: 5_000 });
    server.exchange.advance(61_000);
    expect(await opens()).not.toContain(t0);
    server.exchange.advance(5_000);
    expect(await opens()).toContain(t0);
    await inject('F30.missing');
    server.exchange.advance(120_000);
    expect(await opens()).not.toContain(t0 + 60_000);
    const open = Math.floor(server.exchange.now / 60_000) * 60_000;
    await inject('F30.revised', { ms: 20_000 });
    server.exchange.advance(60_000);
    const close = async () => (await client.fetchOHLCV(SWAP, '1m', open, 1))[0]![4];
    const before = await close();
    server.exchange.advance(20_000);
    expect(await close()).not.toBe(before);
  });

  it('F32: funding changes its rate and its interval', async () => {
    await inject('F32.rate', { rate: -0.002 });
    await inject('F32.interval', { hours: 1 });
    await buy();
    server.exchange.advance(3 * 3_600_000);
    const rows = await client.fetchFundingHistory(SWAP);
    expect(rows).toHaveLength(3);
    expect(rows.every((row) => row.amount! > 0)).toBe(true);
  });
});
