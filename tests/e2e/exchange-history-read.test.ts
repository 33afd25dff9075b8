import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openVenue, VENUES } from './venues-fixture.ts';

// Own fills and funding payments of exchanges that give the newest of them first, so many at a time, and as each of them says them.
const DAY = 86_400_000;
const NOW = Date.UTC(2024, 5, 30);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
let made: Awaited<ReturnType<typeof openVenue>>;
afterEach(async () => {
  await made.exchange.close();
  vi.useRealTimers();
});

/** Parameters of a request, wherever they are. */
const sent = (url: string, body: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(body || url.split('?')[1]));

/** A venue's list of rows, newest first, as its answers give it: of the time that is asked for, a page at a time. */
interface Page {
  readonly from: number;
  readonly to: number;
  /** Rows to leave out. */
  readonly skip: number;
  readonly most: number;
}
function pageOf<T extends { readonly at: number }>(rows: readonly T[], { from, to, skip, most }: Page) {
  const all = rows.filter(({ at }) => at >= from && at <= to).toSorted((a, b) => b.at - a.at);
  const page = all.slice(skip, skip + most);
  return { page, next: skip + page.length < all.length ? skip + page.length : null };
}

/** So many rows, the most of them in one ms: a large order meets many others. */
const rowsSince = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ n: i + 1, at: from + (i < 20 ? i * 60_000 : 20 * 60_000) }));

/** Bybit's list of executions: seven days from the start, no more than a hundred (fifty if nothing is said), and a cursor. */
function bybit(
  rows: readonly { readonly n: number; readonly at: number; readonly fee?: string; readonly execType?: string }[],
  usual: string,
) {
  return (url: string, body: string) => {
    const { startTime, limit = '50', cursor = '0', ...asked } = sent(url, body);
    const from = Number(startTime);
    const most = Math.min(100, Number(limit));
    const page = { from, to: from + 7 * DAY, skip: Number(cursor), most };
    const wanted = rows.filter(({ execType = usual }) => (asked.execType ?? execType) === execType);
    const { page: told, next } = pageOf(wanted, page);
    const list = told.map(({ n, at, fee = '0.01', execType = usual }) => ({
      symbol: 'BTCUSDT',
      side: 'Buy',
      execId: `e${n}`,
      orderId: 'o1',
      orderLinkId: '',
      execPrice: '100',
      execQty: '0.1',
      execValue: '10',
      execFee: fee,
      execType,
      execTime: String(at),
      isMaker: false,
      feeRate: '0.001',
    }));
    return { retCode: 0, result: { category: 'linear', list, nextPageCursor: next === null ? '' : String(next) } };
  };
}

const fillIds = (fills: readonly { readonly exchangeId: string }[]) => new Set(fills.map((fill) => fill.exchangeId));

describe('own fills, of which there are more than an answer has', () => {
  const since = NOW - DAY;
  const rows = rowsSince(since, 250);

  it('bybit', async () => {
    made = await openVenue(VENUES.bybit, { 'execution/list': bybit(rows, 'Trade') });
    const fills = await made.exchange.fills(['BTC/USDT:USDT'], since);
    expect(fillIds(fills).size).toBe(250);
    expect(fills[0]).toMatchObject({ exchangeId: 'e1', at: since, fee: 0.01 });
  });

  it('okx', async () => {
    const answer = (url: string, body: string) => {
      const { begin, after = '999999', limit = '100' } = sent(url, body);
      const older = rows.filter(({ n }) => 10_000 + n < Number(after));
      const all = { from: Number(begin), to: Number.POSITIVE_INFINITY, skip: 0, most: 1e9 };
      const told = pageOf(older, all).page.toSorted((a, b) => b.n - a.n);
      const data = told.slice(0, Math.min(100, Number(limit))).map(({ n, at }) => ({
        instType: 'SWAP',
        instId: 'BTC-USDT-SWAP',
        tradeId: String(n),
        billId: String(10_000 + n),
        ordId: '7',
        clOrdId: '',
        fillPx: '100',
        fillSz: '10',
        side: 'buy',
        execType: 'T',
        fee: '-0.01',
        feeCcy: 'USDT',
        ts: String(at),
      }));
      return { code: '0', data };
    };
    made = await openVenue(VENUES.okx, { 'fills-history': answer });
    const fills = await made.exchange.fills(['BTC/USDT:USDT'], since);
    expect(fillIds(fills).size).toBe(250);
    expect(fills[0]).toMatchObject({ exchangeId: '1', at: since, fee: 0.01, amount: 0.1 });
  });

  it('kraken', async () => {
    const answer = (url: string, body: string) => {
      const { start, ofs = '0' } = sent(url, body);
      const page = { from: Number(start) * 1000, to: Number.POSITIVE_INFINITY, skip: Number(ofs), most: 50 };
      const trades = pageOf(rows, page).page.map(({ n, at }) => [
        `T${n}`,
        {
          ordertxid: 'O1',
          pair: 'XXBTZUSD',
          time: at / 1000,
          type: 'buy',
          ordertype: 'market',
          price: '100',
          cost: '10',
          fee: '0.01',
          vol: '0.1',
        },
      ]);
      return { error: [], result: { trades: Object.fromEntries(trades), count: rows.length } };
    };
    made = await openVenue(VENUES.kraken, { TradesHistory: answer });
    const fills = await made.exchange.fills(['BTC/USD'], since);
    expect(fillIds(fills).size).toBe(250);
  });

  it('coinbase', async () => {
    const answer = (url: string, body: string) => {
      const { start_sequence_timestamp: start, limit = '100', cursor = '0' } = sent(url, body);
      const most = Math.min(100, Number(limit));
      const all = { from: Date.parse(start!), to: Number.POSITIVE_INFINITY, skip: Number(cursor), most };
      const { page, next } = pageOf(rows, all);
      const fills = page.map(({ n, at }) => ({
        entry_id: `x${n}`,
        trade_id: `t${n}`,
        order_id: 'o1',
        trade_time: new Date(at).toISOString(),
        price: '100',
        size: '0.1',
        commission: '0.01',
        product_id: 'BTC-USD',
        side: 'BUY',
        liquidity_indicator: 'TAKER',
      }));
      return { fills, cursor: next === null ? '' : String(next) };
    };
    made = await openVenue(VENUES.coinbase, { 'historical/fills': answer });
    const fills = await made.exchange.fills(['BTC/USD'], since);
    expect(fillIds(fills).size).toBe(250);
  });
});

it('bybit: fills by which the venue closed a position are read with the others, funding is none', async () => {
  const types = ['Trade', 'BustTrade', 'AdlTrade', 'Funding'];
  const rows = types.map((execType, n) => ({ n, at: NOW - DAY + n, execType }));
  made = await openVenue(VENUES.bybit, { 'execution/list': bybit(rows, 'Trade') });
  const fills = await made.exchange.fills(['BTC/USDT:USDT'], NOW - DAY);
  expect(fills.map(({ exchangeId, isLiquidation }) => [exchangeId, isLiquidation])).toEqual([
    ['e0', false],
    ['e1', true],
    ['e2', true],
  ]);
});

describe('funding payments', () => {
  it('bybit: a fee that is charged was paid, one that is negative received', async () => {
    const rows = [
      { n: 1, at: NOW - DAY, fee: '0.25' },
      { n: 2, at: NOW - DAY / 2, fee: '-0.5' },
    ];
    made = await openVenue(VENUES.bybit, { 'execution/list': bybit(rows, 'Funding') });
    const payments = await made.exchange.fundingPayments(NOW - 2 * DAY);
    expect(payments.map(({ id, amount }) => [id, amount])).toEqual([
      ['e1', -0.25],
      ['e2', 0.5],
    ]);
  });

  it('bybit: also those that came weeks after the last one, and more of them than an answer has', async () => {
    const rows = Array.from({ length: 120 }, (_, i) => ({ n: i + 1, at: NOW - 10 * DAY + i * 60_000 }));
    made = await openVenue(VENUES.bybit, { 'execution/list': bybit(rows, 'Funding') });
    const payments = await made.exchange.fundingPayments(NOW - 30 * DAY);
    expect(new Set(payments.map(({ id }) => id)).size).toBe(120);
  });

  it('okx: no more is asked for than an answer may have, and what is older is asked for after it', async () => {
    const rows = Array.from({ length: 230 }, (_, i) => ({ n: i + 1, at: NOW - DAY + i * 60_000 }));
    const answer = (url: string, body: string) => {
      const { limit = '100', after = '999999' } = sent(url, body);
      if (Number(limit) > 100) return { code: '51000', msg: 'Parameter limit error', data: [] };
      const older = rows.filter(({ n }) => 10_000 + n < Number(after)).toReversed();
      const data = older.slice(0, Number(limit)).map(({ n, at }) => ({
        billId: String(10_000 + n),
        instId: 'BTC-USDT-SWAP',
        ccy: 'USDT',
        type: '8',
        balChg: '-0.1',
        ts: String(at),
      }));
      return { code: '0', data };
    };
    made = await openVenue(VENUES.okx, { 'bills-archive': answer });
    const payments = await made.exchange.fundingPayments(NOW - DAY + 10 * 60_000);
    expect(new Set(payments.map(({ id }) => id)).size).toBe(220);
    expect(payments[0]).toMatchObject({ id: '10011', amount: -0.1, asset: 'USDT' });
  });

  it('hyperliquid: each has a name of its own, though all have the same hash', async () => {
    const hash = `0x${'0'.repeat(64)}`;
    const rows = [1, 2, 3].map((n) => ({
      time: NOW + n * 3_600_000,
      hash,
      delta: { type: 'funding', coin: 'BTC', usdc: '-0.5', szi: '1', fundingRate: '0.00001', nSamples: null },
    }));
    made = await openVenue(VENUES.hyperliquid, { userFunding: rows });
    const payments = await made.exchange.fundingPayments(NOW);
    expect(payments.map(({ pair, amount }) => [pair, amount])).toEqual(Array(3).fill(['BTC/USDC:USDC', -0.5]));
    expect(new Set(payments.map(({ id }) => id)).size).toBe(3);
  });
});

it('bybit: positions of every settle currency are read, whatever ccxt asks for by itself', async () => {
  const held = { BTCPERP: 'USDC' };
  const answer = (url: string, body: string) => {
    const { settleCoin } = sent(url, body);
    const list = Object.entries(held).flatMap(([symbol, settle]) =>
      settle === settleCoin ? [{ symbol, positionIdx: 0, side: 'Buy', size: '0.5', avgPrice: '100' }] : [],
    );
    return { retCode: 0, result: { category: 'linear', list, nextPageCursor: '' } };
  };
  made = await openVenue(VENUES.bybitUsdc, { 'position/list': answer });
  expect(await made.exchange.positions()).toMatchObject([{ pair: 'BTC/USDC:USDC', side: 'long', amount: 0.5 }]);
});

it('coinbase: an order is asked for by its number, since the newest of a list may not show it', async () => {
  const told = { order_id: 'o-1', product_id: 'BTC-USD', side: 'SELL', status: 'FILLED', filled_size: '0.5' };
  made = await openVenue(VENUES.coinbase, { 'historical/batch': { orders: [] }, 'historical/o-1': { order: told } });
  const ref = { pair: 'BTC/USD', clientOrderId: 'tg00112233445566778899aabbccdd', exchangeId: 'o-1', isTrigger: false };
  const seen = await made.exchange.lookUp(ref, NOW - DAY);
  expect(seen).toMatchObject({ found: 'order', order: { exchangeId: 'o-1', state: 'filled', filled: 0.5 } });
});
