import { createHmac } from 'node:crypto';
import { randomCandles } from './price-walk.ts';
import { ReplayExchange, type ReplayOptions } from './replay-exchange.ts';
import { replaySymbol } from './replay-symbol.ts';
import { RestDesk } from './rest.ts';

/** First market time. */
export const START = Date.UTC(2024, 0, 2);
/** Wall time of the session, ms. */
export const SESSION = 1_700_000_000_000;

/** BTC on both markets around 40,000, without limits of rate, and a client that signs. */
export function make(options: Partial<ReplayOptions> = {}) {
  const candles = randomCandles({
    seed: 3,
    name: 'BTC',
    from: START - 7_200_000,
    length: 3_000,
    price: 40_000,
    sigma: 0.002,
  });
  const exchange = new ReplayExchange({
    seed: 5,
    startTime: START,
    stepMs: 5_000,
    keys: [{ apiKey: 'k', secret: 's' }],
    sessionClock: () => SESSION,
    futuresDeposit: 1_000,
    spotDeposits: { USDT: 1_000, BTC: 0.1 },
    limits: {
      futures: { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerMinute: 1e9 },
      spot: { weightPerMinute: 1e9, ordersPer10s: 1e9, ordersPerMinute: 1e9 },
    },
    listings: [
      { symbol: replaySymbol({ venue: 'futures', base: 'BTC', tickSize: 0.1, stepSize: 0.001 }), candles },
      { symbol: replaySymbol({ venue: 'spot', base: 'BTC', tickSize: 0.01, stepSize: 0.00001 }), candles },
    ],
    ...options,
  });
  const rest = new RestDesk(exchange);
  /** A signed request; `at` is the client's clock. */
  const ask = (call: string, params: Record<string, string | number | boolean> = {}, at = SESSION) => {
    const [method, path] = call.split(' ') as [string, string];
    const text = new URLSearchParams({
      ...Object.fromEntries(Object.entries(params).map(([k, v]) => [k, String(v)])),
      timestamp: String(at),
      recvWindow: '5000',
    }).toString();
    const signed = `${text}&signature=${createHmac('sha256', 's').update(text).digest('hex')}`;
    const isBody = method === 'POST' || method === 'PUT';
    const answer = rest.handle({ method, path, query: isBody ? '' : signed, body: isBody ? signed : '', apiKey: 'k' });
    return {
      status: answer.status,
      get json() {
        return JSON.parse(answer.body) as Record<string, never>;
      },
    };
  };
  return { exchange, rest, ask };
}
