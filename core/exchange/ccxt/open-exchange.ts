import { seeded } from '../../foundation/rng.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import { type ExchangeClock, wallClock } from '../exchange-clock.ts';
import { LimiterPool, type SharedLimits } from '../limiter-pool.ts';
import { CcxtExchange } from './ccxt-exchange.ts';
import { type ExchangeKeys, makeClient } from './make-client.ts';
import type { Expected } from './stream-desk.ts';
import { profileOf, usualKind } from './venues/profile-of.ts';

export interface OpenExchangeOptions {
  /** As ccxt calls it. */
  readonly name: string;
  /** Default: perpetuals where the venue is known for them (binanceusdm, bybit, okx, hyperliquid), else spot. */
  readonly kind?: 'spot' | 'perpetual';
  readonly keys?: ExchangeKeys;
  /** Another server that speaks the venue's protocol: `http://127.0.0.1:8470`. */
  readonly url?: string;
  readonly testnet?: boolean;
  readonly timeoutMs?: number;
  readonly clock?: ExchangeClock;
  /** Of back-off jitter. */
  readonly seed?: string | number;
  /** Shared between all connections of the process. */
  readonly limits?: SharedLimits;
  readonly expected?: Partial<Expected>;
  readonly candleGraceMs?: number;
}

/**
 * An account at an exchange, through ccxt, not yet opened: call `open()`. Loads ccxt (half a second).
 * @throws TidegateError EXCHANGE_UNKNOWN, EXCHANGE_NO_TESTNET
 */
export async function openExchange(options: OpenExchangeOptions): Promise<ExchangePort> {
  const { keys = {}, clock = wallClock, seed = 1, url, testnet, timeoutMs } = options;
  const kind = options.kind ?? usualKind(options.name);
  // ccxt has Binance's two markets apart.
  const id = options.name === 'binance' && kind === 'perpetual' ? 'binanceusdm' : options.name;
  const profile = profileOf(id, kind);
  const client = await makeClient({
    id,
    profile,
    keys,
    ...(url !== undefined && { url }),
    ...(testnet !== undefined && { testnet }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const makePool = () => new LimiterPool(clock, client.rateLimit, profile.burstMs);
  const secrets = Object.values(keys).filter((key): key is string => typeof key === 'string' && key !== '');
  return new CcxtExchange({
    name: id,
    kind,
    client,
    profile,
    clock,
    secrets,
    ownsLimits: options.limits === undefined,
    limits: options.limits?.pool(`${id}${testnet ? ' testnet' : ''} ${url ?? ''}`, makePool) ?? makePool(),
    rng: seeded(seed),
    ...(options.expected && { expected: options.expected }),
    ...(options.candleGraceMs !== undefined && { candleGraceMs: options.candleGraceMs }),
  });
}
