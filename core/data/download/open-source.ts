import { setTimeout as sleep } from 'node:timers/promises';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { CcxtHandle } from './ccxt-handle.ts';
import { ccxtSource } from './ccxt-source.ts';
import type { DownloadClock, DownloadSource } from './source.ts';

/** The wall clock. */
export const wallClock: DownloadClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    // An abort ends the wait early; the caller looks at the signal.
    await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {});
  },
};

export interface OpenSourceOptions {
  readonly exchange: string;
  /** Decides between an exchange's spot and futures sides where ccxt has them apart. */
  readonly isPerpetual: boolean;
  /** Instead of the real one: `http://127.0.0.1:8080` of a simulator. */
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
}

/**
 * Opens an exchange through ccxt (loaded here and only here: it takes half a second).
 * @throws TidegateError DOWNLOAD_EXCHANGE for an unknown one
 */
export async function openSource(options: OpenSourceOptions): Promise<DownloadSource> {
  const { exchange, isPerpetual, baseUrl, timeoutMs = 15_000 } = options;
  const ccxt = (await import('ccxt')).default as unknown as Readonly<Record<string, unknown>> & { exchanges: string[] };
  const ccxtId = exchange === 'binance' && isPerpetual ? 'binanceusdm' : exchange;
  if (!ccxt.exchanges.includes(ccxtId))
    throw new TidegateError('DOWNLOAD_EXCHANGE', `ccxt knows no exchange "${exchange}"`, {
      remedy: `${didYouMean(exchange, ccxt.exchanges)} Common ones: binance, bybit, okx, kraken, coinbase.`.trim(),
    });
  const Exchange = ccxt[ccxtId] as new (settings: object) => CcxtHandle & { readonly urls: { readonly api: unknown } };
  const settings = {
    enableRateLimit: false,
    timeout: timeoutMs,
    options: {
      fetchCurrencies: false,
      fetchMargins: false,
      defaultType: isPerpetual ? 'swap' : 'spot',
      // Binance's spot class would ask for its futures markets too.
      ...(ccxtId === 'binance' && { fetchMarkets: { types: ['spot'] } }),
    },
  };
  const plain = new Exchange(settings);
  const handle = baseUrl ? new Exchange({ ...settings, urls: { api: rebased(plain.urls.api, baseUrl) } }) : plain;
  return ccxtSource(exchange, ccxtId, handle, wallClock);
}

/** All HTTP addresses of a ccxt `urls.api` moved to another host, their paths kept. */
export function rebased(api: unknown, baseUrl: string): unknown {
  if (typeof api === 'string') {
    if (!api.startsWith('http')) return api;
    const { pathname } = new URL(api.replace(/[{}]/g, ''));
    return `${baseUrl}${pathname === '/' ? '' : pathname}`;
  }
  if (typeof api !== 'object' || api === null) return api;
  return Object.fromEntries(Object.entries(api).map(([name, value]) => [name, rebased(value, baseUrl)]));
}
