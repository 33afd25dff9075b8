import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ccxt from 'ccxt';
import { expect, it } from 'vitest';
import type { CcxtHandle } from '../../core/data/download/ccxt-handle.ts';
import { ccxtSource } from '../../core/data/download/ccxt-source.ts';
import { wallClock } from '../../core/data/download/open-source.ts';

const DATA = process.env.TIDEGATE_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const recorded = join(DATA, 'ccxt/binance/extra');
const has = existsSync(recorded);
if (!has) console.log(`skipped: no recorded answers in ${recorded}`);

/** ccxt that gets recorded answers instead of the network. */
function replaying(answers: Readonly<Record<string, string>>) {
  const handle = new ccxt.binanceusdm({ enableRateLimit: false, options: { fetchCurrencies: false } });
  handle.fetch = async (url: string) => {
    const file = Object.keys(answers).find((path) => url.includes(path));
    if (!file) throw new Error(`no recorded answer for ${url}`);
    return JSON.parse(readFileSync(join(recorded, answers[file]!), 'utf8')) as unknown;
  };
  return ccxtSource('binance', 'binanceusdm', handle as unknown as CcxtHandle, wallClock);
}

it.skipIf(!has)('reads recorded klines, funding, trades and depth of Binance', async () => {
  const raw = (name: string) => JSON.parse(readFileSync(join(recorded, name), 'utf8')) as never;
  const source = replaying({
    exchangeInfo: 'http_futures_market_exchange_info.json',
    '/klines': 'http_futures_market_klines.json',
    fundingRate: 'http_futures_market_funding_rate.json',
    aggTrades: 'http_futures_market_agg_trades.json',
    depth: 'http_futures_market_depth.json',
  });
  const pair = 'BTC/USDT:USDT';
  const klines = raw('http_futures_market_klines.json') as unknown as (string | number)[][];
  const rows = await source.candles(pair, '1m', 0, 10, 'candles');
  expect(rows).toEqual(klines.map((row) => row.slice(0, 6).map(Number)));
  const rates = await source.funding(pair, 0, 10);
  expect(rates.length).toBeGreaterThan(0);
  expect(rates.every(([time, rate]) => time % 60_000 === 0 && Number.isFinite(rate))).toBe(true);
  const trades = await source.trades(pair, 0, 10);
  expect(trades.every((row) => row.every(Number.isFinite) && Math.abs(row[3]) === 1)).toBe(true);
  const { bids, asks } = await source.book(pair);
  expect(bids[0]![0]).toBeLessThan(asks[0]![0]);
});
