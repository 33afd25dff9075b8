import type { Command } from 'commander';
import { DATA_TYPES } from '../../data/catalogue/layout.ts';
import { didYouMean, UsageError } from '../../foundation/errors.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';

/** Adds `--data DIR`: the folder that a command reads or writes. */
export function withDataFolder(command: Command): Command {
  return command.option('--data <dir>', 'data folder (default: $TIDEGATE_DATA, else user_data/data)');
}

/** The data folder of a command. */
export function dataFolder(options: { readonly data?: string }): string {
  return options.data ?? process.env.TIDEGATE_DATA ?? 'user_data/data';
}

/** A list written with commas, blanks around them ignored. */
export function commaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Adds the options that choose among stored series. */
export function withSeriesFilter(command: Command): Command {
  return command
    .option('--exchange <name>', 'only this exchange')
    .option('--pairs <list>', 'only these pairs, such as BTC/USDT,ETH/USDT:USDT', commaList)
    .option('--timeframe <name>', 'only this timeframe')
    .option('--type <type>', `only this type: ${DATA_TYPES.join(', ')}`, dataType);
}

export interface SeriesFilter {
  readonly exchange?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly type?: DataType;
}

/** Whether a series passes the filter options. */
export function passes(key: SeriesKey, filter: SeriesFilter): boolean {
  return (
    (filter.exchange === undefined || key.exchange === filter.exchange) &&
    (filter.pairs === undefined || filter.pairs.includes(key.pair)) &&
    (filter.timeframe === undefined || key.timeframe === filter.timeframe) &&
    (filter.type === undefined || key.type === filter.type)
  );
}

/** Parses a data type. @throws UsageError USAGE_DATA_TYPE */
export function dataType(text: string): DataType {
  const found = DATA_TYPES.find((type) => type === text);
  if (found) return found;
  throw new UsageError('USAGE_DATA_TYPE', `"${text}" is not a data type`, {
    remedy: `${didYouMean(text, DATA_TYPES)} Types: ${DATA_TYPES.join(', ')}.`.trim(),
  });
}

/** Parses a number above zero. @throws UsageError USAGE_NUMBER */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new UsageError('USAGE_NUMBER', `"${text}" is not a number above zero`, { remedy: 'Give one, such as 30.' });
}

/** Reads `20240101-20240201` (either end may be missing) as ms UTC, the end exclusive. @throws UsageError USAGE_TIMERANGE */
export function timerange(text: string): { readonly from?: number; readonly to?: number } {
  const match = /^(\d{8})?-(\d{8})?$/.exec(text);
  const instant = (day: string) => Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  const from = match?.[1] ? instant(match[1]) : undefined;
  const to = match?.[2] ? instant(match[2]) : undefined;
  const isValid =
    match && (from ?? to) !== undefined && !Number.isNaN(from) && !Number.isNaN(to) && (from ?? -1) < (to ?? 9e15);
  if (!isValid)
    throw new UsageError('USAGE_TIMERANGE', `"${text}" is not a time range`, {
      remedy: 'Write 20240101-20240201, 20240101- or -20240201 (UTC days, the end not included).',
    });
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
