import { lowerBound } from '../../domain/candles.ts';
import type { RunResult } from '../../domain/run-result.ts';
import type { CurveSummary } from '../../metrics/run-summary.ts';
import { summarizeCurve } from '../../metrics/summarize-curve.ts';
import { tradeMeasures } from '../../metrics/trade-measures.ts';
import { date, number, percent, signedPercent } from '../format.ts';
import { type Html, html } from '../html.ts';
import { type Cell, card, table } from './table.ts';

/** The run before and after the moment (ms UTC) up to which its parameters were tuned; in-sample figures flatter. */
export function sampleSplit(result: RunResult, outOfSampleFrom: number): Html {
  const inside = part(result, Number.NEGATIVE_INFINITY, outOfSampleFrom);
  const outside = part(result, outOfSampleFrom, Number.POSITIVE_INFINITY);
  const row = (name: string, of: (p: Part) => string): Cell[] => [
    { text: name, isText: true },
    { text: of(inside) },
    { text: of(outside) },
  ];
  const rows = [
    row('Total return', (p) => signedPercent(p.curve.totalReturn)),
    row('CAGR', (p) => signedPercent(p.curve.cagr)),
    row('Sharpe', (p) => number(p.curve.sharpe)),
    row('Max drawdown', (p) => percent(p.curve.maxDrawdown)),
    row('Trades closed', (p) => number(p.trades.trades, 0)),
    row('Win rate', (p) => percent(p.trades.winRate, 1)),
    row('Profit factor', (p) => number(p.trades.profitFactor)),
  ];
  return card(
    'In-sample and out-of-sample',
    table(['', `Tuned on (before ${date(outOfSampleFrom)})`, `Never seen (from ${date(outOfSampleFrom)})`], rows, {
      isSortable: false,
    }),
    {
      isWide: true,
      note: html`Only the right column says what to expect: the left one was chosen because it looked good.`,
    },
  );
}

interface Part {
  readonly curve: CurveSummary;
  readonly trades: ReturnType<typeof tradeMeasures>;
}

function part({ equity, trades, inputs }: RunResult, from: number, to: number): Part {
  // A point at the boundary closes the last candle of the earlier part.
  const first = lowerBound(equity.time, from + 1);
  const last = lowerBound(equity.time, to + 1);
  const startBalance = first > 0 ? equity.equity[first - 1]! : inputs.startingBalance;
  const startTime = first > 0 ? equity.time[first - 1]! : inputs.from;
  const time = equity.time.subarray(first, last);
  const own = trades
    .filter((t) => t.closeTime > from && t.closeTime <= to)
    .toSorted((a, b) => a.closeTime - b.closeTime);
  return {
    curve: summarizeCurve(time, equity.equity.subarray(first, last), { startBalance, startTime, periodsPerYear: 365 })
      .summary,
    trades: tradeMeasures(own.map((t) => t.profitAbs)),
  };
}
