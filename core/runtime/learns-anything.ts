import { declareMarket } from '../strategy/market.ts';
import type { Strategy } from '../strategy/strategy.ts';

/**
 * Whether a strategy learns: it has train blocks, or `features()` asks for a model, a regime or a volatility. Where none does, a run loads nothing
 * of learning, which is half of its modules.
 */
export function learnsAnything(strategy: Strategy, pair: string): boolean {
  if (Object.keys(strategy.learned).length > 0) return true;
  let isAsked = false;
  const ask = (): never => {
    isAsked = true;
    throw new Error('asked for what is learned');
  };
  try {
    strategy.features(
      declareMarket(pair, strategy.timeframe, { model: ask, regime: ask, states: ask, volatility: ask }),
    );
  } catch {
    // What `features()` throws by itself it will throw again when it is asked in earnest.
  }
  return isAsked;
}
