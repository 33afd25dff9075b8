import type { Command } from 'commander';
import type { TickFile } from '../data/ticks/file-symbol.ts';
import { backtestTicks, type TickFlags } from './backtest-ticks.ts';
import type { CalibrateFlags } from './calibrate-ticks.ts';
import type { ClaimsFlags } from './claims-ticks.ts';
import type { PaperFlags } from './paper-ticks.ts';
import type { ReplayRecordingFlags } from './replay-recording.ts';
import { addRunOptions } from './run-options.ts';

interface ImportFlags {
  readonly data?: string;
  readonly userdir: string;
  readonly exchange: string;
  readonly pair: string;
  readonly tick?: string;
  readonly lot?: string;
  readonly contract?: string;
  readonly symbol?: string;
  readonly overwrite?: boolean;
}

/** Adds `tidegate ticks …`. */
export function registerTicks(program: Command): void {
  const ticks = program.command('ticks').description('trades and books: import, list, backtest on them');
  ticks
    .command('import')
    .description('bring recorded events of one pair into the catalogue, merged and checked, one file per UTC day')
    .argument(
      '<files...>',
      'hftbacktest .npz, captures, Tardis CSV, Binance archive (aggTrades, trades, bookTicker, bookDepth, metrics), Bybit and OKX trades and order books',
    )
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the events are of', 'binance')
    .option('--data <dir>', 'catalogue (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your data is', 'user_data')
    .option('--tick <size>', "price tick; the stored specification's unless given")
    .option('--lot <size>', "amount step; the stored specification's unless given")
    .option('--contract <size>', "base units of a contract, where the file counts those (OKX's swaps)")
    .option('--symbol <name>', 'what the files call the pair, where they hold several or call it otherwise')
    .option('--overwrite', 'replace days that hold other rows')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate ticks import BTCUSDT-l2.csv.gz BTCUSDT-trades.csv.gz --pair BTC/USDT:USDT --tick 0.1 --lot 0.001\n  tidegate ticks import btcusdt_20240807_eod.npz btcusdt_20240808.npz btcusdt_20240809.npz --pair BTC/USDT:USDT --tick 0.1 --lot 0.001\n  tidegate ticks import binance-futures_trades_2024-08-08_PERPETUALS.csv.gz --symbol BTCUSDT --pair BTC/USDT:USDT --tick 0.1 --lot 0.001',
    )
    .action(importTicks);
  ticks
    .command('list')
    .description('stored ticks by pair and day')
    .option('--data <dir>', 'catalogue (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your data is', 'user_data')
    .option('--json', 'print JSON')
    .action(listTicks);
  ticks
    .command('calibrate')
    .description('fit order latency and queue model to your own live orders, with the gap of each')
    .argument(
      '[file]',
      "CSV or JSON: side, price, amount, sent, taken, answered, filled, cancelled (ms or ns UTC); absent: the bot's trade store",
    )
    .option('--db <file>', "a bot's database; absent: the one in the user folder that was written last")
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the orders were on', 'binance')
    .option('--data <dir>', 'catalogue with the ticks of that time (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your data is', 'user_data')
    .option(
      '--shift <ms>',
      'how far the clocks of the orders run ahead of the ticks: orders of a replay exchange, which says by how much',
      '0',
    )
    .option('--out <file>', 'write the settings as a configuration')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate ticks calibrate my-orders.csv --pair BTC/USDT:USDT --out calibrated.yaml\n  tidegate ticks calibrate --db user_data/trades.sqlite --pair BTC/USDT:USDT --out calibrated.yaml',
    )
    .action(async (file: string | undefined, flags: CalibrateFlags) => {
      const { calibrate } = await import('./calibrate-ticks.ts');
      await calibrate(file, flags);
    });
  ticks
    .command('claims')
    .description(
      'what the scalping document claims (order flow, trade classification, imbalance, Parkinson), held against stored ticks',
    )
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the ticks are of', 'binance')
    .option('--timerange <range>', '20240101-20240201; either end may be left out')
    .option('--data <dir>', 'catalogue (also TIDEGATE_DATA)')
    .option('--userdir <dir>', 'where your data is', 'user_data')
    .option('--out <file>', 'write a page')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  tidegate ticks claims --pair BTC/USDT:USDT --out claims.html')
    .action(async (flags: ClaimsFlags) => {
      const { claims } = await import('./claims-ticks.ts');
      await claims(flags);
    });
  addRunOptions(
    ticks
      .command('paper')
      .description(
        "dry-run strategies on an exchange's live trades and book: nothing is sent, orders meet a simulated queue",
      ),
  )
    .option('--minutes <n>', 'stop after so long; else at Ctrl-C')
    .option('--levels <n>', 'levels of the book to follow', '50')
    .option('--url <address>', 'another server that speaks its protocol, such as "tidegate replay"')
    .option('--out <dir>', 'write result and page there')
    .option('--json', 'print one JSON document at the end and nothing else')
    .option('--no-report', 'write no page')
    .option('--no-keep', 'do not keep the result')
    .addHelpText('after', '\nExample:\n  tidegate ticks paper -s MarketMakerGlft --pairs BTC/USDT:USDT --minutes 30')
    .action(async (flags: PaperFlags) => {
      const { paperTicks } = await import('./paper-ticks.ts');
      await paperTicks(flags);
    });
  addRunOptions(
    ticks
      .command('replay')
      .description(
        'run a recorded session of "tidegate trade" again: the same quotes, orders and fills, or the first difference',
      )
      .argument('<recording>', 'a file that trading wrote with ticks.recordMb in its configuration'),
  )
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      '\nGive the configuration that the bot has: strategies, pairs, balances and market are in the recording.\n\nExample:\n  tidegate ticks replay user_data/recordings/binanceusdm-perpetual-2024-03-05T10-00-00.000Z.session -c user_data/maker.yaml',
    )
    .action(async (file: string, flags: ReplayRecordingFlags) => {
      const { replayRecording } = await import('./replay-recording.ts');
      await replayRecording(file, flags);
    });
  addRunOptions(ticks.command('run').description('backtest a strategy on stored ticks (the same as backtest --ticks)'))
    .option('--out <dir>', 'write result and page there')
    .option('--no-keep', 'do not keep the result')
    .option('--json', 'print one JSON document and nothing else')
    .option('--no-report', 'write no page')
    .action((flags: TickFlags) => backtestTicks(flags));
}

async function importTicks(files: readonly string[], flags: ImportFlags): Promise<void> {
  const { readFileSync } = await import('node:fs');
  const { mergeTickFiles, storeTicks } = await import('../data/ticks/import-ticks.ts');
  const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
  const { TidegateError } = await import('../foundation/errors.ts');
  const { dataFolder } = await import('./run-options.ts');
  const folder = dataFolder(flags);
  const { exchange, pair } = flags;
  if (!/^[^/:]+\/[^/:]+(:[^/:]+)?$/.test(pair))
    throw new TidegateError('CONFIG_VALUE', `--pair is "${pair}"`, {
      remedy: 'Write BTC/USDT for spot, BTC/USDT:USDT for a perpetual.',
    });
  const size = (text: string, name: string) => {
    if (Number(text) > 0) return Number(text);
    throw new TidegateError('CONFIG_VALUE', `--${name} cannot be "${text}"`, { remedy: 'Give a number above 0.' });
  };
  const read = files.map((name) => {
    try {
      return { name, bytes: readFileSync(name) };
    } catch (cause) {
      throw new TidegateError('DATA_FILE_MISSING', `cannot read ${name}`, { remedy: 'Check the path.', cause });
    }
  });
  const { checkSymbols } = await import('../data/ticks/file-symbol.ts');
  checkSymbols(read, pair, flags.symbol);
  const events = await storeSummaries(read, folder, { exchange, pair, symbol: flags.symbol });
  if (events.length === 0) return;
  let grid = { tickSize: size(flags.tick ?? '1', 'tick'), lotSize: size(flags.lot ?? '1', 'lot') };
  if (flags.tick === undefined || flags.lot === undefined) {
    const { spec, assumed } = await (await openCatalogue(folder)).specAt(exchange, pair, Date.now());
    if (assumed)
      throw new TidegateError(
        'TICKS_GRID_UNKNOWN',
        `no specification of ${pair} is stored, so its tick and lot are not known`,
        {
          where: folder,
          remedy: 'Give both: --tick 0.1 --lot 0.001.',
        },
      );
    grid = {
      tickSize: flags.tick ? grid.tickSize : spec.priceTick,
      lotSize: flags.lot ? grid.lotSize : spec.amountStep,
    };
  }
  const contract = flags.contract !== undefined && { contractSize: size(flags.contract, 'contract') };
  const symbol = flags.symbol !== undefined && { symbol: flags.symbol };
  const options = { exchange, pair, grid, overwrite: flags.overwrite ?? false, ...contract, ...symbol };
  const ticks = mergeTickFiles(events, options);
  const { health } = ticks;
  for (const [i, name] of ticks.names.entries()) process.stdout.write(`${ticks.formats[i]}: ${name}\n`);
  for (const note of ticks.notes) process.stdout.write(`${note}\n`);
  if (ticks.rowsBack > 0)
    process.stdout.write(`times go back at ${counted(ticks.rowsBack, 'row')}: put in order by time\n`);
  if (ticks.clockShiftNs !== 0)
    process.stdout.write(
      `receive clock moved by ${(ticks.clockShiftNs / 1e6).toFixed(1)} ms: it ran before the exchange's\n`,
    );
  process.stdout.write(
    `${counted(health.rows, 'row')}, ${counted(health.trades, 'trade')}, ${counted(health.snapshots, 'snapshot')}, crossed ${(100 * health.crossedShare).toFixed(2)} % of the time, ${counted(health.gaps, 'silence')} over 10 s (longest ${(health.longestGapMs / 1000).toFixed(1)} s)\n`,
  );
  if (health.openGaps > 0)
    process.stdout.write(
      `after ${counted(health.openGaps, 'silence')} the book goes on without a snapshot: what changed meanwhile is not known, so levels may be wrong from there\n`,
    );
  for (const { day, rows, outcome } of await storeTicks(folder, ticks, options))
    process.stdout.write(`${day}: ${rows} rows, ${outcome}\n`);
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Stores files of periodic summaries as series of the catalogue; the others are returned. */
async function storeSummaries(
  files: readonly TickFile[],
  folder: string,
  { exchange, pair, symbol }: { readonly exchange: string; readonly pair: string; readonly symbol: string | undefined },
): Promise<readonly TickFile[]> {
  const { readSummary } = await import('../data/ticks/import-summaries.ts');
  const others: TickFile[] = [];
  for (const file of files) {
    const summary = readSummary(file, symbol);
    if (summary === null) {
      others.push(file);
      continue;
    }
    const { openCatalogue } = await import('../data/catalogue/catalogue.ts');
    const catalogue = await openCatalogue(folder);
    const { added } = await catalogue.writeEvents(exchange, pair, summary.type, summary.table);
    const what = summary.type === 'oi' ? 'open interest and ratios' : 'depth within percents of mid';
    process.stdout.write(`${what}: ${file.name}, ${summary.table.length} rows, ${added} new\n`);
  }
  return others;
}

async function listTicks(flags: {
  readonly data?: string;
  readonly userdir: string;
  readonly json?: boolean;
}): Promise<void> {
  const { tickDayInfo, tickDays, tickKeys } = await import('../data/ticks/tick-store.ts');
  const { dataFolder } = await import('./run-options.ts');
  const folder = dataFolder(flags);
  const rows = [];
  for (const key of await tickKeys(folder))
    for (const day of await tickDays(folder, key)) rows.push({ ...key, day: day.day, ...(await tickDayInfo(day)) });
  if (flags.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (rows.length === 0) process.stdout.write(`No ticks in ${folder}: see "tidegate ticks import --help".\n`);
  else
    for (const r of rows)
      process.stdout.write(
        `${r.exchange} ${r.pair} ${r.day} ${r.rows} rows, tick ${r.grid.tickSize}, lot ${r.grid.lotSize}\n`,
      );
}
