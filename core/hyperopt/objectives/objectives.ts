import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import type { ObjectiveFunction } from './objective-input.ts';
import {
  maxDrawdownLoss,
  maxDrawdownPerPairLoss,
  maxDrawdownRelativeLoss,
  multiMetricLoss,
  onlyProfitLoss,
  profitDrawdownLoss,
  shortTradeDurationLoss,
} from './profit-and-drawdown.ts';
import { calmarLoss, sharpeLoss, sortinoLoss } from './ratios.ts';

/** Freqtrade's losses by name. The daily variants are the same as the plain ones here, since all ratios are of daily account returns. */
export const OBJECTIVES: Readonly<Record<string, ObjectiveFunction>> = {
  SharpeHyperOptLoss: sharpeLoss,
  SharpeHyperOptLossDaily: sharpeLoss,
  SortinoHyperOptLoss: sortinoLoss,
  SortinoHyperOptLossDaily: sortinoLoss,
  CalmarHyperOptLoss: calmarLoss,
  OnlyProfitHyperOptLoss: onlyProfitLoss,
  MaxDrawDownHyperOptLoss: maxDrawdownLoss,
  MaxDrawDownRelativeHyperOptLoss: maxDrawdownRelativeLoss,
  MaxDrawDownPerPairHyperOptLoss: maxDrawdownPerPairLoss,
  ProfitDrawDownHyperOptLoss: profitDrawdownLoss,
  MultiMetricHyperOptLoss: multiMetricLoss,
  ShortTradeDurHyperOptLoss: shortTradeDurationLoss,
};

/** @throws TidegateError OBJECTIVE_UNKNOWN */
export function objectiveByName(name: string): ObjectiveFunction {
  const found = OBJECTIVES[name];
  if (found) return found;
  throw new TidegateError('OBJECTIVE_UNKNOWN', `there is no objective "${name}"`, {
    where: 'hyperopt.objective',
    remedy: `${didYouMean(name, Object.keys(OBJECTIVES))} Objectives: ${Object.keys(OBJECTIVES).join(', ')}.`.trim(),
  });
}
