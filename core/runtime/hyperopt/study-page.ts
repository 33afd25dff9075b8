import type { Space, Trial } from '../../hyperopt/index.ts';
import { number, percent, signedPercent, stretch } from '../../report/format.ts';
import { renderStudy } from '../../report/study/render-study.ts';
import type { StudyAxis, StudySample, StudyTrial } from '../../report/study/study-data.ts';
import { nameOf, type SearchReport } from './report-search.ts';
import type { TrialMetrics } from './trial-report.ts';

const YEAR = Math.sqrt(365);

/** The page of a search. */
export function studyPage(report: SearchReport, space: Space): string {
  const { result, verdict, train, test, objectives } = report;
  const best = report.rows.find((r) => r.name === 'best');
  const held = best?.test?.metrics;
  return renderStudy({
    title: `${report.strategy}: ${objectives.map((o) => o.name).join(', ')}`,
    lead: report.pairs.join(' · '),
    isSynthetic: report.dataKind === 'synthetic',
    chips: [
      `tuned on ${stretch(train)}`,
      test ? `held out ${stretch(test)}` : 'nothing held out',
      report.timeframe === 'ticks' ? 'trades and books' : `${report.timeframe} candles`,
      `${report.sampler}, seed ${report.seed}`,
    ],
    hash: result.hash,
    study: report.study,
    objectives: objectives.map((o) => ({ name: o.name, isMaximised: o.direction === 'maximize' })),
    axes: space.dims.map(axisOf),
    trials: result.trials.map(trialOf),
    samples: report.rows.flatMap((row): StudySample[] => [
      sampleOf(nameOf(row), 'tuned on', row.train),
      ...(row.test ? [sampleOf('', 'held out', row.test)] : []),
    ]),
    front: result.front.map((t) => t.number),
    best: result.best?.number ?? null,
    importance: verdict.importance,
    numbers: [
      {
        name: 'Best trial',
        value: result.best ? number(result.best.values[0]!, 3) : '–',
        under: result.best ? `${objectives[0]!.name}, trial ${result.best.number} of ${result.trials.length}` : '',
      },
      {
        name: 'Profit held out',
        value: held ? signedPercent(held.profit) : '–',
        under: best ? `tuned on: ${signedPercent(best.train.metrics.profit)}` : '',
      },
      {
        name: 'Deflated Sharpe ratio',
        value: percent(verdict.deflatedSharpe, 1),
        under: `over ${verdict.trials} trials; 95 % and more counts`,
      },
      {
        name: 'Probability of overfitting',
        value: percent(verdict.pbo, 0),
        under: `${verdict.pboSplits} splits (CSCV); 50 % is chance`,
      },
      {
        name: 'SPA p-value',
        value: number(verdict.reality?.spa.consistent ?? Number.NaN, 3),
        under: 'best against doing nothing',
      },
      {
        name: 'Plateau',
        value: number(verdict.neighbourhood.plateau),
        under: `${verdict.neighbourhood.neighbours} trials nearby; 1 = as good, 0 = a spike`,
      },
    ],
    words: verdict.words,
    notes: [
      ...report.notes,
      `Luck alone would be expected to show a Sharpe ratio of ${number(verdict.expectedMaxSharpe * YEAR)} a year as the best of as many trials.`,
    ],
  });
}

function axisOf(dim: Space['dims'][number]): StudyAxis {
  const text = (value: unknown) => (typeof value === 'number' ? String(Number(value.toPrecision(3))) : String(value));
  const categories =
    dim.kind === 'choice' || dim.kind === 'bool'
      ? Array.from({ length: dim.count }, (_, k) => text(dim.decode(dim.centre(k))))
      : null;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((u) => text(dim.decode(dim.count > 0 ? dim.centre(dim.cell(u)) : u)));
  return { name: dim.name, group: dim.group, categories, ticks };
}

function trialOf(t: Trial): StudyTrial {
  const m = t.attrs as unknown as Partial<TrialMetrics>;
  return {
    number: t.number,
    state: t.state,
    isFeasible: t.constraints.every((c) => c <= 0),
    values: t.values,
    at: t.unit,
    params: Object.entries(t.params)
      .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(5)) : String(value)}`)
      .join(' '),
    profit: m.profit ?? null,
    drawdown: m.drawdown ?? null,
    trades: m.trades ?? null,
  };
}

function sampleOf(
  name: string,
  period: string,
  { values, metrics }: { readonly values: readonly number[]; readonly metrics: TrialMetrics },
): StudySample {
  return {
    name,
    period,
    values,
    profit: metrics.profit,
    drawdown: metrics.drawdown,
    sharpe: (metrics.sharpePerDay ?? Number.NaN) * YEAR,
    trades: metrics.trades,
  };
}
