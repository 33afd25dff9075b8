import type { Command } from 'commander';
import { addRunOptions, backtestOptions, configOf, type RunFlags } from './run-options.ts';
import { writePage } from './write-page.ts';

interface PlotFlags extends RunFlags {
  readonly out: string;
}

/** `tidegate plot` */
export function registerPlot(program: Command): void {
  addRunOptions(program.command('plot').description('a page of candles, features and trades'))
    .option('--out <file>', 'where the page is written', 'plot.html')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate plot --strategy EmaCross --pairs BTC/USDT --timerange 20240101-20240108 --out btc.html\n  tidegate plot -s MyIdea -p BTC/USDT:USDT,ETH/USDT:USDT\n\nNothing is kept among the results: it is for looking.\n',
    )
    .action(run);
}

async function run(flags: PlotFlags): Promise<void> {
  const options = await backtestOptions(await configOf(flags), flags);
  const { runWithBar } = await import('./run-and-report.ts');
  const { summarize } = await import('../metrics/summarize.ts');
  const { plotPage } = await import('./plot-page.ts');
  const { result, notes } = await runWithBar(options, 'plot', false);
  const page = plotPage(result, summarize(result));
  const features = new Set([...result.market.values()].flatMap((m) => Object.keys(m.features)));
  process.stdout.write(`${result.trades.length} trades, features ${[...features].join(', ') || 'none'}\n`);
  for (const note of notes) process.stdout.write(`note: ${note}\n`);
  writePage(flags.out, page);
}
