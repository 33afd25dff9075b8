import type { Command } from 'commander';
import { DATA_TYPES } from '../../data/catalogue/layout.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';
import { choiceOf, listOf } from '../option-values.ts';

/** Adds the options that choose among stored series. */
export function withSeriesFilter(command: Command): Command {
  return command
    .option('--exchange <name>', 'only this exchange')
    .option('-p, --pairs <list>', 'only these pairs, such as BTC/USDT,ETH/USDT:USDT', listOf)
    .option('-t, --timeframe <tf>', 'only this timeframe')
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

/** Parses a data type. @throws UsageError USAGE_CHOICE */
export const dataType = choiceOf('--type', DATA_TYPES);
