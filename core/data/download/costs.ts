import type { RequestCosts } from './source.ts';

/** Binance USDⓈ-M futures: 2,400 a minute per address; klines cost by limit (developers.binance.com, "Kline Candlestick Data", 2025). */
export const BINANCE_FUTURES_COSTS: RequestCosts = {
  perMinute: 2400,
  candles: (limit) => (limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10),
  // Funding history has a limit of its own, 500 in 5 minutes: as if each took a hundredth of a minute's weight.
  funding: 24,
  // Likewise 1,000 in 5 minutes.
  openInterest: 12,
  trades: 20,
  book: 20,
  markets: 1,
};

/** Binance spot: 6,000 a minute; klines cost 2 whatever the limit. */
export const BINANCE_SPOT_COSTS: RequestCosts = {
  perMinute: 6000,
  candles: () => 2,
  funding: 1,
  openInterest: 1,
  trades: 4,
  book: 50,
  markets: 20,
};

/** Any other exchange: one unit per request, as many as its stated interval between requests allows. */
export function evenCosts(intervalMs: number): RequestCosts {
  const perMinute = Math.max(1, Math.floor(60_000 / Math.max(1, intervalMs)));
  return { perMinute, candles: () => 1, funding: 1, openInterest: 1, trades: 1, book: 1, markets: 1 };
}
