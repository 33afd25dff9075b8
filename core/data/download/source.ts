import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { CandleType } from '../../ports/market-data.ts';

/** One page of candles: [opening time ms, open, high, low, close, volume]. */
export type CandleRow = readonly [number, number, number, number, number, number];

/** What a request costs at the exchange and how much may be spent a minute. */
export interface RequestCosts {
  /** Weight that all requests of one minute may have together. */
  readonly perMinute: number;
  readonly candles: (limit: number) => number;
  readonly funding: number;
  readonly openInterest: number;
  readonly trades: number;
  readonly book: number;
  readonly markets: number;
}

/** The part of an exchange that downloading needs. Times ms UTC. Failures are `RequestFailure`. */
export interface DownloadSource {
  readonly exchange: string;
  readonly costs: RequestCosts;
  /** Rows that one candle request may ask for. */
  readonly candleLimit: number;
  candles(
    pair: string,
    timeframe: string,
    since: number,
    limit: number,
    type: CandleType,
  ): Promise<readonly CandleRow[]>;
  funding(pair: string, since: number, limit: number): Promise<readonly (readonly [time: number, rate: number])[]>;
  openInterest(pair: string, since: number, limit: number): Promise<readonly (readonly [number, number, number])[]>;
  /** Trades from `since` on, oldest first: [time, price, amount, side]. */
  trades(pair: string, since: number, limit: number): Promise<readonly (readonly [number, number, number, number])[]>;
  /** The book now: [price, amount] per level, best first. */
  book(pair: string): Promise<{
    readonly time: number;
    readonly bids: readonly (readonly [number, number])[];
    readonly asks: readonly (readonly [number, number])[];
  }>;
  specs(pairs: readonly string[]): Promise<readonly InstrumentSpec[]>;
  /** The exchange's own time, ms UTC: which of its candles are closed is not for our clock to say. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Why a request failed. `refused` (unknown pair, bad argument) is not tried again; the others are. */
export class RequestFailure extends Error {
  readonly kind: 'rate-limit' | 'unavailable' | 'refused';
  /** What the exchange's Retry-After said, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: RequestFailure['kind'], message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'RequestFailure';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Waiting and telling time, for tests to stand in. */
export interface DownloadClock {
  now(): number;
  /** Ends early, without error, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
