import { timeframe } from '../../domain/timeframe.ts';
import type { Levels } from './replay-book.ts';
import { lotsText, priceText, type ReplaySymbol } from './replay-symbol.ts';
import type { Kline, PublicTrade, SymbolMarket } from './symbol-market.ts';

const level = (symbol: ReplaySymbol) => (row: readonly [number, number]) => [
  priceText(symbol, row[0]),
  lotsText(symbol, row[1]),
];

/** Levels as `["price","quantity"]` rows. */
export function levelsJson(symbol: ReplaySymbol, levels: Levels): string[][] {
  return levels.map(level(symbol));
}

/** A row of `/klines`: twelve elements. `price` and `volume` as text. */
export function klineRow(symbol: ReplaySymbol, k: Kline, interval: string): (string | number)[] {
  const price = (value: number) => value.toFixed(symbol.priceDecimals);
  const quote = (k.volume * (k.high + k.low + k.close)) / 3;
  return [
    k.time,
    price(k.open),
    price(k.high),
    price(k.low),
    price(k.close),
    k.volume.toFixed(symbol.amountDecimals),
    timeframe(interval).closeOf(k.time) - 1,
    quote.toFixed(8),
    k.trades,
    (k.volume / 2).toFixed(symbol.amountDecimals),
    (quote / 2).toFixed(8),
    '0',
  ];
}

/** The `kline` stream event. */
export function klineEvent(symbol: ReplaySymbol, k: Kline, interval: string, isClosed: boolean, time: number): object {
  const row = klineRow(symbol, k, interval);
  return {
    e: 'kline',
    E: time,
    s: symbol.id,
    k: {
      t: row[0],
      T: row[6],
      s: symbol.id,
      i: interval,
      f: 0,
      L: 0,
      o: row[1],
      c: row[4],
      h: row[2],
      l: row[3],
      v: row[5],
      n: k.trades,
      x: isClosed,
      q: row[7],
      V: row[9],
      Q: row[10],
      B: '0',
    },
  };
}

/** `/ticker/24hr` of one symbol. Spot has bid and ask, futures have not. */
export function dayTickerJson(market: SymbolMarket, now: number): object {
  const { symbol, book } = market;
  const day = market.day(now) ?? emptyDay(now);
  const last = priceText(symbol, market.lastTick);
  const change = market.last - day.open;
  return {
    symbol: symbol.id,
    priceChange: change.toFixed(symbol.priceDecimals),
    priceChangePercent: day.open > 0 ? ((change / day.open) * 100).toFixed(3) : '0.000',
    weightedAvgPrice: ((day.high + day.low) / 2).toFixed(symbol.priceDecimals),
    lastPrice: last,
    lastQty: lotsText(symbol, market.trades[market.trades.length - 1]?.lots ?? 0),
    openPrice: day.open.toFixed(symbol.priceDecimals),
    highPrice: day.high.toFixed(symbol.priceDecimals),
    lowPrice: day.low.toFixed(symbol.priceDecimals),
    volume: day.volume.toFixed(symbol.amountDecimals),
    quoteVolume: (day.volume * (day.high + day.low) * 0.5).toFixed(8),
    openTime: now - 86_400_000,
    closeTime: now,
    firstId: 0,
    lastId: market.trades[market.trades.length - 1]?.id ?? 0,
    count: day.trades,
    ...(symbol.venue === 'spot' && {
      prevClosePrice: day.open.toFixed(symbol.priceDecimals),
      ...bestJson(market, book.levels(1)[0], book.levels(-1)[0]),
    }),
  };
}

function bestJson(
  market: SymbolMarket,
  bid: readonly [number, number] | undefined,
  ask: readonly [number, number] | undefined,
) {
  const { symbol } = market;
  return {
    bidPrice: priceText(symbol, bid?.[0] ?? 0),
    bidQty: lotsText(symbol, bid?.[1] ?? 0),
    askPrice: priceText(symbol, ask?.[0] ?? 0),
    askQty: lotsText(symbol, ask?.[1] ?? 0),
  };
}

/** `/ticker/bookTicker` of one symbol. */
export function bookTickerJson(market: SymbolMarket, now: number): object {
  const { symbol, book } = market;
  return {
    symbol: symbol.id,
    ...bestJson(market, book.levels(1)[0], book.levels(-1)[0]),
    lastUpdateId: market.lastUpdateId,
    time: now,
  };
}

/** Stream events of tickers: `24hrTicker`, `24hrMiniTicker`, `bookTicker`. */
export function tickerEvent(market: SymbolMarket, kind: 'ticker' | 'miniTicker' | 'bookTicker', now: number): object {
  const { symbol, book } = market;
  const [bid, ask] = [book.levels(1)[0], book.levels(-1)[0]];
  const best = {
    b: priceText(symbol, bid?.[0] ?? 0),
    B: lotsText(symbol, bid?.[1] ?? 0),
    a: priceText(symbol, ask?.[0] ?? 0),
    A: lotsText(symbol, ask?.[1] ?? 0),
  };
  if (kind === 'bookTicker') {
    const event = symbol.venue === 'spot' ? {} : { e: 'bookTicker', E: now, T: now };
    return { ...event, u: market.lastUpdateId, s: symbol.id, ...best };
  }
  const day = dayTickerJson(market, now) as Record<string, string | number>;
  const base = {
    E: now,
    s: symbol.id,
    c: day.lastPrice,
    o: day.openPrice,
    h: day.highPrice,
    l: day.lowPrice,
    v: day.volume,
    q: day.quoteVolume,
  };
  if (kind === 'miniTicker') return { e: '24hrMiniTicker', ...base };
  return {
    e: '24hrTicker',
    ...base,
    p: day.priceChange,
    P: day.priceChangePercent,
    w: day.weightedAvgPrice,
    Q: day.lastQty,
    ...(symbol.venue === 'spot' && { x: day.openPrice, ...best }),
    O: day.openTime,
    C: day.closeTime,
    F: 0,
    L: day.lastId,
    n: day.count,
  };
}

/** `trade` and `aggTrade` stream events, and rows of `/trades` and `/aggTrades`. */
export function tradeEvent(symbol: ReplaySymbol, trade: PublicTrade, kind: 'trade' | 'aggTrade'): object {
  const core = {
    E: trade.time,
    s: symbol.id,
    p: priceText(symbol, trade.tick),
    q: lotsText(symbol, trade.lots),
    T: trade.time,
    m: trade.buyerIsMaker,
  };
  return kind === 'trade'
    ? { e: 'trade', t: trade.id, ...core, X: 'MARKET' }
    : { e: 'aggTrade', a: trade.id, f: trade.id, l: trade.id, ...core };
}

export function aggTradeRow(symbol: ReplaySymbol, t: PublicTrade): object {
  return {
    a: t.id,
    p: priceText(symbol, t.tick),
    q: lotsText(symbol, t.lots),
    f: t.id,
    l: t.id,
    T: t.time,
    m: t.buyerIsMaker,
    M: true,
  };
}

export function tradeRow(symbol: ReplaySymbol, t: PublicTrade): object {
  const price = priceText(symbol, t.tick);
  const qty = lotsText(symbol, t.lots);
  return {
    id: t.id,
    price,
    qty,
    quoteQty: (Number(price) * Number(qty)).toFixed(8),
    time: t.time,
    isBuyerMaker: t.buyerIsMaker,
  };
}

/** `/fapi/v1/premiumIndex`. */
export function premiumIndexJson(market: SymbolMarket, now: number): object {
  const { symbol } = market;
  return {
    symbol: symbol.id,
    markPrice: market.mark.toFixed(8),
    indexPrice: market.last.toFixed(8),
    estimatedSettlePrice: market.last.toFixed(8),
    lastFundingRate: market.fundingRate(now).toFixed(8),
    interestRate: '0.00010000',
    nextFundingTime: market.nextFunding(now),
    time: now,
  };
}

/** The `markPriceUpdate` stream event. */
export function markPriceEvent(market: SymbolMarket, now: number): object {
  return {
    e: 'markPriceUpdate',
    E: now,
    s: market.symbol.id,
    p: market.mark.toFixed(8),
    i: market.last.toFixed(8),
    P: market.last.toFixed(8),
    r: market.fundingRate(now).toFixed(8),
    T: market.nextFunding(now),
  };
}

function emptyDay(time: number): Kline {
  return { time, open: 0, high: 0, low: 0, close: 0, volume: 0, trades: 0 };
}
