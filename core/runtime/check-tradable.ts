import type { InstrumentSpec } from '../domain/instrument.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';

/** Refuses inverse contracts, and pairs that settle in another currency than the stake's. @throws TidegateError CONFIG_VALUE */
export function checkSettlement({ pair, kind, base, settle }: InstrumentSpec, stakeCurrency: string): void {
  if (kind === 'perpetual' && settle === base)
    throw new TidegateError('CONFIG_VALUE', `${pair} is an inverse contract: its margin and profit are in ${base}`, {
      where: 'pairs',
      remedy: 'Only linear contracts are traded, such as BTC/USDT:USDT.',
    });
  if (settle !== stakeCurrency)
    throw new TidegateError('CONFIG_VALUE', `${pair} settles in ${settle}, the stake is in ${stakeCurrency}`, {
      where: 'stakeCurrency',
      remedy: `Set stakeCurrency to ${settle}, or choose pairs that settle in ${stakeCurrency}.`,
    });
}

/** Refuses a pair that this account cannot trade at all. @throws TidegateError CONFIG_VALUE */
export function checkTradable(spec: InstrumentSpec, options: BacktestOptions): void {
  const { stakeCurrency, stakeAmount } = options;
  checkSettlement(spec, stakeCurrency);
  // Freqtrade lets every order of such a run fail.
  if (options.fills === 'freqtrade') return;
  const most = stakeAmount === 'unlimited' ? options.startingBalance : stakeAmount;
  const leverage = spec.kind !== 'spot' ? Math.max(1, spec.maxLeverage) : 1;
  if (options.stakeSizes !== false && most * leverage < spec.minCost)
    throw new TidegateError(
      'CONFIG_VALUE',
      `a stake of ${most} ${stakeCurrency} can never reach the smallest order of ${spec.pair}, ${spec.minCost}`,
      { where: 'stakeAmount', remedy: `Give a stakeAmount of at least ${spec.minCost}.` },
    );
}
