import { TidegateError } from '../../foundation/errors.ts';
import type { FeaturePlan } from '../../indicators/plan.ts';
import { Strategy } from '../../strategy/strategy.ts';
import type { StrategySource } from '../backtest-options.ts';
import { hearsTicksAlone } from '../check-hears-candles.ts';
import { declareFeatures } from '../wire-slots.ts';

/** A plan that computes nothing: what is declared is all that is asked. */
const NO_PLAN = { add: () => undefined } as unknown as FeaturePlan;

/**
 * Whether a strategy can only run on trades and books: it says what it needs of them in `ticks()`, declares features of ticks, or decides in `onTrade`,
 * `onBook` or `onTimer` and not in `onCandle`.
 */
export function needsTicks({ create, parameters, name }: StrategySource, pair: string): boolean {
  const strategy = create(parameters ? { parameters } : {});
  if (strategy.ticks !== Strategy.prototype.ticks) return true;
  if (hearsTicksAlone(strategy).length > 0) return true;
  try {
    declareFeatures(strategy, name, pair, NO_PLAN, undefined);
    return false;
  } catch (error) {
    // Anything else is told where the session is made.
    return error instanceof TidegateError && error.code === 'STRATEGY_NEEDS_TICKS';
  }
}
