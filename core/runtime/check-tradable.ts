import type { InstrumentSpec } from '../domain/instrument.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';

/** Refuses a pair that this account cannot trade at all. @throws TidegateError CONFIG_VALUE */
export function checkTradable(spec: InstrumentSpec, options: BacktestOptions): void {
  const { stakeCurrency, stakeAmount } = options;
  if (spec.settle !== stakeCurrency)
    throw new TidegateError(
      'CONFIG_VALUE',
      `${spec.pair} settles in ${spec.settle}, the stake is in ${stakeCurrency}`,
      {
        where: 'stakeCurrency',
        remedy: `Set stakeCurrency to ${spec.settle}, or choose pairs that settle in ${stakeCurrency}.`,
      },
    );
  const most = stakeAmount === 'unlimited' ? options.startingBalance : stakeAmount;
  const leverage = spec.kind !== 'spot' ? Math.max(1, spec.maxLeverage) : 1;
  if (options.stakeSizes !== false && most * leverage < spec.minCost)
    throw new TidegateError(
      'CONFIG_VALUE',
      `a stake of ${most} ${stakeCurrency} can never reach the smallest order of ${spec.pair}, ${spec.minCost}`,
      { where: 'stakeAmount', remedy: `Give a stakeAmount of at least ${spec.minCost}.` },
    );
}
