import { TidegateError } from '../foundation/errors.ts';
import type { Strategy } from '../strategy/strategy.ts';

/**
 * Refuses a strategy that decides on trades, books or timers alone: over candles signals count in `onCandle` only, and its result would only say that it did
 * not trade.
 * @throws TidegateError STRATEGY_NEEDS_TICKS
 */
export function checkHearsCandles(strategy: Strategy, name: string, pairs: readonly string[]): void {
  const heard = hearsTicksAlone(strategy);
  if (heard.length === 0) return;
  throw new TidegateError(
    'STRATEGY_NEEDS_TICKS',
    `${name} decides in ${heard.join(' and ')} and has no onCandle, where a run on candles takes its signals`,
    {
      where: name,
      remedy: `Give it stored trades and books: tidegate backtest --ticks -s ${name} --pairs ${pairs.join(',')} ("tidegate ticks import" and "tidegate record" bring them).`,
    },
  );
}

/** What a strategy decides in where that is on trades, books or timers alone; empty where it decides on candles, or on nothing. */
export function hearsTicksAlone(strategy: Strategy): readonly ('onTrade' | 'onBook' | 'onTimer')[] {
  if (strategy.onCandle !== undefined) return [];
  return (['onTrade', 'onBook', 'onTimer'] as const).filter((callback) => strategy[callback] !== undefined);
}
