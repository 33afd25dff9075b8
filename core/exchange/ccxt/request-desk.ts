import { AsyncLocalStorage } from 'node:async_hooks';
import { TidegateError } from '../../foundation/errors.ts';
import type { Rng } from '../../foundation/rng.ts';
import { type Attempts, backoffMs } from '../backoff.ts';
import { type ExchangeClock, pause } from '../exchange-clock.ts';
import type { LimiterPool } from '../limiter-pool.ts';
import type { Priority } from '../rate-limiter.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { type Failure, failureOf, type RequestTrace } from './failure.ts';
import type { VenueProfile } from './venue-profile.ts';

/** How often reads are tried. Writes are sent once: what became of them is looked up, not tried again. */
const ATTEMPTS: Readonly<Record<Priority, Attempts>> = {
  exit: { attempts: 3, firstMs: 200, mostMs: 1_000 },
  entry: { attempts: 3, firstMs: 200, mostMs: 1_000 },
  reconcile: { attempts: 5, firstMs: 300, mostMs: 5_000 },
  data: { attempts: 4, firstMs: 500, mostMs: 10_000 },
};

interface Running extends RequestTrace {
  readonly priority: Priority;
}

/** A call that failed for good, with what its error means. */
export class CallFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason);
    this.name = 'CallFailed';
    this.failure = failure;
  }
}

export interface RequestDeskParts {
  readonly client: CcxtClient;
  readonly profile: VenueProfile;
  readonly limits: LimiterPool;
  readonly clock: ExchangeClock;
  readonly rng: Rng;
  readonly secrets: readonly string[];
  /** Synchronises the venue's clock. */
  readonly syncClock: () => Promise<void>;
  readonly onFailure: (failure: Failure) => void;
  readonly onAnswer: () => void;
}

/**
 * Every HTTP request of a client passes here: it waits for the limiter by the urgency of the call it belongs to, headers of answers feed the limiter,
 * limits and bans stop everything. Urgency travels with the asynchronous context, since ccxt's calls may send several requests.
 */
export class RequestDesk {
  readonly #parts: RequestDeskParts;
  readonly #context = new AsyncLocalStorage<Running>();
  #isClosed = false;

  constructor(parts: RequestDeskParts) {
    this.#parts = parts;
    const { client } = parts;
    const fetch2 = client.fetch2.bind(client);
    client.fetch2 = async (path, api, method = 'GET', params = {}, headers, body, config = {}) => {
      const running = this.#context.getStore();
      const cost = client.calculateRateLimiterCost(api, method, path, params, config);
      await this.#limiter(api).take(cost, running?.priority ?? 'data', () => this.#isClosed);
      if (running) {
        running.sent++;
        running.status = 0;
      }
      // Signed after the wait, so that its timestamp is fresh.
      return fetch2(path, api, method, params, headers, body, config);
    };
    const onRestResponse = client.onRestResponse.bind(client);
    client.onRestResponse = (status, text, url, method, headers, body, ...more) => {
      const running = this.#context.getStore();
      if (running) {
        running.status = status;
        running.headers = headers;
      }
      const used = parts.profile.usedFraction?.(headers);
      if (used !== undefined && used !== null && Number.isFinite(used)) this.#limiterOf(url).observe(used);
      return onRestResponse(status, text, url, method, headers, body, ...more);
    };
  }

  /** Nothing leaves any more, not even what waits for its turn. */
  close(): void {
    this.#isClosed = true;
  }

  /** A read: tried again while its failures are temporary. @throws CallFailed */
  async read<T>(priority: Priority, call: () => Promise<T>): Promise<T> {
    const { rng, clock } = this.#parts;
    const { attempts } = ATTEMPTS[priority];
    for (let failures = 0; ; ) {
      const result = await this.once(priority, call);
      if ('value' in result) return result.value;
      failures++;
      if (!result.failure.isTemporary || failures >= attempts || result.failure.until !== null)
        throw new CallFailed(result.failure);
      await pause(clock, backoffMs(ATTEMPTS[priority], failures, rng));
    }
  }

  /** A request that is sent once; only a wrong clock is set right and the request sent again: the venue refused it unseen. */
  async write<T>(
    priority: Priority,
    call: () => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly failure: Failure }> {
    const result = await this.once(priority, call);
    return 'failure' in result && result.failure.isClock ? this.once(priority, call) : result;
  }

  /** Sends a call once and says what became of it. */
  async once<T>(
    priority: Priority,
    call: () => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly failure: Failure }> {
    const { profile, clock, secrets, syncClock, onFailure, onAnswer, limits } = this.#parts;
    const running: Running = { priority, sent: 0, status: 0, headers: {} };
    try {
      const value = await this.#context.run(running, call);
      onAnswer();
      return { value };
    } catch (error) {
      const failure = failureOf(error, running, profile, clock.now(), secrets);
      if (failure.banMs !== null) limits.ban(clock.now() + failure.banMs, failure.reason);
      onFailure(failure);
      if (failure.isClock) await syncClock().catch(() => {});
      return { failure };
    }
  }

  /** Requests that a call sends on its way have this urgency; what becomes of it is the caller's. */
  within<T>(priority: Priority, call: () => Promise<T>): Promise<T> {
    return this.#context.run({ priority, sent: 0, status: 0, headers: {} }, call);
  }

  /** A watch met an error: a refused key or a ban is told as for any request. */
  told(error: unknown): void {
    const { profile, clock, secrets, onFailure } = this.#parts;
    onFailure(failureOf(error, { sent: 1, status: 0, headers: {} }, profile, clock.now(), secrets));
  }

  #limiter(api: unknown) {
    return this.#parts.limits.of(this.#parts.profile.bucketOf?.(api) ?? 'all');
  }

  #limiterOf(url: string) {
    const path = url.replace(/^\w+:\/\/[^/]+\//, '');
    return this.#limiter(path);
  }
}

/** What a caller of a port meets when a read failed for good. */
export function readError(error: unknown, exchange: string, what: string): TidegateError {
  if (!(error instanceof CallFailed)) throw error;
  const { failure } = error;
  const parts = { where: exchange, cause: error, details: { venueCode: failure.venueCode, until: failure.until } };
  const said = `${what}: ${failure.reason}`;
  if (failure.code === 'key')
    return new TidegateError('EXCHANGE_KEY', `the exchange refused the key (${said})`, {
      ...parts,
      remedy: 'Check key, secret, address list and permissions.',
    });
  if (failure.until !== null || failure.code === 'rate-limit')
    return new TidegateError('EXCHANGE_BANNED', `no requests may leave for a while (${said})`, {
      ...parts,
      remedy: 'It goes on by itself; other programs on this address may use up its limit.',
    });
  if (failure.code === 'unsupported')
    return new TidegateError('EXCHANGE_UNSUPPORTED', `the exchange does not offer this (${said})`, {
      ...parts,
      remedy: `"tidegate show exchange ${exchange}" has what it does.`,
    });
  if (failure.kind === 'unknown' || failure.isTemporary)
    return new TidegateError('EXCHANGE_UNAVAILABLE', `the exchange did not answer (${said})`, {
      ...parts,
      remedy: 'Look at the network and at the status page of the exchange; a bot that runs tries again by itself.',
    });
  return new TidegateError('EXCHANGE_REFUSED', `the exchange refused (${said})`, {
    ...parts,
    remedy: 'Its own words say why; the same request would be refused again.',
  });
}
