import type { EventTable } from '../../domain/candles.ts';
import { readCsv } from './csv.ts';
import { amountIn } from './fields.ts';
import { summaryTime } from './summary-time.ts';

const HEADER = [
  'create_time',
  'symbol',
  'sum_open_interest',
  'sum_open_interest_value',
  'count_toptrader_long_short_ratio',
  'sum_toptrader_long_short_ratio',
  'count_long_short_ratio',
  'sum_taker_long_short_vol_ratio',
] as const;
const NAMES = {
  sum_open_interest: 'amount',
  sum_open_interest_value: 'value',
  count_toptrader_long_short_ratio: 'topTraderCountRatio',
  sum_toptrader_long_short_ratio: 'topTraderAmountRatio',
  count_long_short_ratio: 'longShortRatio',
  sum_taker_long_short_vol_ratio: 'takerVolumeRatio',
} as const;

/**
 * Reads `metrics` of data.binance.vision (every five minutes): open interest (`amount` base units, `value` quote units) with the long to short
 * ratios beside it. A ratio that the archive leaves empty is NaN; open interest must be there. Times ms UTC.
 * @throws TidegateError BOOK_IMPORT naming line and field
 */
export function importMetrics(bytes: Uint8Array, where = 'metrics', symbol?: string): EventTable {
  const csv = readCsv(bytes, where, { names: HEADER, symbol });
  const time = csv.column('create_time');
  const columns = Object.entries(NAMES).map(([from, to]) => ({
    at: csv.column(from),
    to,
    isNeeded: to === 'amount' || to === 'value',
  }));
  const times: number[] = [];
  const values: Record<string, number[]> = Object.fromEntries(columns.map(({ to }) => [to, []]));
  csv.forEach((fields, line) => {
    times.push(summaryTime(fields, time, line, where));
    for (const { at, to, isNeeded } of columns)
      values[to]!.push(isNeeded || fields[at]?.trim() ? amountIn(fields, at, line, where) : Number.NaN);
  });
  return {
    length: times.length,
    time: Float64Array.from(times),
    values: Object.fromEntries(Object.entries(values).map(([name, rows]) => [name, Float64Array.from(rows)])),
  };
}
