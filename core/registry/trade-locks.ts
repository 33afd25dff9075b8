import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { ClosedTrades, TradeLock } from '../ports/trading-modules.ts';

/** Looks at the trades as they were when trade `k` had just closed (older ones have larger `k`), and locks or not. */
export type LockRule = (trades: ClosedTrades, k: number) => TradeLock | null;

/**
 * Locks that follow from the closed trades alone: a cache of a pure function, so that a restart, which brings the trades back, brings the locks
 * back too. The base of protections. Amortised O(1) rule calls per closed trade.
 */
export class TradeLocks {
  readonly #rule: LockRule;
  readonly #until = new Map<string, number>();
  #trades: ClosedTrades | null = null;
  #seen = 0;

  constructor(rule: LockRule) {
    this.#rule = rule;
  }

  /** End of the lock on a pair (its own or the general one) given the trades so far; -Infinity when it never was locked. */
  until(trades: ClosedTrades, pair: string): number {
    this.#read(trades);
    const own = this.#until.get(pair) ?? Number.NEGATIVE_INFINITY;
    const general = this.#until.get('*') ?? Number.NEGATIVE_INFINITY;
    return Math.max(own, general);
  }

  /** All locks that hold at a time (ms UTC), in the order in which their pairs were first locked. */
  current(trades: ClosedTrades, time: number): TradeLock[] {
    this.#read(trades);
    return [...this.#until].flatMap(([pair, until]) => (time < until ? [{ pair, until }] : []));
  }

  #read(trades: ClosedTrades): void {
    if (trades !== this.#trades || trades.count < this.#seen) {
      this.#until.clear();
      this.#seen = 0;
      this.#trades = trades;
    }
    for (; this.#seen < trades.count; this.#seen++) {
      const lock = this.#rule(trades, trades.count - 1 - this.#seen);
      if (lock && lock.until > (this.#until.get(lock.pair) ?? Number.NEGATIVE_INFINITY))
        this.#until.set(lock.pair, lock.until);
    }
  }
}

/** Options that give a span as minutes or as candles of a timeframe. */
export interface SpanOptions {
  readonly minutes: number | undefined;
  readonly candles: number | undefined;
  readonly timeframe: string | undefined;
}

/**
 * A span in ms from minutes, or from candles of the timeframe.
 * @param option its name in the options without the unit, for the error: `duration`
 * @throws TidegateError PLUGIN_OPTION when both or neither are given, or candles without a timeframe
 */
export function spanMs(module: string, option: string, span: SpanOptions, fallbackMinutes?: number): number {
  const { minutes, candles, timeframe: frame } = span;
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('PLUGIN_OPTION', `risk "${module}" ${what}`, { remedy });
  };
  if (minutes !== undefined && candles !== undefined)
    refuse(`got both ${option}Minutes and ${option}Candles`, 'Give one of them.');
  if (minutes !== undefined) return minutes * 60_000;
  if (candles !== undefined) {
    if (frame === undefined)
      return refuse(
        `counts ${option}Candles but does not know how long a candle is`,
        `Add timeframe: "5m" (the strategy's), or give ${option}Minutes.`,
      );
    return candles * timeframe(frame).ms;
  }
  if (fallbackMinutes === undefined)
    return refuse(`needs a ${option}`, `Give ${option}Minutes, or ${option}Candles with timeframe.`);
  return fallbackMinutes * 60_000;
}
