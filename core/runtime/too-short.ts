import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';

/** What was loaded of a pair: rows in all, the first that would be traded, rows needed before it, and the range asked for, history included. */
interface LoadedRows {
  readonly length: number;
  readonly startRow: number;
  readonly warmup: number;
  readonly range: { readonly from?: number; readonly to?: number };
}

/** Too few candles to warm up, or fewer than two to trade: says how many there are, and what is stored. */
export async function tooShort(
  { data, exchange, from }: BacktestOptions,
  pair: string,
  frame: string,
  { length, startRow, warmup, range }: LoadedRows,
): Promise<TidegateError> {
  const stored = (await data.list()).filter((s) => s.exchange === exchange && s.pair === pair && s.type === 'candles');
  const have =
    stored.length > 0
      ? `Stored are ${minuteOf(Math.min(...stored.map((s) => s.first)))} to ${minuteOf(Math.max(...stored.map((s) => s.last)))}. `
      : '';
  const refuse = (what: string, remedy: string) =>
    new TidegateError('DATA_TOO_SHORT', what, { where: data.root, remedy: `${have}${remedy}` });
  if (startRow > warmup && from !== undefined) {
    const rows = length - startRow;
    return refuse(
      `${pair} ${frame} has ${rows === 1 ? '1 candle' : `${rows} candles`}${rangeWords({ ...range, from })}, and a run needs two`,
      'Give another time range, or download what is missing.',
    );
  }
  return refuse(
    `${pair} ${frame} has ${length} candles${rangeWords(range)}; ${warmup} are needed to warm up and two to trade`,
    'Load more history, or shorten the indicators or the time range.',
  );
}

const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

function rangeWords({ from, to }: LoadedRows['range']): string {
  if (from === undefined && to === undefined) return '';
  return ` from ${from === undefined ? 'its start' : minuteOf(from)} to ${to === undefined ? 'its end' : minuteOf(to)}`;
}
