import type { Command } from 'commander';
import type { FeedRecorder } from '../data/ticks/feed-recorder.ts';
import type { ExchangePort } from '../ports/exchange.ts';
import { numberOf, URL_OPTION, wholeOf } from './option-values.ts';
import { signalled } from './signalled.ts';

interface RecordFlags {
  readonly exchange: string;
  readonly pair: string;
  readonly out: string;
  readonly minutes?: number;
  readonly levels: number;
  readonly url?: string;
}

/** `tidegate record`: the live feed as capture files, which `ticks import` reads. */
export function registerRecord(program: Command): void {
  program
    .command('record')
    .description(
      'write an exchange\'s live trades, book, marks, funding, open interest and liquidations to capture files, for "ticks import"',
    )
    .requiredOption('--pair <pair>', 'such as BTC/USDT:USDT')
    .option('--exchange <name>', 'as ccxt calls it', 'binanceusdm')
    .option('--out <dir>', 'where the files go', 'user_data/recordings')
    .option('--minutes <n>', 'stop after so long; else at Ctrl-C', numberOf('--minutes', { above: 0 }))
    .option('--levels <n>', 'levels of the book', wholeOf('--levels', 1), 100)
    .option(...URL_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate record --pair BTC/USDT:USDT --minutes 60\n  tidegate record --exchange okx --pair ETH/USDT:USDT\n  tidegate record --pair BTC/USDT:USDT --url http://127.0.0.1:8470\n',
    )
    .action(record);
}

async function record(flags: RecordFlags): Promise<void> {
  const [{ FeedRecorder }, { mkdirSync, createWriteStream }, { join }, { pairToFileName }, { openExchange }, errors] =
    await Promise.all([
      import('../data/ticks/feed-recorder.ts'),
      import('node:fs'),
      import('node:path'),
      import('../domain/instrument.ts'),
      import('../exchange/ccxt/open-exchange.ts'),
      import('../foundation/errors.ts'),
    ]);
  const exchange = await openExchange({
    name: flags.exchange,
    kind: flags.pair.includes(':') ? 'perpetual' : 'spot',
    ...(flags.url !== undefined && { url: flags.url }),
  });
  try {
    await exchange.open();
    if (!exchange.market(flags.pair)) {
      const pairs = (await exchange.loadMarkets()).map(({ pair }) => pair);
      throw new errors.TidegateError('EXCHANGE_NO_PAIR', `${exchange.name} has no pair "${flags.pair}"`, {
        remedy: errors.didYouMean(flags.pair, pairs),
      });
    }
    mkdirSync(flags.out, { recursive: true });
    const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, '');
    const stem = join(flags.out, `${pairToFileName(flags.pair)}-${stamp}`);
    const names = ['l2', 'trades', ...(exchange.kind === 'perpetual' ? ['reference'] : [])];
    const files = new Map(names.map((name) => [name, createWriteStream(`${stem}-${name}.csv`)]));
    const to = (name: string) => (text: string) => files.get(name)?.write(text);
    const recorder = new FeedRecorder({ l2: to('l2'), trades: to('trades'), reference: to('reference') });
    const say = (what: string, { state, reason }: { readonly state: string; readonly reason: string }) =>
      process.stderr.write(`${new Date().toISOString()} ${what}: ${state} (${reason})\n`);
    exchange.watchBook([flags.pair], flags.levels, {
      event: (book) => recorder.book({ ...book, timestamp: book.exchangeTime }, local(book)),
      state: (told) => {
        // What came in the gap is not known: the next book stands for itself.
        if (told.state !== 'live') recorder.restart();
        say('book', told);
      },
    });
    exchange.watchTrades([flags.pair], {
      event: (trade) => recorder.trades([{ ...trade, timestamp: trade.exchangeTime }], local(trade)),
      state: (told) => say('trades', told),
    });
    if (exchange.kind === 'perpetual') followReference(exchange, flags.pair, recorder);
    await ended(flags.minutes);
    await exchange.close();
    for (const file of files.values()) await new Promise<void>((done) => file.end(() => done()));
    process.stdout.write(`${recorder.rows} rows in ${names.map((name) => `${stem}-${name}.csv`).join(', ')}\n`);
  } finally {
    await exchange.close();
  }
}

/** Beyond this distance the exchange's clock is not ours, ms: a replay of the past, whose messages count as received when they were made. */
const SAME_CLOCK_MS = 600_000;

/** When an event reached us, ns. */
function local({ exchangeTime, receivedAt }: { readonly exchangeTime: number; readonly receivedAt: number }): bigint {
  const ms = Math.abs(receivedAt - exchangeTime) < SAME_CLOCK_MS ? receivedAt : exchangeTime;
  return BigInt(Math.round(ms)) * 1_000_000n;
}

/** What a perpetual has beside trades and book, as far as the exchange tells it. */
function followReference(exchange: ExchangePort, pair: string, recorder: FeedRecorder): void {
  const { capabilities } = exchange;
  exchange.watchFunding([pair], {
    event: (told) => recorder.funding({ ...told, timestamp: told.exchangeTime }, local(told)),
  });
  if (capabilities.openInterest)
    exchange.watchOpenInterest([pair], {
      event: (told) => recorder.openInterest(told.exchangeTime, told.amount, local(told)),
    });
  if (capabilities.streams.liquidations)
    exchange.watchLiquidations([pair], {
      event: (told) => recorder.liquidation({ ...told, timestamp: told.exchangeTime }, local(told)),
    });
}

/** Resolves after so many minutes, or when asked to stop. */
async function ended(minutes: number | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((done) => {
    // Without an end it keeps the process running while nothing is heard.
    timer = minutes === undefined ? setInterval(() => {}, 3_600_000) : setTimeout(done, minutes * 60_000);
  });
  await Promise.race([signalled(), over]);
  clearTimeout(timer);
}
