import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import type { SearchNeeds } from './probe-needs.ts';

/** A stretch of time, ms UTC, end exclusive. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** What is traded, and what must be loaded for it: the given range, or all that every pair has. @throws TidegateError DATA_TOO_SHORT */
export async function periodOf(
  options: BacktestOptions,
  { startup, warmup }: Pick<SearchNeeds, 'startup' | 'warmup'>,
): Promise<{ readonly period: Period; readonly range: Period }> {
  const { data, exchange, pairs } = options;
  const source = options.strategies[0]!;
  const strategy = source.create(source.parameters ? { parameters: source.parameters } : {});
  const frame = timeframe(options.timeframe ?? strategy.timeframe);
  const spans = await Promise.all(
    pairs.map(async (pair) => {
      const table = await data.candles(exchange, pair, frame.name, {
        ...(options.from !== undefined && { from: options.from - startup * frame.ms }),
        ...(options.to !== undefined && { to: options.to }),
      });
      if (table.length <= warmup + 1)
        throw new TidegateError(
          'DATA_TOO_SHORT',
          `${pair} ${frame.name} has ${table.length} candles; ${warmup} are needed to warm up`,
          { where: data.root, remedy: 'Load more history, or shorten the time range or the indicators.' },
        );
      return { first: table.time[0]!, ready: table.time[warmup]!, last: table.time[table.length - 1]! };
    }),
  );
  const ready = Math.min(...spans.map((s) => s.ready));
  const from = Math.max(options.from ?? Number.NEGATIVE_INFINITY, ready);
  const to = Math.min(options.to ?? Number.POSITIVE_INFINITY, Math.max(...spans.map((s) => s.last)) + frame.ms);
  if (!(to - from > 20 * frame.ms))
    throw new TidegateError('DATA_TOO_SHORT', 'fewer than 20 candles are left to search on', {
      where: data.root,
      remedy: 'Take a longer time range.',
    });
  const first = Math.min(...spans.map((s) => s.first));
  return { period: { from, to }, range: { from: Math.max(first, from - startup * frame.ms), to } };
}
