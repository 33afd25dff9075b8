import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DemoMarket, DemoSelection } from './demo-data.ts';
import type { DryRunShown } from './demo-dry-run.ts';
import type { DemoRow } from './demo-table.ts';
import { URL_OPTION } from './option-values.ts';

interface DemoFlags {
  readonly data?: string;
  readonly userdir: string;
  readonly out?: string;
  readonly offline?: boolean;
  readonly dryRun: boolean;
  readonly url?: string;
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

/** The dry-run after them: eight hours, or what half of the candles allow. */
const DRY_RUN = { strategy: 'EmaCross', kind: 'perpetual', page: 'dry-run.html', candles: 96 } as const;

/** `tidegate demo`, which `npm start` runs. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('backtest the ready strategies, then trade one of them on paper: the first thing to run')
    .option('--data <dir>', 'folder of market data (also TIDEGATE_DATA); else recent real candles, else synthetic ones')
    .option('--offline', 'do not ask the exchange: take the synthetic market')
    .option('--no-dry-run', 'backtests only')
    .option(...URL_OPTION)
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
  const market = await demoMarket(given, flags.userdir, flags.offline ?? false, flags.url, say);
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
  const dryRun = flags.dryRun ? await runDry(market, flags.userdir, out, say) : null;
  const index = join(out, 'index.html');
  writeFileSync(index, demoPage(rows, market.words, dryRun));
  for (const row of rows) say(`page   ${resolve(out, row.page)}`);
  if (dryRun !== null) say(`page   ${resolve(out, DRY_RUN.page)}`);
  say(`all in ${resolve(index)}`);
}

async function runOne(
  ready: (typeof READY)[number],
  selection: DemoSelection,
  market: DemoMarket,
  flags: DemoFlags & { readonly out: string },
  label: string,
): Promise<DemoRow> {
  const { demoConfig } = await import('./demo-data.ts');
  const { assembleBacktest } = await import('../runtime/assemble.ts');
  const { keepResult, runWithBar } = await import('./run-and-report.ts');
  const { summarize } = await import('../metrics/summarize.ts');
  const { renderReport } = await import('../report/render-report.ts');
  const { resultDocument } = await import('../report/result-document.ts');
  const config = await demoConfig(ready.name, selection);
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

/** One of them as `tidegate trade` runs it, on a replay exchange in this process. Null where the market does not allow it. */
async function runDry(
  market: DemoMarket,
  userdir: string,
  out: string,
  say: (text: string) => void,
): Promise<DryRunShown | null> {
  const { selectPairs } = await import('./demo-data.ts');
  const { strategy, kind, candles } = DRY_RUN;
  const selection = await selectPairs(market.data, kind, '5m');
  if (selection === null) return null;
  const [{ demoDryRun }, { dryRunTable }] = await Promise.all([import('./demo-dry-run.ts'), import('./demo-table.ts')]);
  say(
    `Now ${strategy} as a bot: a dry-run against a replay exchange in this process, which plays the last candles fast.`,
  );
  const folder = join(userdir, 'demo', 'dry-run');
  const page = join(out, DRY_RUN.page);
  const shown = await demoDryRun({ strategy, selection, market, candles, userdir: folder, page });
  say(`\n${dryRunTable(shown, process.stdout.isTTY)}\n`);
  say(`What it stored: tidegate show trades --userdir ${folder}`);
  return shown;
}
