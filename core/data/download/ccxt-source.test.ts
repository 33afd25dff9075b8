import { expect, it } from 'vitest';
import type { CcxtHandle } from './ccxt-handle.ts';
import { ccxtSource } from './ccxt-source.ts';

const PAIR = 'BTC/USDT';

/** As ccxt's: what became of loading markets is kept, a failure too, unless they are to be loaded anew. */
function handleOf(failures: number, over: Partial<CcxtHandle> = {}): CcxtHandle {
  let left = failures;
  let kept: Promise<unknown> | undefined;
  const load = async () => {
    if (left-- > 0) throw new Error('busy');
  };
  const refuse = () => Promise.reject(new Error('not asked for here'));
  return {
    rateLimit: 50,
    precisionMode: 4,
    markets: { [PAIR]: { symbol: PAIR, base: 'BTC', quote: 'USDT' } },
    has: { fetchTime: true },
    fetchTime: async () => 5_000,
    loadMarkets(reload) {
      if (reload || !kept) kept = load();
      return kept;
    },
    fetchOHLCV: async () => [[60_000, 1, 2, 1, 2, undefined]],
    fetchFundingRateHistory: async () => [{ timestamp: 60_007, fundingRate: 1e-4 }],
    fetchOpenInterestHistory: refuse,
    fetchTrades: refuse,
    fetchOrderBook: refuse,
    close: async () => {},
    ...over,
  };
}
const clock = { now: () => 7_000, sleep: async () => {} };
const source = (handle: CcxtHandle) => ccxtSource('binance', 'binance', handle, clock);

it('loads markets anew after a failure, which ccxt would give again for ever', async () => {
  const binance = source(handleOf(2));
  for (let attempt = 0; attempt < 2; attempt++) await expect(binance.specs([PAIR])).rejects.toThrow('busy');
  expect((await binance.specs([PAIR])).map(({ pair }) => pair)).toEqual([PAIR]);
});

it("knows the exchange's time, and takes its own where it has none", async () => {
  expect(await source(handleOf(0)).now()).toBe(5_000);
  expect(await source(handleOf(0, { has: {} })).now()).toBe(7_000);
});

it('gives what is missing as no number, and stamps of funding to the minute', async () => {
  const binance = source(handleOf(0));
  expect(await binance.candles(PAIR, '1m', 0, 10, 'candles')).toEqual([[60_000, 1, 2, 1, 2, Number.NaN]]);
  expect(await binance.candles(PAIR, '1m', 0, 10, 'mark')).toEqual([[60_000, 1, 2, 1, 2, 0]]);
  expect(await binance.funding(PAIR, 0, 10)).toEqual([[60_000, 1e-4]]);
});

it('takes an answer without a body for a fault, not for no candles', async () => {
  const empty = { fetchOHLCV: async () => [] };
  await expect(
    source(handleOf(0, { ...empty, last_http_response: '' })).candles(PAIR, '1m', 0, 10, 'candles'),
  ).rejects.toMatchObject({ kind: 'unavailable' });
  const none = source(handleOf(0, { ...empty, last_http_response: '[]' }));
  expect(await none.candles(PAIR, '1m', 0, 10, 'candles')).toEqual([]);
});

it('names the nearest pair for one that there is not', async () => {
  await expect(source(handleOf(0)).candles('BTC/USTD', '1m', 0, 10, 'candles')).rejects.toThrow(
    'binance has no pair "BTC/USTD". Did you mean "BTC/USDT"?',
  );
});
