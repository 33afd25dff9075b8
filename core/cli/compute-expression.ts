import { GridData } from '../columns/grid-data.ts';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { FeaturePlan } from '../indicators/plan.ts';
import { candleSeries } from '../indicators/series.ts';
import { parseExpression } from './feature-expression.ts';

const GRID = { pair: 'file', timeframe: '1m', type: 'candles' };

/**
 * The values of an expression over the columns of a file, one per row.
 * @throws TidegateError FEATURE_SYNTAX, FEATURE_UNKNOWN, FEATURE_OPTION, FEATURE_INPUT; DATA_COLUMNS where the file lacks a column that it needs
 */
export function computeExpression(
  text: string,
  columns: Readonly<Record<string, Float64Array>>,
  file: string,
): Float64Array {
  const names = Object.keys(columns);
  const series = parseExpression(text, candleSeries(GRID), names);
  const rows = Object.values(columns)[0]?.length ?? 0;
  const grid = GridData.whole('file', columns, columns.time ?? new Float64Array(rows));
  const plan = new FeaturePlan(() => grid, GRID.timeframe);
  try {
    const column = plan.add(series);
    plan.advance();
    return column.values;
  } catch (cause) {
    const missing = cause instanceof TidegateError && /has no column "(.*)"/.exec(cause.message)?.[1];
    if (!missing) throw cause;
    throw new TidegateError('DATA_COLUMNS', `there is no column "${missing}", which "${text}" needs`, {
      where: file,
      remedy: didYouMean(missing, names) || `It has ${names.join(', ')}.`,
    });
  }
}
