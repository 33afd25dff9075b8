import { expect, it } from 'vitest';
import { failureOf } from './ccxt-failure.ts';
import type { CcxtHandle } from './ccxt-handle.ts';
import { ccxtSource } from './ccxt-source.ts';
import { specOf } from './ccxt-spec.ts';
import { rebased } from './open-source.ts';

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

it.each(['', '[{"fundingTime": 170', '<html>maintenance</html>'])(
  'takes an answer that is no JSON for a fault, not for one without rows: %j',
  async (last_http_response) => {
    const none = async () => [];
    const empty = {
      fetchOHLCV: none,
      fetchFundingRateHistory: none,
      fetchOpenInterestHistory: none,
      fetchTrades: none,
    };
    const asked = (answer: string) => {
      const from = source(handleOf(0, { ...empty, last_http_response: answer }));
      return [
        from.candles(PAIR, '1m', 0, 10, 'candles'),
        from.funding(PAIR, 0, 10),
        from.openInterest(PAIR, 0, 10),
        from.trades(PAIR, 0, 10),
      ];
    };
    for (const answer of asked(last_http_response))
      await expect(answer).rejects.toMatchObject({
        kind: 'unavailable',
        message: 'binance answered something that is no JSON',
      });
    expect(await Promise.all(asked('[]'))).toEqual([[], [], [], []]);
  },
);

it('takes an answer without markets for a fault, and asks for them anew', async () => {
  const handle = { ...handleOf(0), markets: {} as CcxtHandle['markets'] };
  const from = source(handle);
  await expect(from.candles(PAIR, '1m', 0, 10, 'candles')).rejects.toMatchObject({
    kind: 'unavailable',
    message: 'binance named no markets',
  });
  handle.markets = handleOf(0).markets;
  expect(await from.candles(PAIR, '1m', 0, 10, 'candles')).toHaveLength(1);
});

it('names the nearest pair for one that there is not', async () => {
  await expect(source(handleOf(0)).candles('BTC/USTD', '1m', 0, 10, 'candles')).rejects.toThrow(
    'binance has no pair "BTC/USTD". Did you mean "BTC/USDT"?',
  );
});

it('tells ccxt errors apart by class', () => {
  class BaseError extends Error {}
  class NetworkError extends BaseError {}
  class DDoSProtection extends NetworkError {}
  class RequestTimeout extends NetworkError {}
  class BadSymbol extends BaseError {}
  const kind = (error: unknown, headers?: Record<string, string>) => {
    const failure = failureOf(error, headers, 0);
    return [failure.kind, failure.retryAfterMs];
  };
  expect(kind(new DDoSProtection('binance 429 Too Many'), { 'Retry-After': '7' })).toEqual(['rate-limit', 7_000]);
  expect(kind(new DDoSProtection('binance 418 I am a teapot'))).toEqual(['rate-limit', 120_000]);
  expect(kind(new RequestTimeout('x'))).toEqual(['unavailable', undefined]);
  expect(kind(new BadSymbol('x'))).toEqual(['refused', undefined]);
  // Such as a connection that is cut off in the midst of an answer, which ccxt passes on as it is.
  expect(kind(new TypeError('other side closed'))).toEqual(['unavailable', undefined]);
});

it('takes tick, step and minima of a market, whatever the precision mode', () => {
  const market = {
    symbol: 'BTC/USDT:USDT',
    base: 'BTC',
    quote: 'USDT',
    settle: 'USDT',
    swap: true,
    linear: true,
    maker: 0.0002,
    taker: 0.0004,
    limits: { amount: { min: 0.001 }, cost: { min: 100 } },
  };
  const spec = specOf('binance', { ...market, precision: { price: 0.1, amount: 0.001 } }, 4, 5);
  expect(spec).toMatchObject({
    kind: 'perpetual',
    priceTick: 0.1,
    amountStep: 0.001,
    minCost: 100,
    takerFee: 0.0004,
    validFrom: 5,
  });
  expect(specOf('x', { ...market, precision: { price: 2, amount: 3 } }, 2, 5)).toMatchObject({
    priceTick: 0.01,
    amountStep: 0.001,
  });
  expect(specOf('x', { ...market, linear: false }, 4, 5)).toBeNull();
});

it('moves addresses to another host and keeps their paths', () => {
  const api = { public: 'https://fapi.binance.com/fapi/v1', nested: { rest: 'https://{hostname}' }, ws: 'wss://x/y' };
  expect(rebased(api, 'http://127.0.0.1:9')).toEqual({
    public: 'http://127.0.0.1:9/fapi/v1',
    nested: { rest: 'http://127.0.0.1:9' },
    ws: 'wss://x/y',
  });
});
