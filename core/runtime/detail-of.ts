import { timeframe } from '../domain/timeframe.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';

/**
 * The detail timeframe of a run; null where there is none, or it is the run's own.
 * @throws TidegateError CONFIG_VALUE for one that is longer, or of which no whole number makes a candle
 */
export function detailOf({ detailTimeframe }: Pick<BacktestOptions, 'detailTimeframe'>, frame: string): string | null {
  if (detailTimeframe === undefined || detailTimeframe === frame) return null;
  const detail = timeframe(detailTimeframe);
  const whole = timeframe(frame);
  const refuse = (why: string) =>
    new TidegateError('CONFIG_VALUE', `a detail of ${detailTimeframe} ${why}`, {
      where: 'detailTimeframe',
      remedy: 'Give a shorter timeframe, such as 1m, or leave it out.',
    });
  if (detail.bars) throw refuse('does not end by the clock');
  if (whole.bars) return detailTimeframe;
  if (detail.ms > whole.ms) throw refuse(`is longer than ${frame}`);
  if (whole.ms % detail.ms !== 0) throw refuse(`does not make up ${frame}`);
  return detailTimeframe;
}
