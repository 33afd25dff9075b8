import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DemoMarket, DemoSelection } from './demo-data.ts';
import type { DemoRow } from './demo-table.ts';

interface DemoFlags {
  readonly data?: string;
  readonly userdir: string;
  readonly out?: string;
  readonly offline?: boolean;
  readonly exchangeUrl?: string;
}

/** The ready strategies: name, market that they are made for, and file name of their page. */
const READY = [
  {
    name: 'EmaCross',
    kind: 'perpetual',
    page: 'ema-cross.html',
    doc: 'follows crossings of two averages, long and short',
  },
  {
    name: 'BandReversion',
    kind: 'spot',
    page: 'band-reversion.html',
    doc: 'buys below the Bollinger band, adds twice',
  },
  {
    name: 'ChannelBreakout',
    kind: 'perpetual',
    page: 'channel-breakout.html',
    doc: 'follows breakouts, with a trailing stop',
  },
] as const;

/** `tidegate demo`, which `npm start` runs. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('backtest the ready strategies and write a report: the first thing to run')
    .option('--data <dir>', 'folder of market data (also TIDEGATE_DATA); else recent real candles, else synthetic ones')
    .option('--offline', 'do not ask the exchange: take the synthetic market')
    .option('--exchange-url <url>', 'ask this local exchange (`tidegate replay`) instead of Binance')
    .option('--userdir <dir>', 'where results are kept', 'user_data')
    .option('--out <dir>', 'folder of the pages (default: demo in the user folder)')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate demo\n  tidegate demo --offline\n  tidegate demo --data ./candles --out pages\n',
    )
    .action(run);
}

async function run(flags: DemoFlags): Promise<void> {
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const { demoMarket, refuseEmpty, selectPairs } = await import('./demo-data.ts');
  const given = flags.data ?? process.env.TIDEGATE_DATA;
  const market = await demoMarket(given, flags.userdir, flags.offline ?? false, flags.exchangeUrl, say);
  say(`Three ready strategies on ${market.words}.`);
  const out = flags.out ?? join(flags.userdir, 'demo');
  mkdirSync(out, { recursive: true });
  const rows: DemoRow[] = [];
  for (const [index, ready] of READY.entries()) {
    const selection = await selectPairs(market.data, ready.kind, '5m');
    if (!selection) {
      say(
        `${ready.name}: no ${ready.kind} candles${ready.kind === 'perpetual' ? ' with funding and mark prices' : ''} in ${market.data.root}, left out`,
      );
      continue;
    }
    rows.push(await runOne(ready, selection, market, { ...flags, out }, `${index + 1}/${READY.length} ${ready.name}`));
  }
  if (rows.length === 0) refuseEmpty(market);
  const [{ demoTable }, { demoPage }] = await Promise.all([import('./demo-table.ts'), import('./demo-page.ts')]);
  say(`\n${demoTable(rows, process.stdout.isTTY)}\n`);
  if (market.data.dataKind === 'synthetic')
    say('These prices are synthetic: they show how things work, not what a strategy earns.');
  for (const note of new Set(rows.flatMap((row) => row.notes))) say(`note: ${note}`);
  const index = join(out, 'index.html');
  writeFileSync(index, demoPage(rows, market.words));
  for (const row of rows) say(`page   ${resolve(out, row.page)}`);
  say(`all in ${resolve(index)}`);
}

async function runOne(
  ready: (typeof READY)[number],
  { exchange, pairs, timeframe, stakeCurrency }: DemoSelection,
  market: DemoMarket,
  flags: DemoFlags & { readonly out: string },
  label: string,
): Promise<DemoRow> {
  const { loadConfig } = await import('../config/load.ts');
  const { assembleBacktest } = await import('../runtime/assemble.ts');
  const { keepResult, runWithBar } = await import('./run-and-report.ts');
  const { summarize } = await import('../metrics/summarize.ts');
  const { renderReport } = await import('../report/render-report.ts');
  const { resultDocument } = await import('../report/result-document.ts');
  const config = loadConfig({
    files: [],
    commandLine: {
      strategy: ready.name,
      exchange,
      pairs,
      timeframe,
      stakeCurrency,
      stakeAmount: 1000,
      startingBalance: 10_000,
      maxOpenTrades: 3,
    },
  });
  // The ready strategies are the built-in ones, whatever the user has written under the same names.
  const nowhere = join(flags.userdir, 'demo');
  const options = await assembleBacktest(config, { userdir: nowhere, dataFolder: market.data.root }, market.data);
  const run = await runWithBar(options, label, false);
  const summary = summarize(run.result);
  const origin = { config, data: market.origin };
  await keepResult(resultDocument(run.result, summary, run.notes), { userdir: flags.userdir, origin });
  const title = `${ready.name}: ${ready.doc}`;
  writeFileSync(join(flags.out, ready.page), renderReport(run.result, summary, { title, assumptions: run.notes }));
  return { ...ready, summary, notes: run.notes };
}
