import type { Params, StudyHead } from '../hyperopt/index.ts';
import { clip, dateTime, fall, number, percent, signedPercent, stretch } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';
import { nameOf, type SampleRow, type SearchReport } from '../runtime/hyperopt/report-search.ts';
import type { TrialMetrics } from '../runtime/hyperopt/trial-report.ts';

/** Why trials are left out of what is best, and what to do where all are. */
export const INFEASIBLE =
  'a trial that closes fewer trades than --min-trades (10 unless given), or falls deeper than --max-drawdown, is not feasible: lower the one, raise the other, or take a longer time range';

/** What a search found, in and out of sample, and how far it can be trusted. */
export function searchText(report: SearchReport): string {
  const { train, test, objectives, rows, result } = report;
  const counts = ['complete', 'pruned', 'failed'].map(
    (state) => `${result.trials.filter((t) => t.state === state).length} ${state}`,
  );
  // The Sharpe ratio stands in the table anyway.
  const beside = <T>(ofEach: readonly T[]) => ofEach.filter((_, k) => objectives[k]!.name !== 'sharpe');
  const names = beside(objectives).map((o) => o.name);
  const table = textTable(['', 'period', ...names, 'profit', 'drawdown', 'Sharpe', 'trades', 'won'], 2);
  for (const row of rows) {
    const { train: seen, test: unseen } = row;
    table.push(cells(nameOf(row), 'tuned on', beside(seen.values), seen.metrics));
    if (unseen) table.push(cells('', 'held out', beside(unseen.values), unseen.metrics));
  }
  const head = [
    `${report.strategy}  ${report.pairs.join(', ')}  ${report.timeframe}  ${counts.join(', ')} of ${result.trials.length} trials (${report.sampler}, seed ${report.seed})`,
    `tuned on ${stretch(train)}${test ? `, held out ${stretch(test)}` : ', nothing held out'}`,
    ...(report.dataKind === 'synthetic' ? ['Synthetic market: not real prices.'] : []),
  ];
  if (rows.length === 0) return `${head.join('\n')}\nNo trial was completed and feasible: ${INFEASIBLE}.\n`;
  const best = rows.find((r) => r.name === 'best');
  const lines = [...head, '', table.toString(), ''];
  if (best) lines.push(`parameters of the best trial: ${paramText(best.params)}`, '');
  if (objectives.length > 1) lines.push(`Pareto front: ${result.front.map((t) => `#${t.number}`).join(' ')}`, '');
  const isNoneFeasible = rows.every((row) => row.name === 'as it is');
  if (isNoneFeasible) lines.push(`No trial is feasible, so none is the best: ${INFEASIBLE}.`);
  else lines.push(...verdictLines(report, best));
  lines.push('', `study ${report.study}, result ${result.hash}`);
  for (const note of report.notes) lines.push(`note: ${note}`);
  return `${lines.join('\n')}\n`;
}

function verdictLines({ verdict }: SearchReport, best: SampleRow | undefined): string[] {
  const { importance, neighbourhood, reality } = verdict;
  const luck = [
    `deflated Sharpe ratio ${percent(verdict.deflatedSharpe, 1)} over ${verdict.trials} trials (luck alone: ${number(verdict.expectedMaxSharpe * Math.sqrt(365))} a year)`,
    ...(Number.isFinite(verdict.pbo) ? [`probability of overfitting ${percent(verdict.pbo, 0)}`] : []),
    ...(reality ? [`SPA p-value ${number(reality.spa.consistent, 3)}`] : []),
  ];
  return [
    luck.join(', '),
    ...(best?.test ? [`held out: Sharpe ratio above zero with probability ${percent(best.testProbability, 1)}`] : []),
    ...(importance.length > 0
      ? [
          `what mattered: ${importance
            .slice(0, 6)
            .map((i) => `${i.name} ${percent(i.share, 0)}`)
            .join(', ')}`,
        ]
      : []),
    ...(neighbourhood.neighbours > 0
      ? [
          `around the best: ${neighbourhood.neighbours} trials nearby, plateau ${number(neighbourhood.plateau)} (1 = as good, 0 = a spike)`,
        ]
      : []),
    verdict.words,
  ];
}

function cells(name: string, period: string, values: readonly number[], m: TrialMetrics): (string | number)[] {
  return [name, period, ...values.map((v) => number(v, 3)), ...metricCells(m)];
}

/** Profit, drawdown, annual Sharpe ratio, trades and share won. */
export function metricCells(m: TrialMetrics): string[] {
  return [
    signedPercent(m.profit),
    fall(m.drawdown),
    number((m.sharpePerDay ?? Number.NaN) * Math.sqrt(365)),
    number(m.trades, 0),
    percent(m.wins / m.trades, 1),
  ];
}

/** `fast=12 slow=26`, numbers with the figures that count. */
export function paramText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(6)) : String(value)}`)
    .join(' ');
}

/** Studies, one line each. */
export function studiesText(studies: readonly StudyHead[]): string {
  const table = textTable(
    ['study', 'made', 'sampler', 'objective', 'complete', 'pruned', 'failed', 'best', 'value'],
    4,
  );
  for (const s of studies)
    table.push([
      clip(s.name, 44),
      dateTime(Math.floor(s.createdAt / 60_000) * 60_000),
      s.sampler,
      s.objectives.map((o) => o.name).join('+'),
      s.counts.complete,
      s.counts.pruned,
      s.counts.failed,
      s.best ? `#${s.best.number}` : '–',
      s.best ? s.best.values.map((v) => number(v, 3)).join(' ') : '–',
    ]);
  return table.toString();
}
