import ccxt from 'ccxt';
import { randomCandles } from '../../core/exchange/replay/price-walk.ts';
import { ReplayExchange, type ReplayOptions } from '../../core/exchange/replay/replay-exchange.ts';
import { replaySymbol } from '../../core/exchange/replay/replay-symbol.ts';
import { type ReplayServer, type ServeOptions, serveReplay } from '../../core/exchange/replay/serve-replay.ts';

/** Market time at which the tests' replays begin: 2024-01-02 00:00 UTC, one day after their first candle. */
export const START = Date.UTC(2024, 0, 2);
export const KEY = { apiKey: 'replay-key', secret: 'replay-secret' };

/** BTC and ETH on both markets, a day of history and five days ahead. */
export function testExchange(options: Partial<ReplayOptions> = {}): ReplayExchange {
  const candles = (base: string, price: number) =>
    randomCandles({ seed: 1, name: base, from: START - 86_400_000, length: 6 * 1_440, price });
  const btc = candles('BTC', 42_000);
  const eth = candles('ETH', 2_300);
  return new ReplayExchange({
    seed: 7,
    startTime: START,
    keys: [KEY, { apiKey: 'can-withdraw', secret: 's', canWithdraw: true }],
    sessionClock: () => Date.now(),
    spotDeposits: { USDT: 10_000, BTC: 0.5 },
    futuresDeposit: 10_000,
    listings: [
      {
        symbol: replaySymbol({ venue: 'futures', base: 'BTC', tickSize: 0.1, stepSize: 0.001, minNotional: 100 }),
        candles: btc,
      },
      {
        symbol: replaySymbol({ venue: 'futures', base: 'ETH', tickSize: 0.01, stepSize: 0.001, minNotional: 20 }),
        candles: eth,
      },
      { symbol: replaySymbol({ venue: 'spot', base: 'BTC', tickSize: 0.01, stepSize: 0.00001 }), candles: btc },
      { symbol: replaySymbol({ venue: 'spot', base: 'ETH', tickSize: 0.01, stepSize: 0.0001 }), candles: eth },
    ],
    ...options,
  });
}

/** A replay exchange on free ports. */
export function testServer(options: Partial<ReplayOptions> = {}, serve: ServeOptions = {}): Promise<ReplayServer> {
  return serveReplay(testExchange(options), serve);
}

type Urls = string | { readonly [name: string]: Urls };

function rebased(urls: Urls, to: string): Urls {
  if (typeof urls !== 'string')
    return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, rebased(url, to)]));
  return urls.replace(/^(https?|wss?):\/\/[^/]+/, to);
}

function settings(server: ReplayServer, venue: 'spot' | 'linear', key = KEY, extra: object = {}) {
  const described = new ccxt.pro.binanceusdm();
  const ws = server.url.replace('http', 'ws');
  const api = described.urls.api as unknown as Record<string, Urls>;
  const table = (described.exceptions as unknown as Record<string, { exact: object }>)[venue]!.exact;
  return {
    ...key,
    enableRateLimit: false,
    timeout: 4_000,
    urls: {
      api: {
        ...(rebased(api, server.url) as object),
        ws: {
          spot: `${ws}/stream/ws`,
          margin: `${ws}/stream/ws`,
          future: `${ws}/ws`,
          'ws-api': { spot: `${ws}/ws-api/v3` },
        },
      },
    },
    exceptions: { exact: table },
    ...extra,
  };
}

/** The unmodified ccxt on the futures market. */
export async function futuresClient(server: ReplayServer, extra: object = {}, key = KEY) {
  const client = new ccxt.pro.binanceusdm(settings(server, 'linear', key, extra));
  await client.loadHttpProxyAgent();
  return client;
}

/** The unmodified ccxt on the spot market. */
export async function spotClient(server: ReplayServer, extra: object = {}, key = KEY) {
  const client = new ccxt.pro.binance(
    settings(server, 'spot', key, { options: { fetchMarkets: { types: ['spot'] } }, ...extra }),
  );
  await client.loadHttpProxyAgent();
  return client;
}

/** Calls the control interface. */
export async function control(server: ReplayServer, call: string, body?: object): Promise<Record<string, unknown>> {
  const [method, path] = call.split(' ') as [string, string];
  const response = await fetch(server.controlUrl + path, { method, ...(body && { body: JSON.stringify(body) }) });
  const json = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(String(json.error));
  return json;
}
