import type { Command } from 'commander';
import type { CandleTable } from '../domain/candles.ts';
import type { ModuleChoice } from '../registry/registry.ts';
import type { VolatilityReport } from '../runtime/learning/compare-volatility.ts';
import { addMarketOptions, datasetRequest, type LearningFlags, learningConfig } from './learning-flags.ts';
import { lengthOption, modulesOf, wholeOf } from './option-values.ts';
import { withBar } from './progress-bar.ts';

interface VolatilityFlags extends LearningFlags {
  readonly models: readonly ModuleChoice[];
  readonly window: number;
  readonly every: number;
  readonly horizon: number;
  readonly finer?: string;
}

const ALL: readonly ModuleChoice[] = ['garch', 'egarch', 'gjr', 'tarch', 'har', 'ewma', 'realised-range'];

/** `tidegate volatility` */
export function registerVolatility(program: Command): void {
  const collect = (text: string, before: readonly ModuleChoice[]) => modulesOf(text, before === ALL ? [] : before);
  addMarketOptions(
    program
      .command('volatility')
      .description('how well volatility models forecast: QLIKE, MSE, Mincer-Zarnowitz, Diebold-Mariano'),
  )
    .option(
      '-m, --models <spec>',
      'volatility module: garch, or \'garch:{"errors":"t"}\'; may be repeated',
      collect,
      ALL,
    )
    .addOption(lengthOption('--window', 'history that each fit sees', '60d'))
    .addOption(lengthOption('--every', 'time between fits', '7d'))
    .option('--horizon <n>', 'candles ahead', wholeOf('--horizon', 1), 1)
    .option('--finer <tf>', 'shorter candles that the realised variance is made of')
    .addHelpText(
      'after',
      '\nEvery model is fitted on the window before each moment and asked ahead: no forecast has seen what it is held against.\n\nExamples:\n  tidegate volatility --pairs BTC/USDT --timeframe 1h --finer 5m\n  tidegate volatility -p BTC/USDT -m garch -m \'garch:{"errors":"normal"}\' -m har --horizon 24\n',
    )
    .action(compare);
}

async function compare(flags: VolatilityFlags): Promise<void> {
  const [{ compareVolatility }, { checkCandles }, { dataKindOf }] = await Promise.all([
    import('../runtime/learning/compare-volatility.ts'),
    import('../runtime/load-market.ts'),
    import('../ports/market-data.ts'),
  ]);
  const { horizon } = flags;
  const request = await datasetRequest(await learningConfig(flags), flags);
  const { registry, data, exchange, from, to } = request;
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const load = async (pair: string, frame: string): Promise<CandleTable> =>
    checkCandles(await data.candles(exchange, pair, frame, range), pair, frame);
  const reports: Record<string, VolatilityReport> = {};
  for (const pair of request.pairs) {
    const candles = await load(pair, request.timeframe);
    const finer = flags.finer && { finer: await load(pair, flags.finer) };
    const { models, window, every } = flags;
    reports[pair] = await withBar(pair, flags.json, (update) =>
      compareVolatility({
        registry,
        candles,
        frame: request.timeframe,
        ...finer,
        models,
        window,
        every,
        horizon,
        onProgress: update,
      }),
    );
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  else {
    const { volatilityTable } = await import('./volatility-table.ts');
    for (const [pair, report] of Object.entries(reports))
      process.stdout.write(volatilityTable(pair, report, horizon, dataKindOf(data, exchange) === 'synthetic'));
  }
}
