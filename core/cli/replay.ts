import type { Command } from 'commander';
import { UsageError } from '../foundation/errors.ts';
import { utcTime } from '../foundation/utc-time.ts';
import type { RecordingChoice } from '../runtime/ticks/recorded-listings.ts';
import { listOf, numberOf, wholeOf } from './option-values.ts';
import { signalled } from './signalled.ts';

interface ReplayFlags {
  readonly port: number;
  readonly controlPort: number;
  readonly host: string;
  readonly token?: string;
  readonly data?: string;
  readonly exchange?: string;
  readonly pairs?: readonly string[];
  readonly timeframe: string;
  readonly start?: string;
  readonly days?: number;
  readonly ticks?: boolean;
  readonly queue: string;
  readonly seed: string;
  readonly speed: number | 'lockstep';
  readonly stepMs: number;
  readonly balance: number;
  readonly key: string;
  readonly secret: string;
  readonly storm?: number;
  readonly faults?: boolean;
  readonly json?: boolean;
}

const PAIRS = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT'];
/** Faults of a storm from the command line: those that a client must survive without help. */
const STORM = [
  'F2.placed',
  'F2.lost',
  'F3.reset',
  'F3.502',
  'F4.overload',
  'F5.empty',
  'F8.unseen',
  'F19.close',
  'F22.gap',
  'F23.duplicate',
];

const positive = (name: string, to?: number) => numberOf(name, { above: 0, ...(to !== undefined && { to }) });
const speed = (text: string) => (text === 'lockstep' ? text : positive('--speed', 10_000)(text));

/** `tidegate replay` */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('a local exchange (Binance spot and USDⓈ-M) that plays recorded or synthetic markets to any client')
    .option('--port <n>', 'port of the exchange, 0 for any free one', wholeOf('--port', 0, 65_535), 8470)
    .option('--control-port <n>', 'port of the control interface', wholeOf('--control-port', 0, 65_535), 8471)
    .option('--host <address>', 'address to listen on; other than this machine only with --token', '127.0.0.1')
    .option('--token <text>', 'what control calls must show')
    .option('--data <dir>', 'stored candles; without it a market is made from the seed')
    .option('--exchange <name>', 'exchange whose stored candles are played')
    .option('-p, --pairs <list>', `pairs (synthetic: ${PAIRS.join()})`, listOf)
    .option('-t, --timeframe <tf>', 'candles that prices are made of', '1m')
    .option('--start <date>', 'first market time, such as 2024-01-15; default: a day after the candles begin')
    .option(
      '--days <n>',
      'length of a synthetic market (30), or of the recording that is played (1)',
      positive('--days'),
    )
    .option('--ticks', 'play stored trades and order books: orders rest in their queues (--data: user_data/data)')
    .option('--queue <model>', 'queue model of resting orders on recorded books', 'powerProb3(3)')
    .option('--seed <text>', 'seed of everything that is drawn', '1')
    .option('--speed <n>', 'market time per wall time, above 0 to 10000, or "lockstep"', speed, 1)
    .option('--step-ms <n>', 'market time of one step', positive('--step-ms'), 1000)
    .option('--balance <amount>', 'USDT on each of the two accounts', positive('--balance'), 10_000)
    .option('--key <text>', 'API key', 'replay-key')
    .option('--secret <text>', 'API secret of this local exchange', 'replay-secret')
    .option('--storm <rate>', 'share of requests that meet a fault, such as 0.02', positive('--storm', 1))
    .option('--faults', 'list the faults and leave')
    .option('--json', 'print addresses as one JSON line')
    .addHelpText(
      'after',
      '\nExamples:\n  tidegate replay\n  tidegate replay --speed 60 --seed 7\n  tidegate replay --data user_data/data --start 2024-03-01 --speed lockstep\n  tidegate replay --ticks --data user_data/data -p BTC/USDT:USDT --step-ms 100\n',
    )
    .action(replay);
}

async function replay(flags: ReplayFlags): Promise<void> {
  if (flags.faults) return listFaults();
  const [{ ReplayExchange }, { listingsFrom }, { serveReplay }] = await Promise.all([
    import('../exchange/replay/replay-exchange.ts'),
    import('../exchange/replay/listings.ts'),
    import('../exchange/replay/serve-replay.ts'),
  ]);
  const speed = flags.speed === 'lockstep' ? 0 : flags.speed;
  const data = await marketOf(flags);
  const choice = {
    data,
    ...(flags.exchange !== undefined && { exchange: flags.exchange }),
    ...(flags.pairs !== undefined && { pairs: flags.pairs }),
  };
  const recorded = flags.ticks ? await recordingOf(flags, choice) : null;
  const listings = recorded?.listings ?? (await listingsFrom({ ...choice, timeframe: flags.timeframe }));
  const exchange = new ReplayExchange({
    listings,
    seed: flags.seed,
    startTime: recorded?.start ?? startOf(flags, Math.max(...listings.map((l) => l.candles.time[0]!))),
    stepMs: flags.stepMs,
    keys: [{ apiKey: flags.key, secret: flags.secret }],
    sessionClock: () => Date.now(),
    spotDeposits: { USDT: flags.balance },
    futuresDeposit: flags.balance,
  });
  if (flags.storm !== undefined) exchange.faults.storm({ seed: flags.seed, rate: flags.storm, faults: STORM });
  let stop: (error: Error) => void = () => {};
  const failed = new Promise<never>((_done, reject) => {
    stop = reject;
  });
  const server = await serveReplay(exchange, {
    onError: stop,
    port: flags.port,
    controlPort: flags.controlPort,
    host: flags.host,
    speed,
    ...(flags.token !== undefined && { token: flags.token }),
  });
  const about = {
    url: server.url,
    control: server.controlUrl,
    marketTime: exchange.now,
    speed,
    symbols: listings.map((l) => `${l.symbol.venue}:${l.symbol.id}`),
  };
  const aheadMs = recorded && speed === 1 ? exchange.session.now() - exchange.now : undefined;
  process.stdout.write(flags.json ? `${JSON.stringify(about)}\n` : words({ ...about, aheadMs }, flags, data.root));
  const watch = recorded && !flags.json ? sayWhenPlayedOut(exchange) : undefined;
  try {
    await Promise.race([signalled(), failed]);
  } finally {
    clearInterval(watch);
    await server.close();
  }
}

/** A market that stands still looks like a stream that broke: says once that the recording is over. */
function sayWhenPlayedOut(exchange: { readonly isPlayedOut: boolean; readonly now: number }): NodeJS.Timeout {
  const watch = setInterval(() => {
    if (!exchange.isPlayedOut) return;
    clearInterval(watch);
    process.stdout.write(
      `the recording ended before ${new Date(exchange.now).toISOString()}: from here on the market stands still\n`,
    );
  }, 1_000);
  return watch;
}

async function marketOf(flags: ReplayFlags) {
  if (flags.ticks)
    return (await import('../data/catalogue/catalogue.ts')).openCatalogue(flags.data ?? 'user_data/data');
  if (flags.data !== undefined) return (await import('../data/open-data.ts')).openData(flags.data);
  const { synthMarket } = await import('../data/synth/synth-market.ts');
  const from = Date.UTC(2024, 0, 1);
  return synthMarket({
    seed: flags.seed,
    pairs: flags.pairs ?? PAIRS,
    from,
    days: flags.days ?? 30,
    timeframe: flags.timeframe,
    tickMinutes: 0,
  });
}

async function recordingOf(flags: ReplayFlags, choice: Pick<RecordingChoice, 'data' | 'exchange' | 'pairs'>) {
  const { recordedListings } = await import('../runtime/ticks/recorded-listings.ts');
  return recordedListings({
    ...choice,
    ...(flags.start !== undefined && { start: startOf(flags, 0) }),
    lengthMs: (flags.days ?? 1) * 86_400_000,
    queue: flags.queue,
  });
}

function startOf(flags: ReplayFlags, first: number): number {
  if (flags.start === undefined) return first + 86_400_000;
  const time = utcTime(flags.start);
  if (Number.isFinite(time)) return time;
  throw new UsageError('USAGE_DATE', `"${flags.start}" is not a date`, {
    remedy: 'Write 2024-01-15 or 2024-01-15T08:00, UTC.',
  });
}

function words(
  about: {
    readonly url: string;
    readonly control: string;
    readonly marketTime: number;
    readonly speed: number;
    readonly symbols: readonly string[];
    /** How far the clock of orders and fills runs ahead of market time; undefined where the two do not run alike. */
    readonly aheadMs: number | undefined;
  },
  flags: ReplayFlags,
  root: string,
): string {
  const pace =
    about.speed === 0 ? 'lockstep: time moves when the control port says so' : `${about.speed} times wall time`;
  return [
    `replay exchange   ${about.url} (REST and WebSocket)`,
    `control           ${about.control}`,
    `market            ${root}, ${about.symbols.join(' ')}`,
    `market time       ${new Date(about.marketTime).toISOString()}, ${pace}`,
    ...(about.aheadMs === undefined
      ? []
      : [
          `clocks            orders run ${about.aheadMs} ms ahead of market time: "ticks calibrate --shift ${about.aheadMs}"`,
        ]),
    `key               ${flags.key}, its secret is what --secret says; no real money anywhere`,
    'Ctrl-C ends it.\n',
  ].join('\n');
}

async function listFaults(): Promise<void> {
  const { FAULTS } = await import('../exchange/replay/fault-catalogue.ts');
  for (const fault of FAULTS)
    process.stdout.write(`${`${fault.id}.${fault.variant}`.padEnd(18)} ${fault.stage.padEnd(7)} ${fault.doc}\n`);
}
