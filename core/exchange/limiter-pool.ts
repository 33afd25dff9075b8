import type { ExchangeClock } from './exchange-clock.ts';
import { RateLimiter } from './rate-limiter.ts';

/** Share of a venue's rate that the buckets refill: with the burst, a window stays below its limit. */
const STEADY = 0.75;

/** The pools of a process. Venues count requests by address: accounts and keyless connections to the same one share a pool, and its bans. */
export class SharedLimits {
  readonly #pools = new Map<string, LimiterPool>();

  /** @param venue a name of the venue's servers, `binanceusdm` or an address */
  pool(venue: string, make: () => LimiterPool): LimiterPool {
    let pool = this.#pools.get(venue);
    if (!pool) {
      pool = make();
      this.#pools.set(venue, pool);
    }
    return pool;
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
    this.#pools.clear();
  }
}

/** The limiters of one address at one venue: one bucket per budget of the venue, bans hold for all of them. */
export class LimiterPool {
  readonly #clock: ExchangeClock;
  readonly #rateLimitMs: number;
  readonly #burstMs: number;
  readonly #buckets = new Map<string, RateLimiter>();
  readonly #listeners = new Set<(until: number, reason: string) => void>();
  #bannedUntil = 0;
  #reason = '';

  /** `rateLimitMs`: ms per unit of weight. `burstMs`: weight of so many ms may leave at once. */
  constructor(clock: ExchangeClock, rateLimitMs: number, burstMs: number) {
    this.#clock = clock;
    this.#rateLimitMs = rateLimitMs;
    this.#burstMs = burstMs;
  }

  of(bucket: string): RateLimiter {
    let limiter = this.#buckets.get(bucket);
    if (!limiter) {
      limiter = new RateLimiter({
        clock: this.#clock,
        capacity: Math.max(5, this.#burstMs / this.#rateLimitMs),
        perMs: STEADY / this.#rateLimitMs,
      });
      if (this.#bannedUntil > this.#clock.now()) limiter.ban(this.#bannedUntil, this.#reason);
      this.#buckets.set(bucket, limiter);
    }
    return limiter;
  }

  /** ms UTC; in the past when nothing is banned. */
  get bannedUntil(): number {
    return this.#bannedUntil;
  }

  ban(until: number, reason: string): void {
    if (until <= this.#bannedUntil) return;
    this.#bannedUntil = until;
    this.#reason = reason;
    for (const limiter of this.#buckets.values()) limiter.ban(until, reason);
    for (const listener of this.#listeners) listener(until, reason);
  }

  /** Told of every ban. The answer unsubscribes. */
  onBan(listener: (until: number, reason: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const limiter of this.#buckets.values()) limiter.close();
  }
}
