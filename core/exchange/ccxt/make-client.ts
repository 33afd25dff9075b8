import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { CcxtClient } from './ccxt-client.ts';
import type { VenueProfile } from './venue-profile.ts';
import { KNOWN_VENUES } from './venues/profile-of.ts';

/** What a venue asks of whoever trades: from the environment or the config, never printed. */
export interface ExchangeKeys {
  readonly apiKey?: string;
  readonly secret?: string;
  /** OKX's passphrase. */
  readonly password?: string;
  /** Hyperliquid. */
  readonly walletAddress?: string;
  readonly privateKey?: string;
}

export interface ClientOptions {
  /** ccxt's id. */
  readonly id: string;
  readonly profile: VenueProfile;
  readonly keys?: ExchangeKeys;
  /** `http://127.0.0.1:8470`: another server that speaks the venue's protocol, such as the replay exchange. */
  readonly url?: string;
  readonly testnet?: boolean;
  readonly timeoutMs?: number;
}

type Urls = string | { readonly [name: string]: Urls };
type Described = CcxtClient & { readonly exceptions: Readonly<Record<string, { readonly exact?: object }>> };

/**
 * The unmodified ccxt for a venue, its own limiter and retries off. ccxt is loaded here and only here: it takes half a second.
 * @throws TidegateError EXCHANGE_UNKNOWN, EXCHANGE_NO_TESTNET
 */
export async function makeClient(options: ClientOptions): Promise<CcxtClient> {
  const client = await plainClient(options);
  options.profile.prepare?.(client);
  return client;
}

async function plainClient(options: ClientOptions): Promise<CcxtClient> {
  const { id, profile, keys = {}, url, testnet = false, timeoutMs = 10_000 } = options;
  const ccxt = (await import('ccxt')).default as unknown as {
    readonly pro: Readonly<Record<string, new (settings?: object) => Described>>;
  };
  const Exchange = ccxt.pro[id];
  if (!Exchange)
    throw new TidegateError('EXCHANGE_UNKNOWN', `ccxt has no live exchange "${id}"`, {
      remedy: `${didYouMean(id, Object.keys(ccxt.pro))} Proven here: ${KNOWN_VENUES.join(', ')}.`.trim(),
    });
  const settings = {
    ...keys,
    enableRateLimit: false,
    timeout: timeoutMs,
    options: {
      ...profile.options,
      // We wait before we connect again. A wait of ccxt's own cannot be called off: it would open a socket that nobody holds any more.
      ws: { backoff: { base: 0 } },
      maxRetriesOnFailure: 0,
      OHLCVLimit: 10,
      tradesLimit: 1_000,
      ordersLimit: 1_000,
    },
  };
  if (url !== undefined) {
    const client = new Exchange({ ...settings, ...elsewhere(new Exchange(), id, url) });
    // Without it ccxt refuses ws:// addresses.
    await client.loadHttpProxyAgent();
    return client;
  }
  const client = new Exchange(settings);
  if (!testnet) return client;
  if (profile.testnet === 'sandbox') client.setSandboxMode(true);
  else if (profile.testnet === 'demo' && client.enableDemoTrading) client.enableDemoTrading(true);
  else
    throw new TidegateError('EXCHANGE_NO_TESTNET', `${id} has no test network that ccxt can reach`, {
      remedy: 'Rehearse in dry-run, or on the replay exchange ("tidegate replay").',
    });
  return client;
}

/** Settings that move a venue to another server: its HTTP paths stay, its streams go where ccxt's own rules still recognise them. */
function elsewhere(described: Described, id: string, url: string): object {
  const base = url.replace(/\/+$/, '');
  const ws = base.replace(/^http/, 'ws');
  const api = rebased(described.urls.api as Urls, base) as Readonly<Record<string, Urls>>;
  if (!id.startsWith('binance')) return { urls: { api } };
  const table = described.exceptions[id === 'binanceusdm' ? 'linear' : 'spot']?.exact ?? {};
  return {
    urls: {
      api: {
        ...api,
        // ccxt takes a message for spot when its address contains /stream, and splits futures by an address that ends in /ws.
        ws: {
          spot: `${ws}/stream/ws`,
          margin: `${ws}/stream/ws`,
          future: `${ws}/ws`,
          'ws-api': { spot: `${ws}/ws-api/v3` },
        },
      },
    },
    // ccxt chooses its table of errors by the real address.
    exceptions: { exact: table },
  };
}

function rebased(urls: Urls, base: string): Urls {
  if (typeof urls !== 'string')
    return Object.fromEntries(Object.entries(urls).map(([name, inner]) => [name, rebased(inner, base)]));
  const to = urls.startsWith('ws') ? base.replace(/^http/, 'ws') : base;
  return urls.replace(/^\w+:\/\/[^/]+/, to);
}
