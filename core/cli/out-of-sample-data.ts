import { dataKindOf } from '../ports/market-data.ts';
import { number, percent, signedPercent, stretch } from '../report/format.ts';
import type {
  Growth,
  OutOfSampleCurve,
  OutOfSamplePage,
  OutOfSampleStep,
} from '../report/out-of-sample/out-of-sample-page.ts';
import type { CrossReport } from '../runtime/hyperopt/cross-validate.ts';
import type { LoadedSearch } from '../runtime/hyperopt/search.ts';
import type { TrialMetrics } from '../runtime/hyperopt/trial-report.ts';
import type { WalkCurve, WalkReport } from '../runtime/hyperopt/walk-forward.ts';

const EFFICIENCY = 'growth out of sample over growth in sample; 1: nothing lost';

/** What the page of a walk-forward shows. */
export function walkPageData(search: LoadedSearch, report: WalkReport): OutOfSamplePage {
  const { tuned, asItIs, steps } = report;
  return {
    ...headOf(search, 'walk-forward'),
    word: 'window',
    steps: steps.map(
      ({ window, best, train, test, asItIs: own }): OutOfSampleStep => ({
        name: String(window.index + 1),
        train: [window.train],
        test: [window.test],
        params: best?.params,
        inSample: growthOf(train),
        out: growthOf(test),
        asItIs: growthOf(own),
      }),
    ),
    curves: [
      curveOf('tuned afresh for each window', 'accent', tuned, search),
      curveOf('the strategy as it is', 'up', asItIs, search),
    ],
    numbers: [
      growthBox('Out of sample', tuned),
      growthBox('As it is', asItIs),
      { name: 'Efficiency', value: number(report.efficiency), under: EFFICIENCY },
      {
        name: 'Windows that earned',
        value: percent(report.winningShare, 0),
        under: `of ${steps.filter(({ test }) => test).length} traded`,
      },
    ],
  };
}

/** What the page of a cross-validation shows: of its paths the worst, the median and the best. */
export function crossPageData(search: LoadedSearch, report: CrossReport): OutOfSamplePage {
  const { groups, paths, asItIs } = report;
  const order = [...paths].sort((a, b) => a.totalReturn - b.totalReturn);
  const [worst, median, best] = [order[0]!, order[order.length >> 1]!, order.at(-1)!];
  const many = paths.length > 1;
  return {
    ...headOf(search, 'cross-validation'),
    word: 'split',
    steps: report.splits.map(({ train, testGroups, best: chosen, trained, tested }): OutOfSampleStep => {
      const traded = tested.filter((metrics) => metrics !== undefined);
      return {
        name: testGroups.map((g) => g + 1).join(' and '),
        train,
        test: testGroups.map((g) => groups[g]!),
        params: chosen?.params,
        inSample: growthOf(trained),
        out: chosen && {
          profit: traded.reduce((grown, { profit }) => grown * (1 + profit), 1) - 1,
          drawdown: Math.max(0, ...traded.map(({ drawdown }) => drawdown)),
          trades: traded.reduce((sum, { trades }) => sum + trades, 0),
        },
      };
    }),
    curves: [
      ...(many ? [curveOf('worst path', 'down', worst, search)] : []),
      curveOf(many ? 'median path' : 'tuned', 'accent', median, search),
      ...(many ? [curveOf('best path', 'dim', best, search)] : []),
      curveOf('the strategy as it is', 'up', asItIs, search),
    ],
    numbers: [
      growthBox(many ? 'Median path' : 'Out of sample', median),
      growthBox('As it is', asItIs),
      { name: 'Efficiency', value: number(report.efficiency), under: EFFICIENCY },
      {
        name: 'Paths that earned',
        value: percent(report.winningShare, 0),
        under: `of ${paths.length}; ${percent(report.betterShare, 0)} more than as it is`,
      },
    ],
  };
}

function headOf({ options, period, plan, identity }: LoadedSearch, what: string) {
  return {
    title: `${options.strategies[0]!.name}: ${what}`,
    lead: options.pairs.join(' · '),
    isSynthetic: dataKindOf(options.data, options.exchange) === 'synthetic',
    chips: [
      stretch(period),
      identity.timeframe === 'ticks' ? 'trades and books' : `${identity.timeframe} candles`,
      `${plan.epochs} trials each for ${plan.objectives.join(', ')}`,
      `${plan.sampler}, seed ${plan.seed}`,
    ],
    notes: options.notes ?? [],
  };
}

function growthOf(metrics: TrialMetrics | undefined): Growth | undefined {
  return metrics && { profit: metrics.profit, drawdown: metrics.drawdown, trades: metrics.trades };
}

function curveOf(name: string, colour: string, curve: WalkCurve, { options }: LoadedSearch): OutOfSampleCurve {
  return { name, colour, time: curve.time, equity: curve.equity.map((value) => value / options.startingBalance) };
}

function growthBox(name: string, curve: WalkCurve) {
  const sharpe = number(curve.sharpePerDay * Math.sqrt(365));
  return {
    name,
    value: signedPercent(curve.totalReturn),
    under: `drawdown ${percent(curve.maxDrawdown)}, Sharpe ${sharpe} a year`,
  };
}
