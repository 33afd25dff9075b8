import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server saw, for assertions. */
export interface ServerLog {
  requests: number;
  refused: number;
  /** Weight of all requests. */
  weight: number;
  /** Largest weight used in one minute of its clock. */
  peakWeight: number;
}

export interface BinanceServer {
  readonly url: string;
  readonly log: ServerLog;
  close(): Promise<void>;
}

/** Weight that Binance allows in a minute. */
export const LIMIT = 2400;

/**
 * A local server that speaks as much of Binance's USDⓈ-M futures protocol as downloading needs and enforces its weights: klines by limit,
 * 2,400 a minute, 429 with Retry-After beyond.
 * @param faults answers for the n-th kline request (from 1) instead of data
 */
export async function binanceServer(
  faults: Readonly<Record<number, { status: number; retryAfter?: string }>> = {},
): Promise<BinanceServer> {
  const log: ServerLog = { requests: 0, refused: 0, weight: 0, peakWeight: 0 };
  let [minute, used, klines] = [0, 0, 0];
  const spend = (weight: number): boolean => {
    const now = Math.floor(Date.now() / 60_000);
    if (now !== minute) [minute, used] = [now, 0];
    used += weight;
    log.requests++;
    log.weight += weight;
    log.peakWeight = Math.max(log.peakWeight, used);
    return used <= LIMIT;
  };
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    const limit = Number(searchParams.get('limit') ?? 500);
    const isKline = /lines$/i.test(pathname);
    const fault = isKline ? faults[++klines] : undefined;
    if (!spend(isKline ? klineWeight(limit) : pathname.endsWith('aggTrades') ? 20 : 1)) {
      log.refused++;
      send(
        429,
        { code: -1003, msg: 'Too many requests' },
        { 'retry-after': String(60 - (Math.floor(Date.now() / 1000) % 60)) },
      );
    } else if (fault)
      send(fault.status, { code: -1000, msg: 'fault' }, fault.retryAfter ? { 'retry-after': fault.retryAfter } : {});
    else send(200, bodyOf(pathname, searchParams, limit));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function klineWeight(limit: number): number {
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

const STEPS: Readonly<Record<string, number>> = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000 };

function bodyOf(path: string, query: URLSearchParams, limit: number): unknown {
  const since = Number(query.get('startTime') ?? 0);
  const end = Date.now();
  if (path.endsWith('/exchangeInfo')) return { symbols: [SYMBOL] };
  if (/lines$/i.test(path)) return every(STEPS[query.get('interval')!]!, since, end, limit).map(kline);
  if (path.endsWith('/fundingRate'))
    return every(28_800_000, since, end, limit).map((t) => ({
      symbol: 'BTCUSDT',
      fundingTime: t + 3,
      fundingRate: '0.00010000',
    }));
  if (path.endsWith('/openInterestHist'))
    return every(300_000, since, end, limit).map((t) => ({
      symbol: 'BTCUSDT',
      sumOpenInterest: '100.5',
      sumOpenInterestValue: '4020000',
      timestamp: t,
    }));
  if (path.endsWith('/aggTrades'))
    return every(20_000, since, Math.min(end, since + 3_600_000), limit).map((t) => ({
      a: t / 20_000,
      p: '40000.1',
      q: '0.002',
      f: 1,
      l: 1,
      T: t,
      m: t % 40_000 === 0,
    }));
  if (path.endsWith('/depth'))
    return { lastUpdateId: 1, E: end, T: end, bids: [['40000.0', '1.5']], asks: [['40000.1', '2.5']] };
  return {};
}

function every(step: number, since: number, end: number, limit: number): number[] {
  const first = Math.ceil(since / step) * step;
  const count = Math.max(0, Math.min(limit, Math.floor((end - first) / step) + 1));
  return Array.from({ length: count }, (_, i) => first + i * step);
}

/** A price that is a plain function of time, so that tests can say what must be stored. */
export function priceAt(time: number): number {
  return 40_000 + ((time / 60_000) % 1_000) / 10;
}

function kline(t: number): unknown[] {
  const p = priceAt(t);
  return [
    t,
    p.toFixed(1),
    (p + 1).toFixed(1),
    (p - 1).toFixed(1),
    p.toFixed(1),
    '12.5',
    t + 59_999,
    '500000',
    10,
    '6',
    '250000',
    '0',
  ];
}

const SYMBOL = {
  symbol: 'BTCUSDT',
  pair: 'BTCUSDT',
  contractType: 'PERPETUAL',
  deliveryDate: 4133404800000,
  onboardDate: 1569398400000,
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  pricePrecision: 2,
  quantityPrecision: 3,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.1', maxPrice: '1000000', tickSize: '0.10' },
    { filterType: 'LOT_SIZE', minQty: '0.001', maxQty: '1000', stepSize: '0.001' },
    { filterType: 'MIN_NOTIONAL', notional: '100' },
  ],
  orderTypes: ['LIMIT', 'MARKET'],
  timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
};
