import type { Command } from 'commander';

/** A top-level command: its line in `--help`, and its module, loaded only when the command is used. */
export interface CommandEntry {
  readonly name: string;
  readonly doc: string;
  readonly load: () => Promise<(program: Command) => void>;
}

/** All commands, in the order of `--help`. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    doc: 'backtest the ready strategies and write a report: the first thing to run',
    load: async () => (await import('./demo.ts')).registerDemo,
  },
  {
    name: 'backtest',
    doc: 'run strategies over stored candles',
    load: async () => (await import('./backtest.ts')).registerBacktest,
  },
  {
    name: 'batch',
    doc: 'backtests of every strategy on every pair in every part of the time, on all cores or many machines',
    load: async () => (await import('./batch.ts')).registerBatch,
  },
  {
    name: 'new',
    doc: 'make a strategy, a plugin or a user folder',
    load: async () => (await import('./new.ts')).registerNew,
  },
  {
    name: 'list',
    doc: 'strategies, features and modules of every kind',
    load: async () => (await import('./list.ts')).registerList,
  },
  {
    name: 'show',
    doc: "one module, feature or result in detail; a bot's trades, orders and decisions",
    load: async () => (await import('./show.ts')).registerShow,
  },
  {
    name: 'data',
    doc: 'import, list, validate, resample, export or make market data',
    load: async () => (await import('./data/register-data.ts')).registerData,
  },
  {
    name: 'ticks',
    doc: 'trades and books: import, list, backtest on them',
    load: async () => (await import('./ticks.ts')).registerTicks,
  },
  {
    name: 'record',
    doc: "write an exchange's live trades and book to files",
    load: async () => (await import('./record.ts')).registerRecord,
  },
  {
    name: 'download',
    doc: 'fetch market data from an exchange',
    load: async () => (await import('./data/register-download.ts')).registerDownload,
  },
  { name: 'compute', doc: 'features of a data file', load: async () => (await import('./compute.ts')).registerCompute },
  {
    name: 'explore',
    doc: 'a page about stored candles: charts, distributions, features',
    load: async () => (await import('./explore.ts')).registerExplore,
  },
  {
    name: 'check',
    doc: 'prove a strategy free of look-ahead, warm-up error and repaint',
    load: async () => (await import('./check.ts')).registerCheck,
  },
  {
    name: 'hyperopt',
    doc: 'search the parameters of a strategy, and the odds that what it finds is luck',
    load: async () => (await import('./hyperopt.ts')).registerHyperopt,
  },
  {
    name: 'walk-forward',
    doc: 'tune on a window, trade the next one, move on: what tuning is worth out of sample',
    load: async () => (await import('./walk-forward.ts')).registerWalkForward,
  },
  {
    name: 'cross-validate',
    doc: 'tune on all ways of leaving parts of the time out, trade those: purged, embargoed, combinatorial',
    load: async () => (await import('./cross-validate.ts')).registerCrossValidate,
  },
  {
    name: 'robustness',
    doc: 'a strategy as it is under other costs, starts, periods, pairs and parameters, and resampled',
    load: async () => (await import('./robustness.ts')).registerRobustness,
  },
  {
    name: 'worker',
    doc: 'run trials for searches on other machines, through Redis',
    load: async () => (await import('./worker.ts')).registerWorker,
  },
  {
    name: 'dataset',
    doc: 'features and label as a table: build and export',
    load: async () => (await import('./dataset.ts')).registerDataset,
  },
  {
    name: 'features',
    doc: 'which features are worth having: selection in purged folds',
    load: async () => (await import('./features.ts')).registerFeatures,
  },
  {
    name: 'volatility',
    doc: 'how well volatility models forecast, held against each other',
    load: async () => (await import('./volatility.ts')).registerVolatility,
  },
  {
    name: 'learning',
    doc: 'what a strategy that learns is worth: blocks, confidence gate, members, costs',
    load: async () => (await import('./learning.ts')).registerLearning,
  },
  {
    name: 'train',
    doc: 'train a model on stored candles and keep it',
    load: async () => (await import('./train.ts')).registerTrain,
  },
  {
    name: 'models',
    doc: 'list, show, compare, promote and move trained models',
    load: async () => (await import('./models.ts')).registerModels,
  },
  {
    name: 'trade',
    doc: 'trade on live data: on paper, on a test network, or with real money',
    load: async () => (await import('./trade.ts')).registerTrade,
  },
  {
    name: 'halt',
    doc: 'the kill switch of a bot',
    load: async () => (await import('./halt.ts')).registerHalt,
  },
  {
    name: 'tell',
    doc: 'tell a running bot: pause, resume, stop, reload, status, force-enter, force-exit',
    load: async () => (await import('./tell.ts')).registerTell,
  },
  {
    name: 'replay',
    doc: 'a local exchange that plays recorded or synthetic markets to any client, and misbehaves on demand',
    load: async () => (await import('./replay.ts')).registerReplay,
  },
  {
    name: 'pairlist',
    doc: 'what a chain of pair lists picks, on stored data at any moment',
    load: async () => (await import('./pairlist.ts')).registerPairlist,
  },
  {
    name: 'plot',
    doc: 'a page of candles, features and trades',
    load: async () => (await import('./plot.ts')).registerPlot,
  },
  {
    name: 'results',
    doc: 'list, show and compare kept results',
    load: async () => (await import('./results.ts')).registerResults,
  },
  {
    name: 'compare',
    doc: 'a dry-run or live run beside a backtest of the same span, the gap of each trade by cause',
    load: async () => (await import('./compare.ts')).registerCompare,
  },
  {
    name: 'backup',
    doc: "copy a bot's database, also while it runs",
    load: async () => (await import('./records/backup.ts')).registerBackup,
  },
  {
    name: 'export',
    doc: "a bot's trades, orders, fills, decisions or equity as CSV or JSON",
    load: async () => (await import('./records/export.ts')).registerExportRecords,
  },
  {
    name: 'import',
    doc: "another program's records, such as Freqtrade's database",
    load: async () => (await import('./records/import.ts')).registerImportRecords,
  },
  {
    name: 'config',
    doc: 'show the merged configuration, or its schema',
    load: async () => (await import('./config.ts')).registerConfig,
  },
  {
    name: 'doctor',
    doc: 'what is installed and what works',
    load: async () => (await import('./doctor.ts')).registerDoctor,
  },
];
