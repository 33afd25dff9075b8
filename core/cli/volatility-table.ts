import { counted, date } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';
import type { VolatilityReport } from '../runtime/learning/compare-volatility.ts';

/** A comparison for the terminal, best QLIKE first. */
export function volatilityTable(pair: string, report: VolatilityReport, horizon: number, isSynthetic: boolean): string {
  const { scores, rows, from, to, fits } = report;
  const out = textTable([
    'model',
    'QLIKE',
    'MSE',
    'MZ constant',
    'MZ slope',
    'MZ R²',
    'unbiased p',
    'DM against best',
    'p',
  ]);
  const digits = (x: number | undefined, n: number) => (x === undefined || Number.isNaN(x) ? '–' : x.toFixed(n));
  for (const { name, qlike, mse, mincerZarnowitz: mz, againstBest } of scores)
    out.push([
      name,
      digits(qlike, 4),
      mse.toExponential(3),
      mz.constant.toExponential(2),
      digits(mz.slope, 3),
      digits(mz.r2, 3),
      digits(mz.pUnbiased, 3),
      digits(againstBest?.statistic, 2),
      digits(againstBest?.pValue, 3),
    ]);
  const kind = isSynthetic ? 'Synthetic market: not real prices.\n' : '';
  return `${pair}: variance of the next ${counted(horizon, 'candle')}, ${rows} forecasts, ${date(from)} to ${date(to)}, ${fits} fits\n${kind}${out.toString()}\nLower QLIKE and MSE are better; unbiased forecasts have constant 0 and slope 1; a small last p says that the best is better by more than chance.\n`;
}
