import { afterEach, describe, expect, it } from 'vitest';
import type {
  AccountEvent,
  BookStreamEvent,
  CandleEvent,
  TickerEvent,
  TradeStreamEvent,
} from '../../core/ports/exchange.ts';
import { written } from './exchange-fixture.ts';
import { type Answers, hasRecorded, recorded, recordedExchange } from './recorded-fixture.ts';

// What exchanges really answered, through the unmodified ccxt and the adapter. The numbers are those of docs/reference/exchange-acceptance.md.
if (!hasRecorded) process.stdout.write('recorded exchange answers are not there (TIDEGATE_DATA): skipped\n');

let open: { close(): Promise<void> } | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});
const exchange = async (id: string, kind: 'spot' | 'perpetual', answers: Answers, keys?: object) => {
  const made = await recordedExchange(id, kind, answers, keys);
  open = made.exchange;
  await made.exchange.loadMarkets();
  const account: AccountEvent[] = [];
  made.exchange.watchAccount((event) => account.push(event));
  return { ...made, account };
};
const kindsOf = (events: readonly AccountEvent[], kind: AccountEvent['kind']) =>
  events.filter((event) => event.kind === kind);

describe.runIf(hasRecorded)('okx', () => {
  const BTC = 'BTC/USDT:USDT';
  const PRIVATE = 'wss://ws.okx.com:8443/ws/v5/private';
  const okx = (more: Answers = {}) =>
    exchange('okx', 'perpetual', {
      ...more,
      'instType=SWAP': recorded('okx/http_get_instruments_swap.json'),
      'orders-algo-pending': recorded('okx/http_get_orders_algo_pending.json'),
      'orders-pending': recorded('okx/http_get_orders_pending.json'),
      'account/positions': recorded('okx/http_get_positions.json'),
      'account/balance': recorded('okx/http_get_account_balance.json'),
      'account/config': { code: '0', data: [{ perm: 'read_only,trade', posMode: 'net_mode', acctLv: '2' }] },
      '': { code: '0', data: [] },
    });

  it('R01: markets are linear swaps; amounts are base units, not contracts', async () => {
    const { exchange: it } = await okx();
    expect(it.market(BTC)).toMatchObject({ contractSize: 0.01, amountStep: 0.0001, priceTick: 0.1, settle: 'USDT' });
    expect(it.market('BTC/USD:BTC')).toBe(null);
  });

  it('R02: open orders, those that wait for a trigger among them', async () => {
    const { exchange: it } = await okx();
    expect(await it.openOrders()).toMatchObject([
      {
        clientOrderId: 'client-order-1',
        kind: 'limit',
        isTrigger: false,
        amount: 0.001,
        price: 103_500,
        childId: null,
      },
      { clientOrderId: 'client_algo_1', kind: 'stop', isTrigger: true, amount: 0.01, price: 40_000, state: 'working' },
    ]);
  });

  it('R03: positions, balances and what the key may do', async () => {
    const { exchange: it } = await okx();
    expect(await it.positions()).toMatchObject([
      { pair: BTC, side: 'long', amount: 0.005, leverage: 10, marginMode: 'isolated', liquidationPrice: 9_000 },
    ]);
    expect((await it.balances())[0]).toMatchObject({ asset: 'USDT', total: 99.89469657000001 });
    expect(await it.keyPermissions()).toEqual({ read: true, trade: true, withdraw: false });
  });

  it('R04: private orders and fills; a triggered stop names its child', async () => {
    const { tell, account } = await okx();
    tell(PRIVATE, recorded('okx/ws_orders.json'));
    expect(kindsOf(account, 'order')[0]).toMatchObject({
      order: {
        exchangeId: '2497956918703120384',
        clientOrderId: '001BTCUSDT20250106001',
        state: 'filled',
        filled: 0.0003,
      },
    });
    expect(kindsOf(account, 'fill')[0]).toMatchObject({
      fill: { exchangeId: '1518905529', amount: 0.0003, price: 103_698.9, isMaker: true },
    });
    account.length = 0;
    tell(PRIVATE, recorded('okx/ws_orders_algo.json'));
    expect(kindsOf(account, 'order')[0]).toMatchObject({
      order: { isTrigger: true, state: 'triggered', filled: 0, childId: '706620792746730000' },
    });
  });

  it('R05: what the exchange closed by itself is marked as such', async () => {
    const { tell, account } = await okx();
    for (const name of ['liquidation', 'adl']) tell(PRIVATE, recorded(`okx/ws_orders_${name}.json`));
    const orders = account.flatMap((event) => (event.kind === 'order' ? [event.order] : []));
    expect(orders.map(({ isLiquidation }) => isLiquidation)).toEqual([true, true]);
  });

  it('R05: a fee of the private stream is paid when OKX says that it is negative', async () => {
    const { tell, account } = await okx();
    const message = recorded('okx/ws_orders.json') as { data: object[] };
    message.data[0] = { ...message.data[0], fillFee: '-0.0217', fillFeeCcy: 'USDT' };
    tell(PRIVATE, message);
    expect(kindsOf(account, 'fill')[0]).toMatchObject({ fill: { fee: 0.0217, feeAsset: 'USDT' } });
  });

  it('R06: a refusal inside of an answer that says that all is well is a refusal', async () => {
    const { exchange: it, asked } = await okx({
      'trade/order-algo': recorded('okx/http_place_algo_order_rejected.json'),
    });
    const outcome = await it.submit({
      clientOrderId: 'tg00000000000000000000000000ab',
      pair: BTC,
      side: 'sell',
      kind: 'stop',
      price: 40_000,
      amount: 0.01,
      reduceOnly: true,
      urgency: 'exit',
    });
    expect(outcome).toMatchObject({ outcome: 'refused', venueCode: '51000' });
    const sent = asked.find(({ url }) => url.includes('order-algo'))!.body;
    expect(sent).toContain('"algoClOrdId":"tg00000000000000000000000000ab"');
    expect(sent).toContain('"sz":"1"');
  });

  it('R07: candles are closed by the flag in their row', async () => {
    const { exchange: it, tell } = await okx();
    const seen = written<CandleEvent>();
    it.watchCandles([BTC], '1m', seen);
    const row = (time: number, confirm: string) => ({
      arg: { channel: 'candle1m', instId: 'BTC-USDT-SWAP' },
      data: [[String(time), '8533', '8553', '8527', '8548', '45247', '529', '5529', confirm]],
    });
    tell('wss://ws.okx.com:8443/ws/v5/business', row(1_597_026_360_000, '0'));
    expect(seen.events).toEqual([]);
    tell('wss://ws.okx.com:8443/ws/v5/business', row(1_597_026_360_000, '1'));
    expect(seen.events).toMatchObject([{ openTime: 1_597_026_360_000, close: 8_548, closedBy: 'flag' }]);
  });
});

describe.runIf(hasRecorded)('bybit', () => {
  const BTC = 'BTC/USDT:USDT';
  const PRIVATE = 'wss://stream.bybit.com/v5/private';
  const PUBLIC = 'wss://stream.bybit.com/v5/public/linear';
  const instruments = () => {
    const told = recorded('bybit/http_get_instruments_linear.json') as { result: object };
    return { ...told, result: { ...told.result, category: 'linear' } };
  };
  const bybit = () =>
    exchange('bybit', 'perpetual', {
      'instruments-info': instruments(),
      'order/realtime': recorded('bybit/http_get_orders_realtime.json'),
      'position/list': recorded('bybit/http_get_positions.json'),
      'wallet-balance': recorded('bybit/http_get_wallet_balance.json'),
      'market/kline': recorded('bybit/http_get_klines_linear.json'),
      'user/query-api': recorded('bybit/http_get_user_query_api.json'),
      'account/info': { retCode: 0, result: { marginMode: 'REGULAR_MARGIN', unifiedMarginStatus: 5 } },
      '': { retCode: 0, result: {} },
    });

  it('R01: markets', async () => {
    const { exchange: it } = await bybit();
    expect(it.market(BTC)).toMatchObject({ kind: 'perpetual', contractSize: 1, settle: 'USDT' });
  });

  it('R02: open orders', async () => {
    const { exchange: it } = await bybit();
    expect((await it.openOrders())[0]).toMatchObject({
      exchangeId: 'open-order-1',
      clientOrderId: 'client-open-1',
      pair: 'ETH/USDT:USDT',
      amount: 0.01,
      price: 3_930.41,
      state: 'working',
    });
  });

  it('R03: positions, balances and what the key may do', async () => {
    const { exchange: it } = await bybit();
    expect(await it.positions()).toMatchObject([
      { pair: BTC, side: 'long', amount: 0.5, entryPrice: 50_000, leverage: 10 },
      { pair: 'ETH/USDT:USDT', side: 'short', amount: 5 },
    ]);
    expect((await it.balances())[0]).toMatchObject({ asset: 'USDT', free: 1_000.5 });
    expect((await it.keyPermissions()).withdraw).toBe(false);
  });

  it('R04: private orders, fills, positions and balances', async () => {
    const { tell, account } = await bybit();
    for (const name of ['order_filled', 'execution', 'position', 'wallet'])
      tell(PRIVATE, recorded(`bybit/ws_account_${name}.json`));
    expect(kindsOf(account, 'order')[0]).toMatchObject({
      order: { clientOrderId: 'test-client-order-001', state: 'filled', filled: 0.1, average: 30_000.5 },
    });
    expect(kindsOf(account, 'fill')[0]).toMatchObject({
      fill: {
        clientOrderId: 'test-order-link-001',
        amount: 0.5,
        fee: 26.3725275,
        feeAsset: 'USDT',
        isLiquidation: false,
      },
    });
    expect(kindsOf(account, 'position')[0]).toMatchObject({ pair: 'ETH/USDT:USDT', side: 'short', amount: 0.01 });
    expect(kindsOf(account, 'balance').length).toBeGreaterThan(0);
  });

  it('R05: what the exchange closed by itself is marked as such', async () => {
    const { tell, account } = await bybit();
    tell(PRIVATE, recorded('bybit/ws_account_execution_adl.json'));
    expect(kindsOf(account, 'fill')[0]).toMatchObject({ fill: { isLiquidation: true, amount: 0.5 } });
  });

  it('R07: candles are closed by the flag in their message', async () => {
    const { exchange: it, tell } = await bybit();
    const seen = written<CandleEvent>();
    it.watchCandles([BTC], '5m', seen);
    const message = recorded('bybit/ws_kline.json') as { data: object[] };
    tell(PUBLIC, message);
    expect(seen.events).toEqual([]);
    message.data[0] = { ...message.data[0], confirm: true };
    tell(PUBLIC, message);
    expect(seen.events).toMatchObject([{ openTime: 1_672_324_800_000, close: 16_677, closedBy: 'flag' }]);
  });

  it('R08: trades, book and tickers', async () => {
    const { exchange: it, tell } = await bybit();
    const trades = written<TradeStreamEvent>();
    const books = written<BookStreamEvent>();
    const tickers = written<TickerEvent>();
    it.watchTrades([BTC], trades);
    it.watchBook([BTC], 5, books);
    it.watchTickers([BTC], tickers);
    // The recording's topic is an older one.
    tell(PUBLIC, { ...recorded('bybit/ws_public_trade.json'), topic: 'publicTrade.BTCUSDT' });
    for (const name of ['orderbook_snapshot', 'ticker_linear']) tell(PUBLIC, recorded(`bybit/ws_${name}.json`));
    expect(trades.events).toMatchObject([{ price: 27_451, amount: 0.01, side: 'buy' }]);
    expect(books.events[0]).toMatchObject({
      bids: [
        [27_450, 0.5],
        [27_449.5, 1],
      ],
      asks: [
        [27_451, 0.75],
        [27_451.5, 0.9],
      ],
    });
    expect(tickers.events.at(-1)).toMatchObject({ pair: BTC, last: 17_216 });
  });
});

describe.runIf(hasRecorded)('hyperliquid', () => {
  const BTC = 'BTC/USDC:USDC';
  const WALLET = { walletAddress: `0x${'0'.repeat(39)}1`, privateKey: `0x${'1'.repeat(64)}` };
  const hyperliquid = () => {
    const meta = recorded('hyperliquid/http_meta_perp_sample.json') as { universe: readonly object[] };
    const prices = meta.universe.map(() => ({
      markPx: '98450.0',
      midPx: '98450.5',
      oraclePx: '98450',
      funding: '0.0000125',
      openInterest: '100',
      prevDayPx: '98000',
      dayNtlVlm: '1000',
      premium: '0',
    }));
    return exchange('hyperliquid', 'perpetual', { metaAndAssetCtxs: [meta, prices], '': [] }, WALLET);
  };

  it('R01: markets; prices have five significant figures', async () => {
    const { exchange: it } = await hyperliquid();
    expect(it.market(BTC)).toMatchObject({
      amountStep: 0.00001,
      priceFigures: 5,
      settle: 'USDC',
      fundingIntervalHours: 1,
    });
  });

  it('R09: nothing is signed that nobody asked for', async () => {
    const { asked } = await hyperliquid();
    expect(asked.filter(({ url }) => url.endsWith('/exchange'))).toEqual([]);
  });

  it('R08: the book', async () => {
    const { exchange: it, tell } = await hyperliquid();
    const books = written<BookStreamEvent>();
    it.watchBook([BTC], 2, books);
    tell('wss://api.hyperliquid.xyz/ws', { channel: 'l2Book', data: recorded('hyperliquid/ws_book_data.json') });
    expect(books.events[0]).toMatchObject({
      bids: [
        [98_450.5, 2.5],
        [98_449.75, 1.8],
      ],
      asks: [
        [98_451, 1.5],
        [98_451.75, 2.1],
      ],
    });
  });
});
