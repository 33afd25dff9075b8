import { Refusal } from './refusal.ts';
import type { VenueName } from './replay-symbol.ts';

/** Weight a minute and orders of one market; Binance's published limits by default. */
export interface RateLimitOptions {
  readonly weightPerMinute: number;
  readonly ordersPer10s: number;
  readonly ordersPerMinute: number;
  /** Spot; absent: there is none. */
  readonly ordersPerDay?: number;
}

/** Published limits: futures 2,400 weight a minute, 300 orders in 10 s, 1,200 a minute; spot 6,000, 100 and 200,000 a day. */
export const USUAL_LIMITS: Readonly<Record<VenueName, RateLimitOptions>> = {
  futures: { weightPerMinute: 2_400, ordersPer10s: 300, ordersPerMinute: 1_200 },
  spot: { weightPerMinute: 6_000, ordersPer10s: 100, ordersPerMinute: 4_000, ordersPerDay: 200_000 },
};

const BAN_AFTER_REFUSALS = 10;
const BAN_MS = 120_000;
const DAY_MS = 86_400_000;

/** Weights and order counts of one market, by session time: 429 above a limit, 418 for clients that go on. */
export class RateLimits {
  readonly options: RateLimitOptions;
  readonly #now: () => number;
  #minute = 0;
  #weight = 0;
  #refused = 0;
  #tenSeconds = 0;
  #orders10s = 0;
  #orders1m = 0;
  #day = 0;
  #orders1d = 0;
  bannedUntil = 0;
  /** Requests that came while banned: a correct bot sends none. */
  requestsWhileBanned = 0;

  constructor(options: RateLimitOptions, now: () => number) {
    this.options = options;
    this.#now = now;
  }

  /** Counts a request. @returns headers to send @throws Refusal 429 or 418 */
  count(weight: number, orders: number): Record<string, string> {
    const now = this.#now();
    if (now < this.bannedUntil) {
      this.requestsWhileBanned++;
      throw this.ban(this.bannedUntil);
    }
    this.#roll(now);
    this.#weight += weight;
    this.#orders10s += orders;
    this.#orders1m += orders;
    this.#orders1d += orders;
    const { weightPerMinute, ordersPer10s, ordersPerMinute, ordersPerDay = Number.POSITIVE_INFINITY } = this.options;
    if (this.#weight > weightPerMinute) {
      if (++this.#refused > BAN_AFTER_REFUSALS) this.bannedUntil = now + BAN_MS;
      throw this.tooMany(Math.ceil(((this.#minute + 1) * 60_000 - now) / 1_000));
    }
    if (orders > 0 && (this.#orders10s > ordersPer10s || this.#orders1m > ordersPerMinute))
      throw new Refusal(-1015, `Too many new orders; current limit is ${ordersPer10s} orders per TEN_SECONDS.`, 429, {
        'Retry-After': '10',
      });
    if (orders > 0 && this.#orders1d > ordersPerDay)
      throw new Refusal(-1015, `Too many new orders; current limit is ${ordersPerDay} orders per DAY.`, 429, {
        'Retry-After': String(Math.ceil(((this.#day + 1) * DAY_MS - now) / 1_000)),
      });
    return this.headers(orders > 0);
  }

  /** Orders of the running spans, as `rateLimit/order` lists them. */
  orderCounts(): readonly { readonly interval: string; readonly intervalNum: number; limit: number; count: number }[] {
    this.#roll(this.#now());
    const { ordersPer10s, ordersPerMinute, ordersPerDay } = this.options;
    return [
      { interval: 'SECOND', intervalNum: 10, limit: ordersPer10s, count: this.#orders10s },
      ordersPerDay === undefined
        ? { interval: 'MINUTE', intervalNum: 1, limit: ordersPerMinute, count: this.#orders1m }
        : { interval: 'DAY', intervalNum: 1, limit: ordersPerDay, count: this.#orders1d },
    ];
  }

  headers(withOrders: boolean): Record<string, string> {
    const weight = { 'X-MBX-USED-WEIGHT-1M': String(this.#weight) };
    if (!withOrders) return weight;
    return {
      ...weight,
      'X-MBX-ORDER-COUNT-10S': String(this.#orders10s),
      'X-MBX-ORDER-COUNT-1M': String(this.#orders1m),
    };
  }

  tooMany(retryAfterS: number): Refusal {
    return new Refusal(
      -1003,
      `Too many requests; current limit is ${this.options.weightPerMinute} request weight per 1 MINUTE. Please use the websocket for live updates to avoid polling the API.`,
      429,
      { 'Retry-After': String(retryAfterS) },
    );
  }

  /** Bans until a session time, ms. */
  ban(until: number): Refusal {
    this.bannedUntil = until;
    return new Refusal(
      -1003,
      `Way too many requests; IP banned until ${until}. Please use the websocket for live updates to avoid bans.`,
      418,
      { 'Retry-After': String(Math.ceil((until - this.#now()) / 1_000)) },
    );
  }

  #roll(now: number): void {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#weight = 0;
      this.#orders1m = 0;
      this.#refused = 0;
    }
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#orders1d = 0;
    }
    const ten = Math.floor(now / 10_000);
    if (ten === this.#tenSeconds) return;
    this.#tenSeconds = ten;
    this.#orders10s = 0;
  }
}
