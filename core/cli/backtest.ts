import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import { JSON_OPTION } from './option-values.ts';
import { addRunOptions, backtestOptions, configOf, dataFolder, type RunFlags } from './run-options.ts';

interface BacktestFlags extends RunFlags {
  readonly ticks?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly report: boolean;
  readonly keep: boolean;
  readonly alone: boolean;
}

/** `tidegate backtest` */
export function registerBacktest(program: Command): void {
  addRunOptions(program.command('backtest').description('run strategies over stored candles'))
    .option('--ticks', 'run on stored trades and books instead of candles')
    .option('--out <dir>', 'write report, trades and result there')
    .option(...JSON_OPTION)
    .option('--no-report', 'write no page')
    .option('--no-keep', 'do not keep the result')
    .option('--no-alone', 'several strategies: only together, not each alone as well')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate backtest --strategy EmaCross --pairs BTC/USDT --timerange 20240101-20240601\n  tidegate backtest -s EmaCross,ChannelBreakout -p BTC/USDT:USDT -c user_data/config.yaml --out reports\n  tidegate backtest -s Scalper --ticks --pairs BTC/USDT:USDT\n  tidegate backtest -s EmaCross -p BTC/USDT --fills freqtrade --json > result.json\n',
    )
    .action(run);
}

async function run(flags: BacktestFlags): Promise<void> {
  if (flags.ticks) {
    const { backtestTicks } = await import('./backtest-ticks.ts');
    return backtestTicks(flags);
  }
  // Options are parsed once each: zod would write and compile a function for every schema first.
  (await import('zod')).config({ jitless: true });
  const config = await configOf(flags);
  const options = await backtestOptions(config, flags);
  const { loadLate, runAndReport } = await import('./run-and-report.ts');
  // With pairs on the command line bin/tidegate.js has set what many of them need.
  const forPairs = options.pairs.length > 1 && flags.pairs === undefined ? FOR_MANY_PAIRS : [];
  let isSet = false;
  const onLoaded = async (candles: number) => {
    const wanted = candles < LONG ? forPairs : FOR_LONG_RUNS;
    if (isSet || wanted.length === 0) return;
    isSet = true;
    // Compiled code is kept for the flags that are set as it is loaded: all runs are to find it.
    await loadLate();
    for (const flag of wanted) setFlagsFromString(flag);
  };
  await runAndReport(
    { ...options, onLoaded },
    {
      userdir: flags.userdir,
      json: flags.json ?? false,
      report: flags.report,
      alone: flags.alone,
      keep: flags.keep,
      origin: { config, data: { folder: dataFolder(flags, config) } },
      ...(flags.out && { out: flags.out }),
    },
  );
}

/** Candles from which on a run is long. */
const LONG = 3_000_000;
const HAS_EFFICIENCY_MODE = Number.parseInt(process.versions.v8, 10) >= 13;
/** Columns of many pairs fill the memory: what the young generation would grow to, 30 MB for a fifteenth of the time, is left to them. */
const FOR_MANY_PAIRS = ['--semi-space-growth-factor=1'];
/** What bin/tidegate.js sets is for runs of a second: it keeps the optimising compiler from most of the code, and the young generation small. */
const FOR_LONG_RUNS = [...(HAS_EFFICIENCY_MODE ? ['--no-efficiency-mode'] : []), '--semi-space-growth-factor=3'];
