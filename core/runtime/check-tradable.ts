import { strategyOverrides } from '../config/schema.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { TidegateError } from '../foundation/errors.ts';
import { CALLBACKS, type Strategy } from '../strategy/strategy.ts';
import type { BacktestOptions } from './backtest-options.ts';
import { checkSurface } from './check-surface.ts';

/** Refuses inverse contracts: profit in their own coin is another sum. @throws TidegateError CONFIG_VALUE */
function checkLinear({ pair, kind, base, settle }: InstrumentSpec): void {
  if (kind === 'perpetual' && settle === base)
    throw new TidegateError('CONFIG_VALUE', `${pair} is an inverse contract: its margin and profit are in ${base}`, {
      where: 'pairs',
      remedy: 'Only linear contracts are traded, such as BTC/USDT:USDT.',
    });
}

/** Refuses inverse contracts, and pairs that settle in another currency than the stake's. @throws TidegateError CONFIG_VALUE */
export function checkSettlement(spec: InstrumentSpec, stakeCurrency: string): void {
  checkLinear(spec);
  const { pair, settle } = spec;
  if (settle !== stakeCurrency)
    throw new TidegateError('CONFIG_VALUE', `${pair} settles in ${settle}, the stake is in ${stakeCurrency}`, {
      where: 'stakeCurrency',
      remedy: `Set stakeCurrency to ${settle}, or choose pairs that settle in ${stakeCurrency}.`,
    });
}

/** Refuses a pair that this account cannot trade at all. @throws TidegateError CONFIG_VALUE */
export function checkTradable(spec: InstrumentSpec, options: BacktestOptions): void {
  // Freqtrade's backtester counts what any quote currency brings as stake, and lets orders fail that are too small.
  if (options.fills === 'freqtrade') return checkLinear(spec);
  const { stakeCurrency, stakeAmount } = options;
  checkSettlement(spec, stakeCurrency);
  const most = stakeAmount === 'unlimited' ? options.startingBalance : stakeAmount;
  const leverage = spec.kind !== 'spot' ? Math.max(1, spec.maxLeverage) : 1;
  if (options.stakeSizes !== false && most * leverage < spec.minCost)
    throw new TidegateError(
      'CONFIG_VALUE',
      `a stake of ${most} ${stakeCurrency} can never reach the smallest order of ${spec.pair}, ${spec.minCost}`,
      { where: 'stakeAmount', remedy: `Give a stakeAmount of at least ${spec.minCost}.` },
    );
}

/** Refuses a fixed stake that the whole account cannot pay: no position would ever open. @throws TidegateError CONFIG_VALUE */
export function checkStake({ stakeAmount, startingBalance, stakeSizes }: BacktestOptions): void {
  if (stakeAmount === 'unlimited' || stakeAmount <= startingBalance || stakeSizes === false) return;
  throw new TidegateError(
    'CONFIG_VALUE',
    `stakeAmount ${stakeAmount} is more than the starting balance ${startingBalance}`,
    { where: 'stakeAmount', remedy: 'Lower stakeAmount, raise startingBalance, or use "unlimited".' },
  );
}

const ATTRIBUTES = Object.keys(strategyOverrides.shape) as (keyof typeof strategyOverrides.shape)[];

const AsyncFunction = (async () => undefined).constructor;

/**
 * Refuses attributes that mean nothing (a stop of "5%", NaN or above 0 would silently be none), and callbacks that answer with promises.
 * @throws TidegateError STRATEGY_ATTRIBUTE, STRATEGY_ASYNC, STRATEGY_NAME
 */
export function checkAttributes(strategy: Strategy, name: string): void {
  checkSurface(strategy, name);
  const parsed = strategyOverrides.safeParse(Object.fromEntries(ATTRIBUTES.map((key) => [key, strategy[key]])));
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], strategy);
    throw new TidegateError(
      'STRATEGY_ATTRIBUTE',
      `${name}.${path.join('.')} cannot be ${typeof value === 'number' ? value : (JSON.stringify(value) ?? 'absent')}: ${message}`,
      {
        remedy:
          path[0] === 'stoploss'
            ? 'A stop of five percent is -0.05; -1 is none.'
            : 'The guide "Writing a strategy" lists all attributes.',
      },
    );
  }
  for (const callback of CALLBACKS)
    if (strategy[callback] instanceof AsyncFunction)
      throw new TidegateError('STRATEGY_ASYNC', `${name}.${callback} is async, and nothing waits for it`, {
        remedy: 'Take "async" away: callbacks answer at once; data from outside comes in through a source module.',
      });
}
