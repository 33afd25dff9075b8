import { TidegateError } from '../foundation/errors.ts';
import type { BacktestOptions } from './backtest-options.ts';

/** What was loaded of a pair: rows in all, the first that would be traded, rows needed before it, and the range asked for, history included. */
export interface LoadedRows {
  readonly length: number;
  readonly startRow: number;
  readonly warmup: number;
  readonly range: { readonly from?: number; readonly to?: number };
}

/** Too few candles to warm up, or fewer than two to trade: says how many there are, and what is stored. */
export async function tooShort(
  options: BacktestOptions,
  pair: string,
  frame: string,
  loaded: LoadedRows,
): Promise<TidegateError> {
  const { what, remedy } = shortage(options, loaded);
  return new TidegateError('DATA_TOO_SHORT', `${pair} ${frame} ${what}`, {
    where: options.data.root,
    remedy: `${await storedOf(options, pair)}${remedy}`,
  });
}

/** The same as a note, where the run goes on with the other pairs. */
export async function leftOut(
  options: BacktestOptions,
  pair: string,
  frame: string,
  loaded: LoadedRows,
): Promise<string> {
  const stored = await storedOf(options, pair);
  return `${pair}: left out of the run: ${frame} ${shortage(options, loaded).what}${stored && `. ${stored.slice(0, -2)}`}`;
}

function shortage({ from }: BacktestOptions, { length, startRow, warmup, range }: LoadedRows) {
  if (startRow > warmup && from !== undefined) {
    return {
      what: `has ${candles(length - startRow)}${rangeWords({ ...range, from })}, and a run needs two`,
      remedy: 'Give another time range, or download what is missing.',
    };
  }
  return {
    what: `has ${candles(length)}${rangeWords(range)}; ${warmup} are needed to warm up and two to trade`,
    remedy: 'Load more history, or shorten the indicators or the time range.',
  };
}

/** A sentence with a blank behind it, or nothing where nothing is stored. */
async function storedOf({ data, exchange }: BacktestOptions, pair: string): Promise<string> {
  const stored = (await data.list()).filter((s) => s.exchange === exchange && s.pair === pair && s.type === 'candles');
  if (stored.length === 0) return '';
  return `Stored are ${minuteOf(Math.min(...stored.map((s) => s.first)))} to ${minuteOf(Math.max(...stored.map((s) => s.last)))}. `;
}

const candles = (count: number): string => (count === 1 ? '1 candle' : `${count} candles`);
const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

function rangeWords({ from, to }: LoadedRows['range']): string {
  if (from === undefined && to === undefined) return '';
  return ` from ${from === undefined ? 'its start' : minuteOf(from)} to ${to === undefined ? 'its end' : minuteOf(to)}`;
}
