import { money, number, percent, signedMoney } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';
import type { LearningStudy, Variant } from '../runtime/learning/study-learning.ts';

/** A study of a strategy that learns, for the terminal. */
export function learningTable({
  blocks,
  gate,
  ensembles,
  costs,
  costsOf,
  run,
  buyAndHold,
  isSynthetic,
  strategy,
}: LearningStudy): string {
  const parts: string[] = [];
  const kind = isSynthetic ? ', on a synthetic market: not real prices' : '';
  parts.push(`${strategy}: ${signedMoney(run.profit)} after costs, buy and hold ${signedMoney(buyAndHold)}${kind}`);
  const learnt = textTable(['block', 'pair', 'trainings', 'AUC', 'hits', 'went up', 'moves']);
  for (const b of blocks)
    learnt.push([
      b.block,
      b.pair,
      number(b.trainings, 0),
      number(b.auc, 3),
      percent(b.hitRate, 1),
      percent(b.upShare, 1),
      number(b.moved, 0),
    ]);
  if (blocks.length > 0) parts.push(`Out of sample (an AUC of 0.5 is chance)\n${learnt.toString()}`);
  if (gate.length > 0) {
    const out = textTable(['confidence', ...HEADS]);
    for (const one of gate) out.push([number(one.confidence, 2), ...cells(one)]);
    parts.push(`Confidence gate: the best row here was chosen by hindsight\n${out.toString()}`);
  }
  for (const { ensemble, hitRate, members, alike } of ensembles) {
    const out = textTable(['without', ...HEADS, 'hits without', 'own hits']);
    out.push(['(as it is)', ...cells(run), percent(hitRate, 1), '']);
    for (const one of members)
      out.push([one.member, ...cells(one), percent(one.hitRate, 1), percent(one.ownHitRate, 1)]);
    parts.push(`Ensemble ${ensemble}\n${out.toString()}`);
    for (const { a, b, correlation } of alike)
      parts.push(`warning: ${a} and ${b} correlate by ${number(correlation, 2)}: they are one opinion, not two`);
  }
  const multiples = textTable([costsOf, ...HEADS]);
  for (const one of costs) multiples.push([`${number(one.factor, 0)} x`, ...cells(one)]);
  parts.push(`Costs\n${multiples.toString()}`);
  return `${parts.join('\n\n')}\n`;
}

const HEADS = ['trades', 'won', 'profit', 'fees'];

function cells({ trades, winRate, profit, fees }: Variant): string[] {
  return [number(trades, 0), percent(winRate, 1), signedMoney(profit), money(fees)];
}
