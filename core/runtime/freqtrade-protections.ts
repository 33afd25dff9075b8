import type { Protection, ProtectionSpan } from '../engine/fills/freqtrade/ports.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { ProtectionSpec } from '../strategy/strategy.ts';

/**
 * A strategy's protections as the `freqtrade` profile takes them.
 * @throws TidegateError PROTECTION_UNKNOWN for one that this profile does not have
 */
export function protectionsOf(specs: readonly ProtectionSpec[]): Protection[] {
  return specs.map((spec) => {
    const duration = span(spec, 'duration') ?? { minutes: 60 };
    const lookback = span(spec, 'lookback');
    if (spec.name === 'cooldown') return { kind: 'cooldown', duration, ...(lookback && { lookback }) };
    if (spec.name === 'stoploss-guard')
      return {
        kind: 'stoploss-guard',
        duration,
        lookback: lookback ?? { minutes: 60 },
        tradeLimit: Number(spec.tradeLimit ?? 10),
        requiredProfit: Number(spec.requiredProfit ?? 0),
        onlyPerPair: spec.onlyPerPair === true,
      };
    const window = { duration, lookback: lookback ?? { minutes: 60 } };
    if (spec.name === 'low-profit-pairs')
      return {
        kind: 'low-profit-pairs',
        ...window,
        tradeLimit: Number(spec.tradeLimit ?? 1),
        requiredProfit: Number(spec.requiredProfit ?? 0),
      };
    if (spec.name === 'max-drawdown')
      return {
        kind: 'max-drawdown',
        ...window,
        tradeLimit: Number(spec.tradeLimit ?? 1),
        maxDrawdown: Number(spec.maxDrawdown ?? 0),
        calculation: spec.calculation === 'ratios' ? 'ratios' : 'equity',
      };
    throw new TidegateError('PROTECTION_UNKNOWN', `the freqtrade profile has no protection "${spec.name}"`, {
      remedy: 'It has cooldown, stoploss-guard, low-profit-pairs and max-drawdown; --fills honest has more.',
    });
  });
}

function span(spec: ProtectionSpec, name: 'duration' | 'lookback'): ProtectionSpan | undefined {
  const candles = spec[`${name}Candles`];
  if (typeof candles === 'number') return { candles };
  const minutes = spec[`${name}Minutes`];
  return typeof minutes === 'number' ? { minutes } : undefined;
}
