import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { TidegateError } from '../foundation/errors.ts';
import type { RunComparison } from '../runtime/compare/compare-run.ts';
import { JSON_OPTION } from './option-values.ts';
import { openDatabase } from './records/open-database.ts';
import { addRunOptions, backtestOptions, configOf, type RunFlags } from './run-options.ts';
import { writePage } from './write-page.ts';

interface CompareFlags extends RunFlags {
  readonly db?: string;
  readonly page?: string;
  readonly json?: boolean;
}

/** `tidegate compare [run]` */
export function registerCompare(program: Command): void {
  addRunOptions(
    program
      .command('compare')
      .description('a dry-run or live run beside a backtest of the same span: what made the difference')
      .argument('[run]', 'dry-run, testnet, trades, or a database; absent: the one that was written last'),
  )
    .option('--page <file>', 'write a page')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nThe backtest takes strategies, pairs and balance from the run, the rest from the configuration: give the one that the bot has.\nCandles of the span must be stored: "tidegate download" gets them.\n\nExamples:\n  tidegate compare dry-run -c user_data/config.yaml\n  tidegate compare user_data/trades.sqlite --json\n  tidegate compare dry-run --page gap.html\n',
    )
    .action(compare);
}

async function compare(run: string | undefined, flags: CompareFlags): Promise<void> {
  const reader = await openDatabase({
    userdir: flags.userdir,
    ...(run !== undefined && { db: pathOf(run, flags.userdir) }),
  });
  try {
    const { compareRun, spanOf } = await import('../runtime/compare/compare-run.ts');
    const span = spanOf(reader);
    const config = await configOf(flags);
    const options = await backtestOptions(
      {
        ...config,
        ...(config.strategy === undefined && { strategy: [...span.strategies] }),
        ...(config.pairs === undefined && span.pairs.length > 0 && { pairs: [...span.pairs] }),
        ...(span.startingBalance !== null && { startingBalance: span.startingBalance }),
        timerange: `${Math.ceil(span.from)}-${Math.ceil(span.to)}`,
      },
      flags,
    );
    const comparison = await compareRun(reader, options, span);
    process.stdout.write(flags.json ? `${JSON.stringify(comparison)}\n` : await textOf(comparison));
    if (flags.page === undefined) return;
    const { renderComparison } = await import('../report/compare/render-comparison.ts');
    writePage(flags.page, renderComparison(comparison), flags);
  } finally {
    reader.close();
  }
}

/** A database by its path, or by the name that "tidegate trade" gave it. @throws TidegateError STORE_MISSING */
function pathOf(run: string, userdir: string): string {
  const named = join(userdir, `${run === 'live' ? 'trades' : run}.sqlite`);
  const path = [run, named].find((file) => existsSync(file));
  if (path !== undefined) return path;
  throw new TidegateError('STORE_MISSING', `there is no trade database "${run}"`, {
    where: userdir,
    remedy: '"tidegate trade" makes dry-run, testnet and trades; a file is given by its path.',
  });
}

async function textOf(comparison: RunComparison): Promise<string> {
  const [{ textTable }, { clip, dateTime, signedMoney }, { CAUSES }] = await Promise.all([
    import('../report/text-table.ts'),
    import('../report/format.ts'),
    import('../report/compare/comparison-section.ts'),
  ]);
  const { trades, byCause, candles, stakeCurrency } = comparison;
  const table = textTable(['opened', 'pair', 'side', 'live', 'backtest', 'gap', 'why'], 3);
  for (const trade of trades)
    table.push([
      dateTime(trade.openTime),
      trade.pair,
      trade.side,
      trade.live === null ? 'missing' : signedMoney(trade.liveProfit),
      trade.test === null ? 'missing' : signedMoney(trade.testProfit),
      signedMoney(trade.gap),
      {
        content: clip(
          trade.parts.map((part) => `${part.cause} ${signedMoney(part.amount)}: ${part.detail}`).join('; '),
          90,
        ),
        hAlign: 'left',
      },
    ]);
  const causes = textTable(['cause', stakeCurrency, '']);
  for (const [cause, amount] of Object.entries(byCause))
    causes.push([cause, signedMoney(amount), { content: CAUSES[cause]!, hAlign: 'left' }]);
  const lines = [
    `${comparison.path}, ${dateTime(comparison.from)} to ${dateTime(comparison.to)} UTC, ${comparison.timeframe}`,
    trades.length > 0 ? table.toString() : 'No closed trades to compare.',
    causes.toString(),
    `live ${signedMoney(comparison.liveProfit)}, backtest ${signedMoney(comparison.testProfit)}, gap ${signedMoney(comparison.gap)} ${stakeCurrency}`,
    `${candles.differing} of ${candles.seen} journalled candles differ from the stored ones${comparison.open > 0 ? `; ${comparison.open} open trades are not compared` : ''}`,
    ...comparison.notes.map((note) => `note: ${note}`),
  ];
  return `${lines.join('\n\n')}\n`;
}
