import type { Command } from 'commander';
import { listOf, numberOf } from '../option-values.ts';
import { printOverBar, withBar } from '../progress-bar.ts';
import { addDataOptions, type DataFlags, dataFolder } from '../run-options.ts';

interface Options extends DataFlags {
  readonly seed: string;
  readonly pairs: readonly string[];
  readonly from: string;
  readonly days: number;
  readonly ticks: number;
}

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'EUR/USD'];

/** Adds `data synth`. */
export function registerSynth(data: Command): void {
  addDataOptions(data.command('synth'))
    .description(
      'make a seeded market: candles, mark, funding, open interest, liquidations, trades, book, forex quotes',
    )
    .option('--seed <seed>', 'same seed, same bytes', '7')
    .option('--pairs <list>', 'spot A/B, perpetual A/B:B, forex EUR/USD', listOf, PAIRS)
    .option('--from <day>', 'first UTC day', '2024-01-01')
    .option('--days <n>', 'length', numberOf('--days', { above: 0 }), 90)
    .option('--ticks <minutes>', 'minutes at the end with trades and book', numberOf('--ticks', { from: 0 }), 60)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate data synth --seed 42 --days 365\n  tidegate data synth --pairs BTC/USDT:USDT --days 30 --data ./market',
    )
    .action(async (options: Options) => {
      const { openCatalogue } = await import('../../data/catalogue/catalogue.ts');
      const { synthMarket } = await import('../../data/synth/synth-market.ts');
      const { writeSynth } = await import('../../data/synth/write-synth.ts');
      const { UsageError } = await import('../../foundation/errors.ts');
      const from = Date.parse(`${options.from}T00:00:00Z`);
      if (Number.isNaN(from))
        throw new UsageError('USAGE_DATE', `"${options.from}" is not a day`, { remedy: 'Write it as 2024-01-31.' });
      const { seed, pairs, days, ticks } = options;
      const folder = dataFolder(options);
      const market = synthMarket({ seed, pairs, from, days, tickMinutes: ticks });
      const catalogue = await openCatalogue(folder);
      await withBar('synth', false, async (update) => {
        for await (const { name, rows, done } of writeSynth(market, catalogue)) {
          printOverBar(`${name}: ${rows} rows\n`);
          update(done);
        }
      });
      process.stdout.write(`Synthetic market (seed ${seed}) in ${folder}, exchange "synthetic"\n`);
    });
}
