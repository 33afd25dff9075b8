import type { Command } from 'commander';
import type { CandleTable } from '../domain/candles.ts';
import type { VolatilityReport } from '../runtime/learning/compare-volatility.ts';
import { addMarketOptions, datasetRequest, type LearningFlags, learningConfig, moduleSpec } from './learning-flags.ts';

interface VolatilityFlags extends LearningFlags {
  readonly models: readonly string[];
  readonly window: string;
  readonly every: string;
  readonly horizon: string;
  readonly finer?: string;
}

const ALL = ['garch', 'egarch', 'gjr', 'tarch', 'har', 'ewma', 'realised-range'];

/** `tidegate volatility` */
export function registerVolatility(program: Command): void {
  const collect = (value: string, before: readonly string[]) => (before === ALL ? [value] : [...before, value]);
  addMarketOptions(
    program
      .command('volatility')
      .description('how well volatility models forecast: QLIKE, MSE, Mincer-Zarnowitz, Diebold-Mariano'),
  )
    .option(
      '-m, --models <spec>',
      'volatility module: garch, or \'garch:{"errors":"t"}\'; may be repeated (default: all)',
      collect,
      ALL,
    )
    .option('--window <time>', 'history that each fit sees', '60d')
    .option('--every <time>', 'time between fits', '7d')
    .option('--horizon <n>', 'candles ahead', '1')
    .option('--finer <tf>', 'shorter candles that the realised variance is made of')
    .addHelpText(
      'after',
      '\nEvery model is fitted on the window before each moment and asked ahead: no forecast has seen what it is held against.\n\nExamples:\n  tidegate volatility --pairs BTC/USDT --timeframe 1h --finer 5m\n  tidegate volatility -p BTC/USDT -m garch -m \'garch:{"errors":"normal"}\' -m har --horizon 24\n',
    )
    .action(compare);
}

async function compare(flags: VolatilityFlags): Promise<void> {
  const [{ compareVolatility }, { UsageError }, { progressBar }, { timeframe }, { checkCandles }, { dataKindOf }] =
    await Promise.all([
      import('../runtime/learning/compare-volatility.ts'),
      import('../foundation/errors.ts'),
      import('./progress-bar.ts'),
      import('../domain/timeframe.ts'),
      import('../runtime/load-market.ts'),
      import('../ports/market-data.ts'),
    ]);
  const horizon = Number(flags.horizon);
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw new UsageError('USAGE_NUMBER', `--horizon cannot be "${flags.horizon}"`, {
      remedy: 'Give a whole number of candles from 1.',
    });
  const request = await datasetRequest(await learningConfig(flags), flags);
  const { registry, data, exchange, from, to } = request;
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const load = async (pair: string, frame: string): Promise<CandleTable> =>
    checkCandles(await data.candles(exchange, pair, frame, range), pair, frame);
  const reports: Record<string, VolatilityReport> = {};
  for (const pair of request.pairs) {
    const bar = progressBar(pair, flags.json ?? false);
    try {
      reports[pair] = await compareVolatility({
        registry,
        candles: await load(pair, request.timeframe),
        frame: request.timeframe,
        ...(flags.finer && { finer: await load(pair, flags.finer) }),
        models: flags.models.map((text) => moduleSpec(text)),
        window: timeframe(flags.window).ms,
        every: timeframe(flags.every).ms,
        horizon,
        onProgress: bar.update,
      });
    } finally {
      bar.stop();
    }
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  else {
    const { volatilityTable } = await import('./volatility-table.ts');
    for (const [pair, report] of Object.entries(reports))
      process.stdout.write(volatilityTable(pair, report, horizon, dataKindOf(data, exchange) === 'synthetic'));
  }
}
