import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { control, futuresClient, START, spotClient, testServer } from './replay-fixture.ts';

const SWAP = 'BTC/USDT:USDT';
const SPOT = 'BTC/USDT';
let server: ReplayServer;
let futures: Awaited<ReturnType<typeof futuresClient>>;
let spot: Awaited<ReturnType<typeof spotClient>>;

beforeAll(async () => {
  server = await testServer();
  futures = await futuresClient(server);
  spot = await spotClient(server);
  await futures.loadMarkets();
  await spot.loadMarkets();
});
afterAll(async () => {
  await futures.close();
  await spot.close();
  await server.close();
});

const last = async () => (await futures.fetchTicker(SWAP)).last!;
const at = (price: number) => Number(String(futures.priceToPrecision(SWAP, price)));

describe('market data through the unmodified ccxt', () => {
  it('lists symbols with their filters', () => {
    expect(Object.keys(futures.markets as object)).toEqual([SWAP, 'ETH/USDT:USDT']);
    expect(futures.market(SWAP).precision).toEqual(expect.objectContaining({ price: 0.1, amount: 0.001 }));
    expect(futures.market(SWAP).limits.cost!.min).toBe(100);
    expect(spot.market(SPOT).precision).toEqual(expect.objectContaining({ price: 0.01, amount: 0.00001 }));
  });

  it('serves candles of every kind, ending with the forming one', async () => {
    await control(server, 'POST /advance', { ms: 90_000 });
    const rows = await futures.fetchOHLCV(SWAP, '1m', undefined, 3);
    expect(rows.map((row) => row[0])).toEqual([START - 60_000, START, START + 60_000]);
    const mark = await futures.fetchOHLCV(SWAP, '1m', undefined, 2, { price: 'mark' });
    const index = await futures.fetchOHLCV(SWAP, '1m', undefined, 2, { price: 'index' });
    expect([mark, index].map((kind) => kind[0]![4])).toEqual([rows[1]![4], rows[1]![4]]);
    expect((await futures.fetchOHLCV(SWAP, '1h', START - 7_200_000, 2)).map((row) => row[0])).toEqual([
      START - 7_200_000,
      START - 3_600_000,
    ]);
    expect(await spot.fetchOHLCV(SPOT, '5m', undefined, 4)).toHaveLength(4);
  });

  it('serves tickers, books, trades, funding and open interest', async () => {
    const book = await futures.fetchOrderBook(SWAP, 10);
    expect(book.bids).toHaveLength(10);
    expect(book.bids[0]![0]!).toBeLessThan(book.asks[0]![0]!);
    expect((await futures.fetchTickers())[SWAP]!.last).toBe(await last());
    expect((await futures.fetchTrades(SWAP)).length).toBe(90);
    await control(server, 'POST /advance', { ms: 8 * 3_600_000 });
    expect((await futures.fetchFundingRateHistory(SWAP)).map((row) => row.timestamp)).toEqual([START + 8 * 3_600_000]);
    expect((await futures.fetchFundingRate(SWAP)).fundingTimestamp).toBe(START + 16 * 3_600_000);
    expect((await futures.fetchOpenInterest(SWAP)).openInterestAmount).toBeGreaterThan(0);
    expect(await futures.fetchOpenInterestHistory(SWAP, '5m', undefined, 5)).toHaveLength(5);
    expect((await futures.fetchStatus()).status).toBe('ok');
  });

  it('serves account settings', async () => {
    expect((await futures.fetchBalance()).USDT).toEqual({ free: 10_000, used: 0, total: 10_000 });
    expect((await futures.fetchLeverageTiers([SWAP]))[SWAP]!.map((tier) => tier.maxLeverage)).toEqual([
      125, 100, 50, 20, 10, 2,
    ]);
    await futures.setLeverage(10, 'ETH/USDT:USDT');
    expect((await futures.fetchLeverages(['ETH/USDT:USDT']))['ETH/USDT:USDT']!.longLeverage).toBe(10);
    await futures.setMarginMode('isolated', 'ETH/USDT:USDT');
    await expect(futures.setMarginMode('isolated', 'ETH/USDT:USDT')).rejects.toThrow(ccxt.MarginModeAlreadySet);
    expect((await futures.fetchPositionMode()).hedged).toBe(false);
    await expect(futures.setPositionMode(false)).rejects.toThrow(ccxt.OperationRejected);
    expect(await futures.fetchTradingFee(SWAP)).toEqual(expect.objectContaining({ maker: 0.0002, taker: 0.0005 }));
    expect((await futures.sapiGetAccountApiRestrictions()).enableWithdrawals).toBe(false);
    const other = await futuresClient(server, {}, { apiKey: 'can-withdraw', secret: 's' });
    expect((await other.sapiGetAccountApiRestrictions()).enableWithdrawals).toBe(true);
  });
});

describe('orders through the unmodified ccxt', () => {
  it('fills market orders, shows the position, and keeps ids above 2^53 exact', async () => {
    const order = await futures.createOrder(SWAP, 'market', 'buy', 0.05, undefined, { newClientOrderId: 'mine-1' });
    expect(order).toEqual(expect.objectContaining({ status: 'closed', filled: 0.05, clientOrderId: 'mine-1' }));
    expect(BigInt(order.id!)).toBe(2n ** 53n + 1n);
    const [position] = await futures.fetchPositions();
    expect(position).toEqual(
      expect.objectContaining({ symbol: SWAP, side: 'long', contracts: 0.05, marginMode: 'cross' }),
    );
    const [trade] = await futures.fetchMyTrades(SWAP);
    expect(trade!.order).toBe(order.id);
    expect(trade!.fee!.cost).toBeCloseTo(trade!.cost! * 0.0005, 8);
  });

  it('rests, amends, finds and cancels limit orders', async () => {
    const price = at((await last()) * 0.98);
    const order = await futures.createOrder(SWAP, 'limit', 'buy', 0.05, price);
    const edited = await futures.editOrder(order.id!, SWAP, 'limit', 'buy', 0.06, at(price * 1.001));
    expect([edited.id, edited.amount, edited.price]).toEqual([order.id, 0.06, at(price * 1.001)]);
    expect((await futures.fetchOpenOrders(SWAP)).map((o) => o.id)).toEqual([order.id]);
    expect((await futures.cancelOrder(order.id!, SWAP)).status).toBe('canceled');
    await expect(futures.cancelOrder(order.id!, SWAP)).rejects.toThrow(ccxt.OrderNotFound);
    expect((await futures.fetchOrder(order.id!, SWAP)).status).toBe('canceled');
  });

  it('refuses with the codes that ccxt maps to its own classes', async () => {
    const price = await last();
    const refused = async (call: Promise<unknown>, kind: new (...args: never[]) => Error) =>
      expect(call).rejects.toThrow(kind as never);
    await refused(futures.createOrder(SWAP, 'market', 'buy', 50), ccxt.InsufficientFunds);
    await refused(futures.createOrder(SWAP, 'market', 'buy', 0.001), ccxt.InvalidOrder);
    await refused(
      futures.createOrder(SWAP, 'limit', 'buy', 0.05, at(price * 1.02), { postOnly: true }),
      ccxt.OrderNotFillable,
    );
    await refused(
      futures.createOrder(SWAP, 'limit', 'sell', 0.05, at(price), {
        stopLossPrice: at(price * 1.01),
        reduceOnly: true,
      }),
      ccxt.OrderImmediatelyFillable,
    );
    await refused(futures.fetchOrder('12345', SWAP), ccxt.OrderNotFound);
    await refused(
      futures.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.0501234' }),
      ccxt.BadRequest,
    );
    await refused(
      futures.fapiPrivatePostOrder({ symbol: 'NOPE', side: 'BUY', type: 'MARKET', quantity: '1' }),
      ccxt.BadSymbol,
    );
    await futures.createOrder('ETH/USDT:USDT', 'limit', 'buy', 0.1, 2_000, { newClientOrderId: 'twin' });
    await refused(
      futures.createOrder('ETH/USDT:USDT', 'limit', 'buy', 0.1, 2_000, { newClientOrderId: 'twin' }),
      ccxt.InvalidOrder,
    );
    await futures.cancelAllOrders('ETH/USDT:USDT');
    await refused(
      futures.createOrder('ETH/USDT:USDT', 'market', 'sell', 1, undefined, { reduceOnly: true }),
      ccxt.InvalidOrder,
    );
    await refused(spot.createOrder(SPOT, 'market', 'buy', 5), ccxt.InsufficientFunds);
    await refused(spot.createOrder(SPOT, 'market', 'buy', 0.00001), ccxt.BadRequest);
    const stranger = await futuresClient(server, {}, { apiKey: 'unknown', secret: 'x' });
    await refused(stranger.fetchBalance(), ccxt.AuthenticationError);
    const liar = await futuresClient(server, {}, { apiKey: 'replay-key', secret: 'wrong' });
    await refused(liar.fetchBalance(), ccxt.AuthenticationError);
  });

  it('keeps stop, take-profit and trailing orders apart, fires them, and follows the child', async () => {
    const price = await last();
    const stop = await futures.createOrder(SWAP, 'market', 'sell', 0.05, undefined, {
      stopLossPrice: at(price * 0.98),
      reduceOnly: true,
    });
    await futures.createOrder(SWAP, 'market', 'sell', 0.05, undefined, {
      takeProfitPrice: at(price * 1.05),
      reduceOnly: true,
    });
    await futures.createOrder(SWAP, 'market', 'sell', 0.05, undefined, { trailingPercent: 5, reduceOnly: true });
    expect((await futures.fetchOpenOrders(SWAP, undefined, undefined, { trigger: true })).length).toBe(3);
    expect((await futures.fetchOpenOrders(SWAP)).length).toBe(0);
    await control(server, 'POST /path', {
      symbol: 'BTCUSDT',
      points: [
        [0, price],
        [5_000, price * 0.975],
      ],
    });
    await control(server, 'POST /advance', { ms: 6_000 });
    const fired = await futures.fetchOrder(stop.id!, SWAP, { trigger: true });
    expect(fired.info.algoStatus).toBe('FINISHED');
    const child = await futures.fetchOrder(fired.info.actualOrderId, SWAP);
    expect(child).toEqual(expect.objectContaining({ status: 'closed', filled: 0.05 }));
    expect(await futures.fetchPositions()).toEqual([]);
    await futures.cancelAllOrders(SWAP, { trigger: true });
    await control(server, 'POST /path', { symbol: 'BTCUSDT', points: null });
  });

  it('trades spot: fee from the base asset, stop orders, cancel and replace', async () => {
    const before = (await spot.fetchBalance()).BTC!.total!;
    const bought = await spot.createOrder(SPOT, 'market', 'buy', 0.01);
    expect(bought.fee).toEqual(expect.objectContaining({ currency: 'BTC', cost: 0.00001 }));
    expect((await spot.fetchBalance()).BTC!.total).toBeCloseTo(before + 0.00999, 10);
    const price = (await spot.fetchTicker(SPOT)).last!;
    const stop = await spot.createOrder(
      SPOT,
      'limit',
      'sell',
      0.01,
      Number(spot.priceToPrecision(SPOT, price * 0.94)),
      {
        stopLossPrice: spot.priceToPrecision(SPOT, price * 0.95),
      },
    );
    expect((await spot.fetchOpenOrders(SPOT)).map((o) => o.id)).toEqual([stop.id]);
    const moved = await spot.editOrder(
      stop.id!,
      SPOT,
      'limit',
      'sell',
      0.01,
      Number(spot.priceToPrecision(SPOT, price * 1.05)),
    );
    expect(moved.id).not.toBe(stop.id);
    expect((await spot.fetchOrder(stop.id!, SPOT)).status).toBe('canceled');
    await spot.cancelAllOrders(SPOT);
    expect((await spot.fetchBalance()).BTC!.used).toBe(0);
    expect((await spot.fetchMyTrades(SPOT)).map((t) => t.order)).toEqual([bought.id]);
  });

  it('tells the ground truth: every order, fill and movement of money', async () => {
    const truth = (await control(server, 'GET /ledger')) as never as {
      futures: { wallet: string; orders: { origin: string }[]; fills: unknown[] };
      money: { venue: string; money: string }[];
    };
    expect(truth.futures.orders.map((o) => o.origin)).toContain('algo');
    expect(truth.futures.fills.length).toBe((await futures.fetchMyTrades(SWAP)).length);
    const sum = truth.money
      .filter((row) => row.venue === 'futures')
      .reduce((total, row) => total + BigInt(row.money.replace('.', '')), 0n);
    expect(sum).toBe(BigInt(truth.futures.wallet.replace('.', '')));
    const requests = (await control(server, 'GET /requests')) as never as { params: object }[];
    expect(requests.some((r) => 'signature' in r.params)).toBe(false);
  });
});

it('pays weeks of funding that fetchFundingHistory lists', async () => {
  await futures.createOrder(SWAP, 'market', 'sell', 0.01);
  await control(server, 'POST /fault', { name: 'F32.rate', symbol: 'BTCUSDT', rate: 0.001 });
  await control(server, 'POST /fault', { name: 'F32.interval', symbol: 'BTCUSDT', hours: 1 });
  await control(server, 'POST /advance', { ms: 5 * 3_600_000 });
  const paid = (await futures.fetchFundingHistory(SWAP)).filter((row) => row.amount! > 0);
  expect(paid).toHaveLength(5);
  expect(paid[1]!.timestamp! - paid[0]!.timestamp!).toBe(3_600_000);
});

it('keeps long and short apart in hedge mode', async () => {
  await futures.createOrder(SWAP, 'market', 'buy', 0.01, undefined, { reduceOnly: true });
  await futures.setPositionMode(true);
  await expect(futures.createOrder(SWAP, 'market', 'buy', 0.01)).rejects.toThrow(ccxt.OperationRejected);
  await futures.createOrder(SWAP, 'market', 'buy', 0.02, undefined, { positionSide: 'LONG' });
  await futures.createOrder(SWAP, 'market', 'sell', 0.03, undefined, { positionSide: 'SHORT' });
  const held = (await futures.fetchPositions()).map((p) => [p.side, p.contracts]);
  expect(held).toEqual([
    ['long', 0.02],
    ['short', 0.03],
  ]);
  await futures.createOrder(SWAP, 'market', 'buy', 0.03, undefined, { positionSide: 'SHORT' });
  expect((await futures.fetchPositions()).map((p) => p.side)).toEqual(['long']);
});
