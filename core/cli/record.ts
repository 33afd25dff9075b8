import type { Command } from 'commander';

interface RecordFlags {
  readonly exchange: string;
  readonly pair: string;
  readonly out: string;
  readonly minutes?: string;
  readonly levels: string;
}

/** `tidegate record`: the live feed as capture files, which `ticks import` reads. */
export function registerRecord(program: Command): void {
  program
    .command('record')
    .description('write an exchange\'s live trades and book to capture files, for "ticks import"')
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'as ccxt calls it', 'binanceusdm')
    .option('--out <dir>', 'where the files go', 'user_data/recordings')
    .option('--minutes <n>', 'stop after so long; else at Ctrl-C')
    .option('--levels <n>', 'levels of the book', '100')
    .action(record);
}

async function record(flags: RecordFlags): Promise<void> {
  const [{ FeedRecorder }, { mkdirSync, createWriteStream }, { join }, { pairToFileName }, { TidegateError }, ccxt] =
    await Promise.all([
      import('../data/ticks/feed-recorder.ts'),
      import('node:fs'),
      import('node:path'),
      import('../domain/instrument.ts'),
      import('../foundation/errors.ts'),
      import('ccxt'),
    ]);
  const pro = (ccxt.default as unknown as { pro: Record<string, new (o: object) => LiveFeed> }).pro;
  const Exchange = pro[flags.exchange];
  if (!Exchange)
    throw new TidegateError('EXCHANGE_UNKNOWN', `there is no live feed of "${flags.exchange}"`, {
      remedy: 'Use an id of ccxt pro, such as binanceusdm.',
    });
  const feed = new Exchange({ enableRateLimit: true });
  mkdirSync(flags.out, { recursive: true });
  const stem = join(
    flags.out,
    `${pairToFileName(flags.pair)}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, '')}`,
  );
  const files = { l2: createWriteStream(`${stem}-l2.csv`), trades: createWriteStream(`${stem}-trades.csv`) };
  const recorder = new FeedRecorder({ l2: (text) => files.l2.write(text), trades: (text) => files.trades.write(text) });
  const end = flags.minutes ? Date.now() + Number(flags.minutes) * 60_000 : Number.POSITIVE_INFINITY;
  let isOver = false;
  process.once('SIGINT', () => {
    isOver = true;
  });
  const nowNs = () => BigInt(Date.now()) * 1_000_000n;
  const loop = async (next: () => Promise<void>) => {
    while (!isOver && Date.now() < end) await next();
  };
  await Promise.all([
    loop(async () => recorder.book(await feed.watchOrderBook(flags.pair, Number(flags.levels)), nowNs())),
    loop(async () => recorder.trades(await feed.watchTrades(flags.pair), nowNs())),
  ]);
  await feed.close();
  for (const file of Object.values(files)) await new Promise((done) => file.end(done));
  process.stdout.write(`${recorder.rows} rows in ${stem}-l2.csv and ${stem}-trades.csv\n`);
}

/** The part of a ccxt pro exchange that recording uses. */
interface LiveFeed {
  watchOrderBook(pair: string, limit: number): Promise<import('../data/ticks/feed-recorder.ts').LiveBook>;
  watchTrades(pair: string): Promise<readonly import('../data/ticks/feed-recorder.ts').LiveTrade[]>;
  close(): Promise<void>;
}
