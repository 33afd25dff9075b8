import type { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import type { configSchema } from '../config/schema.ts';
import { withDerivedTimeframes } from '../data/derived-timeframes.ts';
import type { RunResult } from '../domain/run-result.ts';
import type { RunSummary } from '../metrics/run-summary.ts';
import { summarize } from '../metrics/summarize.ts';
import type { MarketData } from '../ports/market-data.ts';
import { assembleBacktest } from './assemble.ts';
import { backtest } from './backtest.ts';

/** Settings by name, as a configuration file has them: `{ strategy: 'EmaCross', pairs: ['BTC/USDT'], timeframe: '1h' }`. */
export type BacktestSettings = z.input<typeof configSchema>;

/** Where a script's backtest finds what it names. */
export interface BacktestPlaces {
  /** Folder with `strategies` and `plugins`. Default `user_data`. */
  readonly userdir?: string;
  /** What it runs over: `openData(folder)`, `synthMarket({ … })`, or anything of that shape. Timeframes that it lacks are made of shorter ones. */
  readonly data: MarketData;
}

/** What a script gets of a backtest. */
export interface ScriptedRun {
  /** Trades, equity, candles and features, in columns. */
  readonly result: RunResult;
  /** The figures of the table: the account, and each pair, tag and exit reason. */
  readonly summary: RunSummary;
  /** What was assumed for want of data. */
  readonly notes: readonly string[];
}

/**
 * Runs a backtest from a script: the same run, to the bit, as `tidegate backtest` with these settings. Neither a configuration file nor the
 * environment is read, nothing is printed, kept or written.
 * @param settings of a configuration; `strategy` is a name or the path of a file, or a list of such
 * @throws TidegateError for settings, strategies, modules or data that are missing or wrong
 */
export async function scriptedBacktest(
  settings: BacktestSettings,
  { data, userdir = 'user_data' }: BacktestPlaces,
): Promise<ScriptedRun> {
  const config = loadConfig({ files: [], settings });
  const options = await assembleBacktest(config, { userdir, dataFolder: data.root }, withDerivedTimeframes(data));
  const { result, notes } = await backtest({ ...options, leavesOut: true });
  return { result, summary: summarize(result), notes };
}
