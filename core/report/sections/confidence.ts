import type { RunSummary } from '../../metrics/run-summary.ts';
import { number, percent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table } from './table.ts';

/** How far the Sharpe ratio can be believed, in figures and in words. */
export function confidence({ confidence: c }: RunSummary): Html {
  const rows: readonly (readonly [string, string])[] = [
    ['Sharpe ratio a day', number(c.sharpePerDay, 4)],
    ['Days', number(c.days, 0)],
    ['Probability that the true one is above 0', percent(c.probabilistic, 1)],
    ['Trials behind the parameters', number(c.trials, 0)],
    ['Best a day that chance would show in them', number(c.expectedMaxSharpePerDay, 4)],
    ['Deflated: probability above that', percent(c.deflated, 1)],
    ['Days needed for 95 % confidence', number(c.minTrackRecordDays, 0)],
  ];
  const cells = rows.map(([name, value]): Cell[] => [{ text: name, isText: true }, { text: value }]);
  const body = html`${table(['', ''], cells, { isSortable: false })}<p>${verdict(c)}</p>`;
  return card('Could this be luck?', body, {
    note: 'Probabilistic and deflated Sharpe ratio (Bailey and López de Prado): skewness, fat tails, sample length and the number of trials taken into account.',
  });
}

function verdict({ trials, deflated, days }: RunSummary['confidence']): string {
  const tried = trials > 1 ? `the best of ${trials} trials` : 'a single trial';
  if (!Number.isFinite(deflated)) return 'There is too little movement to say anything.';
  if (days < 30) return `Only ${days} days: too few for any conclusion.`;
  if (deflated >= 0.95)
    return `As ${tried} this is hard to explain by luck alone. It can still be overfitted to this market.`;
  if (deflated >= 0.5) return `As ${tried} this may well be luck: the usual bar is 95 %.`;
  return `As ${tried} this is what luck alone would be expected to show.`;
}
