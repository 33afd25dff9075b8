import { timeframe } from '../../../domain/timeframe.ts';
import { publicLevels } from '../depth-view.ts';
import { futuresInfoJson, spotInfoJson } from '../exchange-info-json.ts';
import {
  aggTradeRow,
  bookTickerJson,
  dayTickerJson,
  klineRow,
  levelsJson,
  premiumIndexJson,
  tradeRow,
} from '../market-json.ts';
import { need, numberParam } from '../order-params.ts';
import { missing, Refusal } from '../refusal.ts';
import type { ReplayExchange } from '../replay-exchange.ts';
import { priceText, type VenueName } from '../replay-symbol.ts';
import type { Route, Routes } from '../rest.ts';
import { type Kline, MINUTE_MS, type SymbolMarket } from '../symbol-market.ts';

const INTERVALS = '1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M'.split(' ');

function marketOf(exchange: ReplayExchange, venue: VenueName, params: URLSearchParams, name = 'symbol'): SymbolMarket {
  const market = exchange.markets(venue).get(need(params, name).toUpperCase());
  if (!market) throw new Refusal(-1121, 'Invalid symbol.');
  return market;
}

function limitParam(params: URLSearchParams, usual: number, most: number): number {
  const limit = numberParam(params, 'limit', usual);
  if (limit < 1) throw missing('limit');
  return Math.min(limit, most);
}

/** One symbol's value, or a list of all (or of those in `symbols`) when none is named. */
function oneOrAll(venue: VenueName, make: (market: SymbolMarket, now: number) => object): Route['handle'] {
  return (exchange, params) => {
    if (params.get('symbol')) return make(marketOf(exchange, venue, params), exchange.now);
    const named = params.get('symbols');
    const wanted = named ? new Set(JSON.parse(named) as string[]) : null;
    return [...exchange.markets(venue).values()]
      .filter((m) => !wanted || wanted.has(m.symbol.id))
      .map((m) => make(m, exchange.now));
  };
}

type Reshape = (k: Kline, market: SymbolMarket) => Kline;

function klines(venue: VenueName, name = 'symbol', reshape: Reshape | null = null): Route['handle'] {
  return (exchange, params) => {
    const market = marketOf(exchange, venue, params, name);
    const interval = need(params, 'interval');
    if (!INTERVALS.includes(interval)) throw new Refusal(-1120, 'Invalid interval.');
    const frame = timeframe(interval);
    const start = params.has('startTime') ? numberParam(params, 'startTime', 0) : Number.NEGATIVE_INFINITY;
    const from = Number.isFinite(start)
      ? frame.openOf(start) === start
        ? start
        : frame.closeOf(frame.openOf(start))
      : start;
    const to = numberParam(params, 'endTime', Number.POSITIVE_INFINITY);
    const limit = limitParam(params, 500, venue === 'spot' ? 1_000 : 1_500);
    return market
      .candles(interval, from, to, limit, exchange.now)
      .map((k) => klineRow(market.symbol, reshape ? reshape(k, market) : k, interval));
  };
}

const asMark: Reshape = (k, { markPremium }) => scaled(k, 1 + markPremium);
const asIndex: Reshape = (k) => ({ ...k, volume: 0 });
const asPremium: Reshape = (k, { markPremium: p }) => ({ ...k, open: p, high: p, low: p, close: p, volume: 0 });

function scaled(k: Kline, by: number): Kline {
  return { ...k, open: k.open * by, high: k.high * by, low: k.low * by, close: k.close * by, volume: 0 };
}

function depth(venue: VenueName): Route['handle'] {
  return (exchange, params) => {
    const market = marketOf(exchange, venue, params);
    const limit = limitParam(params, 100, venue === 'spot' ? 5_000 : 1_000);
    const own = (venue === 'spot' ? exchange.spot : exchange.futures).orders.open(market.symbol.id);
    const side = (s: 1 | -1) => levelsJson(market.symbol, publicLevels(market, s, own, limit));
    const times = venue === 'futures' ? { E: exchange.now, T: exchange.now } : {};
    return { lastUpdateId: market.lastUpdateId, ...times, bids: side(1), asks: side(-1) };
  };
}

function trades(venue: VenueName, row: typeof aggTradeRow): Route['handle'] {
  return (exchange, params) => {
    const market = marketOf(exchange, venue, params);
    const [from, to, id] = [
      numberParam(params, 'startTime', 0),
      numberParam(params, 'endTime', Infinity),
      numberParam(params, 'fromId', 0),
    ];
    const limit = limitParam(params, 500, 1_000);
    const found = market.trades.filter((t) => t.time >= from && t.time <= to && t.id >= id);
    return (params.has('startTime') || params.has('fromId') ? found.slice(0, limit) : found.slice(-limit)).map((t) =>
      row(market.symbol, t),
    );
  };
}

function common(prefix: string, venue: VenueName): Routes {
  const route = (weight: Route['weight'], handle: Route['handle']): Route => ({
    venue,
    security: 'public',
    weight,
    handle,
  });
  const all = (one: number, many: number) => (params: URLSearchParams) => (params.has('symbol') ? one : many);
  const price = (m: SymbolMarket, now: number) => ({
    symbol: m.symbol.id,
    price: priceText(m.symbol, m.lastTick),
    ...(venue === 'futures' && { time: now }),
  });
  return {
    [`GET ${prefix}/ping`]: route(1, () => ({})),
    [`GET ${prefix}/time`]: route(1, (x) => ({ serverTime: x.session.now() })),
    [`GET ${prefix}/exchangeInfo`]: route(venue === 'spot' ? 20 : 1, (x) =>
      (venue === 'spot' ? spotInfoJson : futuresInfoJson)(
        x.markets(venue).values(),
        x.limits[venue].options,
        x.session.now(),
      ),
    ),
    [`GET ${prefix}/klines`]: route(klineWeight, klines(venue)),
    [`GET ${prefix}/depth`]: route((p) => depthWeight(numberParam(p, 'limit', 100), venue), depth(venue)),
    [`GET ${prefix}/trades`]: route(venue === 'spot' ? 25 : 5, trades(venue, tradeRow)),
    [`GET ${prefix}/historicalTrades`]: route(venue === 'spot' ? 25 : 20, trades(venue, tradeRow)),
    [`GET ${prefix}/aggTrades`]: route(venue === 'spot' ? 4 : 20, trades(venue, aggTradeRow)),
    [`GET ${prefix}/ticker/24hr`]: route(venue === 'spot' ? all(2, 80) : all(1, 40), oneOrAll(venue, dayTickerJson)),
    [`GET ${prefix}/ticker/price`]: route(venue === 'spot' ? all(2, 4) : all(1, 2), oneOrAll(venue, price)),
    [`GET ${prefix}/ticker/bookTicker`]: route(
      venue === 'spot' ? all(2, 4) : all(2, 5),
      oneOrAll(venue, bookTickerJson),
    ),
  };
}

function klineWeight(params: URLSearchParams): number {
  const limit = numberParam(params, 'limit', 500);
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
}

function depthWeight(limit: number, venue: VenueName): number {
  if (venue === 'spot') return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250;
  return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
}

function futuresOnly(weight: Route['weight'], handle: Route['handle']): Route {
  return { venue: 'futures', security: 'public', weight, handle };
}

const FUTURES_PUBLIC: Routes = {
  'GET /fapi/v1/markPriceKlines': futuresOnly(klineWeight, klines('futures', 'symbol', asMark)),
  'GET /fapi/v1/indexPriceKlines': futuresOnly(klineWeight, klines('futures', 'pair', asIndex)),
  'GET /fapi/v1/premiumIndexKlines': futuresOnly(klineWeight, klines('futures', 'symbol', asPremium)),
  'GET /fapi/v1/continuousKlines': futuresOnly(klineWeight, klines('futures', 'pair')),
  'GET /fapi/v1/premiumIndex': futuresOnly((p) => (p.has('symbol') ? 1 : 10), oneOrAll('futures', premiumIndexJson)),
  'GET /fapi/v1/fundingRate': futuresOnly(1, (x, params) => {
    const symbol = params.get('symbol');
    const [from, to] = [numberParam(params, 'startTime', 0), numberParam(params, 'endTime', Infinity)];
    const rows = x.fundingHistory.filter((f) => (!symbol || f.symbol === symbol) && f.time >= from && f.time <= to);
    const limit = limitParam(params, 100, 1_000);
    return (params.has('startTime') ? rows.slice(0, limit) : rows.slice(-limit)).map((f) => ({
      symbol: f.symbol,
      fundingTime: f.time,
      fundingRate: f.rate.toFixed(8),
      markPrice: f.mark.toFixed(8),
    }));
  }),
  'GET /fapi/v1/fundingInfo': futuresOnly(1, (x) =>
    [...x.markets('futures').values()].map((m) => ({
      symbol: m.symbol.id,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: m.fundingHours,
      disclaimer: false,
    })),
  ),
  'GET /fapi/v1/openInterest': futuresOnly(1, (x, params) => {
    const market = marketOf(x, 'futures', params);
    return { symbol: market.symbol.id, openInterest: market.openInterest(x.now).toFixed(3), time: x.now };
  }),
  'GET /futures/data/openInterestHist': futuresOnly(1, (x, params) => {
    const market = marketOf(x, 'futures', params);
    const { ms } = timeframe(need(params, 'period'));
    const limit = limitParam(params, 30, 500);
    const last = Math.floor(Math.min(x.now, numberParam(params, 'endTime', Infinity)) / ms) * ms;
    return Array.from({ length: limit }, (_, i) => last - (limit - 1 - i) * ms)
      .filter((t) => t >= numberParam(params, 'startTime', 0))
      .map((timestamp) => {
        const amount = market.openInterest(timestamp);
        const close = market.klines.findLast((k) => k.time + MINUTE_MS <= timestamp)?.close ?? market.last;
        return {
          symbol: market.symbol.id,
          sumOpenInterest: amount.toFixed(8),
          sumOpenInterestValue: (amount * close).toFixed(8),
          timestamp,
        };
      });
  }),
};

const AVERAGE_MINUTES = 5;
const { 'GET /fapi/v1/ticker/price': futuresPrice, ...futures } = common('/fapi/v1', 'futures');
const spot = common('/api/v3', 'spot');

/** What clients beside ccxt ask for. */
const SPOT_PUBLIC: Routes = {
  'GET /api/v3/uiKlines': spot['GET /api/v3/klines']!,
  'GET /api/v3/ticker': spot['GET /api/v3/ticker/24hr']!,
  'GET /api/v3/avgPrice': {
    venue: 'spot',
    security: 'public',
    weight: 2,
    handle: (x, params) => {
      const market = marketOf(x, 'spot', params);
      const from = x.now - AVERAGE_MINUTES * MINUTE_MS;
      const traded = market.trades.filter((t) => t.time > from);
      const amount = traded.reduce((sum, t) => sum + t.lots, 0);
      const tick = amount > 0 ? traded.reduce((sum, t) => sum + t.tick * t.lots, 0) / amount : market.lastTick;
      const price = (Number(priceText(market.symbol, market.lastTick)) * tick) / market.lastTick;
      return { mins: AVERAGE_MINUTES, price: price.toFixed(8), closeTime: traded.at(-1)?.time ?? x.now };
    },
  },
};

/** Market data of both markets: no key needed. */
export const PUBLIC_ROUTES: Routes = {
  ...futures,
  'GET /fapi/v1/ticker/price': futuresPrice!,
  'GET /fapi/v2/ticker/price': futuresPrice!,
  ...spot,
  ...SPOT_PUBLIC,
  ...FUTURES_PUBLIC,
};
