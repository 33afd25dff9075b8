import type { RunSummary } from '../metrics/run-summary.ts';
import { number } from './format.ts';

/**
 * Why there are none: what was asked for and refused, of the whole run.
 * @param whose ` of NAME` where only that strategy has none
 */
export function noTrades({ rejected }: RunSummary, whose = ''): string {
  const reasons = Object.entries(rejected).sort((a, b) => b[1] - a[1]);
  if (reasons.length === 0)
    return `No trades${whose}, and nothing was refused: no entry was signalled, or none filled.`;
  const words = reasons.map(([reason, count]) => `${number(count, 0)} × ${reason.replaceAll('_', ' ')}`);
  const remedy = REMEDY[reasons[0]![0]];
  return `No trades${whose}. Signals ${whose && 'of the run '}were refused: ${words.join(', ')}.${remedy ? ` ${remedy}` : ''}`;
}

/** What to do where the commonest reason is one of the settings. */
const REMEDY: Readonly<Record<string, string>> = {
  below_minimum_amount: 'Raise stakeAmount: it buys less than the smallest order.',
  below_minimum_cost: 'Raise stakeAmount: it buys less than the smallest order.',
  insufficient_funds: 'Lower stakeAmount, or raise startingBalance.',
  owned_by_other_strategy:
    'A pair belongs to the strategy that opened it; with netting: true each holds a position of its own.',
  no_shorting: 'Short entries want canShort = true and a perpetual, such as BTC/USDT:USDT, or forex.',
};
