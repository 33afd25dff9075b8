import type { Command } from 'commander';
import { backtestTicks, type TickFlags } from './backtest-ticks.ts';
import type { CalibrateFlags } from './calibrate-ticks.ts';
import type { ClaimsFlags } from './claims-ticks.ts';
import type { ImportFlags } from './import-ticks.ts';
import { JSON_OPTION, numberOf, URL_OPTION, wholeOf } from './option-values.ts';
import type { PaperFlags } from './paper-ticks.ts';
import type { ReplayRecordingFlags } from './replay-recording.ts';
import { addDataOptions, addRunOptions, addTradeOptions, type DataFlags } from './run-options.ts';

const positive = (name: string) => numberOf(name, { above: 0 });

/** Adds `tidegate ticks …`. */
export function registerTicks(program: Command): void {
  const ticks = program
    .command('ticks')
    .description('trades and books: import, list, backtest on them')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate ticks import BTCUSDT-l2.csv.gz BTCUSDT-trades.csv.gz --pair BTC/USDT:USDT --tick 0.1 --lot 0.001\n  tidegate ticks list\n  tidegate ticks claims --pair BTC/USDT:USDT\n',
    );
  for (const add of [addImport, addList, addCalibrate, addClaims, addPaper, addReplay, addRun]) add(ticks);
}

function addImport(ticks: Command): void {
  addDataOptions(ticks.command('import'))
    .description('bring recorded events of one pair into the catalogue, merged and checked, one file per UTC day')
    .argument(
      '<files...>',
      'hftbacktest .npz, captures, Tardis CSV, Binance archive (aggTrades, trades, bookTicker, bookDepth, metrics), Bybit and OKX trades and order books',
    )
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the events are of', 'binance')
    .option('--tick <size>', "price tick; the stored specification's unless given", positive('--tick'))
    .option('--lot <size>', "amount step; the stored specification's unless given", positive('--lot'))
    .option(
      '--contract <size>',
      "base units of a contract, where the file counts those (OKX's swaps)",
      positive('--contract'),
    )
    .option('--symbol <name>', 'what the files call the pair, where they hold several or call it otherwise')
    .option('--overwrite', 'replace days that hold other rows')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate ticks import BTCUSDT-l2.csv.gz BTCUSDT-trades.csv.gz --pair BTC/USDT:USDT --tick 0.1 --lot 0.001\n  tidegate ticks import btcusdt_20240807_eod.npz btcusdt_20240808.npz btcusdt_20240809.npz --pair BTC/USDT:USDT --tick 0.1 --lot 0.001\n  tidegate ticks import binance-futures_trades_2024-08-08_PERPETUALS.csv.gz --symbol BTCUSDT --pair BTC/USDT:USDT --tick 0.1 --lot 0.001',
    )
    .action(async (files: readonly string[], flags: ImportFlags) => {
      const { importTicks } = await import('./import-ticks.ts');
      await importTicks(files, flags);
    });
}

function addList(ticks: Command): void {
  addDataOptions(ticks.command('list'))
    .description('stored ticks by pair and day')
    .addHelpText('after', '\nExample:\n  tidegate ticks list --data user_data/data\n')
    .option(...JSON_OPTION)
    .action(async (flags: DataFlags & { readonly json?: boolean }) => {
      const { listTicks } = await import('./list-ticks.ts');
      await listTicks(flags);
    });
}

function addCalibrate(ticks: Command): void {
  addDataOptions(ticks.command('calibrate'))
    .description('fit order latency and queue model to your own live orders, with the gap of each')
    .argument(
      '[file]',
      "CSV or JSON: side, price, amount, sent, taken, answered, filled, cancelled (ms or ns UTC); absent: the bot's trade store",
    )
    .option('--db <file>', "a bot's database; absent: the one in the user folder that was written last")
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the orders were on (default: the one that is stored)')
    .option(
      '--shift <ms>',
      'how far the clocks of the orders run ahead of the ticks: orders of a replay exchange, which says by how much',
      numberOf('--shift'),
      0,
    )
    .option('--out <file>', 'write the settings as a configuration')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate ticks calibrate my-orders.csv --pair BTC/USDT:USDT --out calibrated.yaml\n  tidegate ticks calibrate --db user_data/trades.sqlite --pair BTC/USDT:USDT --out calibrated.yaml',
    )
    .action(async (file: string | undefined, flags: CalibrateFlags) => {
      const { calibrate } = await import('./calibrate-ticks.ts');
      await calibrate(file, flags);
    });
}

function addClaims(ticks: Command): void {
  addDataOptions(ticks.command('claims'))
    .description(
      'what the scalping document claims (order flow, trade classification, imbalance, Parkinson), held against stored ticks',
    )
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'exchange that the ticks are of (default: the one that is stored)')
    .option('--timerange <range>', '20240101-20240201; either end may be left out')
    .option('--page <file>', 'write a page')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  tidegate ticks claims --pair BTC/USDT:USDT --page claims.html')
    .action(async (flags: ClaimsFlags) => {
      const { claims } = await import('./claims-ticks.ts');
      await claims(flags);
    });
}

function addPaper(ticks: Command): void {
  addTradeOptions(
    ticks
      .command('paper')
      .description(
        "dry-run strategies on an exchange's live trades and book: nothing is sent, orders meet a simulated queue",
      ),
  )
    .option('--minutes <n>', 'stop after so long; else at Ctrl-C', positive('--minutes'))
    .option('--levels <n>', 'levels of the book to follow', wholeOf('--levels', 1), 50)
    .option(...URL_OPTION)
    .option('--out <dir>', 'write result and page there')
    .option(...JSON_OPTION)
    .option('--no-report', 'write no page')
    .option('--no-keep', 'do not keep the result')
    .addHelpText('after', '\nExample:\n  tidegate ticks paper -s MarketMakerGlft --pairs BTC/USDT:USDT --minutes 30')
    .action(async (flags: PaperFlags) => {
      const { paperTicks } = await import('./paper-ticks.ts');
      await paperTicks(flags);
    });
}

function addReplay(ticks: Command): void {
  addTradeOptions(
    ticks
      .command('replay')
      .description(
        'run a recorded session of "tidegate trade" again: the same quotes, orders and fills, or the first difference',
      )
      .argument('<recording>', 'a file that trading wrote with ticks.recordMb in its configuration'),
  )
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nGive the configuration that the bot has: strategies, pairs, balances and market are in the recording.\n\nExample:\n  tidegate ticks replay user_data/recordings/binanceusdm-perpetual-2024-03-05T10-00-00.000Z.session -c user_data/maker.yaml',
    )
    .action(async (file: string, flags: ReplayRecordingFlags) => {
      const { replayRecording } = await import('./replay-recording.ts');
      await replayRecording(file, flags);
    });
}

function addRun(ticks: Command): void {
  addRunOptions(ticks.command('run').description('backtest a strategy on stored ticks (the same as backtest --ticks)'))
    .option('--out <dir>', 'write result and page there')
    .option('--no-keep', 'do not keep the result')
    .option(...JSON_OPTION)
    .option('--no-report', 'write no page')
    .addHelpText('after', '\nExample:\n  tidegate ticks run -s Scalper --pairs BTC/USDT:USDT\n')
    .action((flags: TickFlags) => backtestTicks(flags));
}
