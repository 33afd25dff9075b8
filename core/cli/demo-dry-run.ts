import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timeframe } from '../domain/timeframe.ts';
import type { ReplayExchange } from '../exchange/replay/replay-exchange.ts';
import type { RunComparison } from '../runtime/compare/compare-run.ts';
import type { TradeSession } from '../runtime/trade/trade-session.ts';
import { type DemoMarket, type DemoSelection, demoConfig } from './demo-data.ts';
import { progressBar } from './progress-bar.ts';

/** What the demonstration's dry-run is made of. */
export interface DemoDryRun {
  readonly strategy: string;
  readonly selection: DemoSelection;
  readonly market: DemoMarket;
  /** Folder of the bot: its database, its logs. Emptied first. */
  readonly userdir: string;
  /** The page that puts it beside a backtest. */
  readonly page: string;
  /** Most candles that are played: half of what is there, if that is less. */
  readonly candles: number;
}

/** How a dry-run went: beside the backtest of the same candles, and how fast market time passed. */
export interface DryRunShown {
  readonly comparison: RunComparison;
  readonly hours: number;
  readonly seconds: number;
}

/** Most that one candle may take, ms: beyond it the machine is asleep or the bot has ended. */
const CANDLE_MS = 20_000;

/**
 * Plays the last candles of a market on a replay exchange in this process, as fast as the bot takes them, and lets `tidegate trade` in dry-run
 * trade on it through its sockets. Afterwards the run is held against a backtest of the same candles.
 */
export async function demoDryRun(wanted: DemoDryRun): Promise<DryRunShown> {
  const { selection, market, userdir, strategy } = wanted;
  const [{ ReplayExchange }, { listingsFrom }, { serveReplay }, { runTrade }] = await Promise.all([
    import('../exchange/replay/replay-exchange.ts'),
    import('../exchange/replay/listings.ts'),
    import('../exchange/replay/serve-replay.ts'),
    import('../runtime/trade/run-trade.ts'),
  ]);
  const { exchange: name, pairs } = selection;
  const frame = timeframe(selection.timeframe);
  const listings = await listingsFrom({ data: market.data, exchange: name, pairs, timeframe: selection.stored });
  // Every pair has candles from the first to the last that is played, and those before them warm the features up.
  const end = frame.openOf(Math.min(...listings.map(({ candles }) => candles.time[candles.length - 1]!)));
  const first = Math.max(...listings.map(({ candles }) => candles.time[0]!));
  const candles = Math.min(wanted.candles, Math.floor((end - first) / frame.ms / 2));
  const start = end - candles * frame.ms;
  const exchange = new ReplayExchange({
    listings,
    seed: 1,
    startTime: start,
    stepMs: 15_000,
    keys: [],
    sessionClock: () => Date.now(),
  });
  rmSync(userdir, { recursive: true, force: true });
  mkdirSync(userdir, { recursive: true });
  // The replay exchange speaks Binance's protocol, whatever exchange the candles come from.
  const config = { ...(await demoConfig(strategy, { ...selection, exchange: 'binance' })), notifiers: [] };
  const server = await serveReplay(exchange);
  const began = performance.now();
  const bar = progressBar(`dry-run ${strategy}`);
  let stop: (reason: string) => void = () => {};
  let started: (session: TradeSession) => void = () => {};
  const session = new Promise<TradeSession>((done) => {
    started = done;
  });
  const ended = runTrade({
    mode: 'dry-run',
    userdir,
    config: async () => config,
    environment: {},
    url: server.url,
    console: null,
    wall: () => Date.now(),
    stop: new Promise((done) => {
      stop = done;
    }),
    onSession: (running) => started(running),
  });
  try {
    const running = await Promise.race([session, ended.then(() => null)]);
    if (running !== null) {
      await heard(exchange, pairs);
      for (let k = 1; k <= candles; k++) {
        const close = start + k * frame.ms;
        // Step by step, each one read before the next: what the bot does depends on the market alone, not on how fast this machine is.
        while (exchange.now < close + exchange.stepMs) {
          exchange.advance(exchange.stepMs);
          await server.flushed();
          await running.idle();
        }
        await digested(running, pairs, close - frame.ms);
        bar.update(k / candles);
      }
    }
    stop('the demonstration is over');
    await ended;
  } finally {
    bar.stop();
    stop('the demonstration failed');
    await server.close();
  }
  const seconds = (performance.now() - began) / 1000;
  const comparison = await compared(wanted);
  return { comparison, hours: (candles * frame.ms) / 3_600_000, seconds };
}

/** What a dry-run on perpetuals listens to of each pair. */
const STREAMS = ['kline', 'trade'];

/** Resolves once the bot listens to every pair: candles that close before that it would have to ask for, prices would be missed. */
async function heard(exchange: ReplayExchange, pairs: readonly string[]): Promise<void> {
  const until = performance.now() + CANDLE_MS;
  const isHeard = (pair: string) => {
    const id = pair.split(':')[0]!.replace('/', '').toLowerCase();
    const streams = [...exchange.hub.connections].flatMap((connection) => [...connection.streams]);
    return STREAMS.every((kind) =>
      streams.some((name) => name.startsWith(`${id}@`) && name.toLowerCase().includes(kind)),
    );
  };
  while (!pairs.every(isHeard) && performance.now() < until) await new Promise((done) => setTimeout(done, 5));
}

/** Resolves once the bot has processed the candles that opened at `time`. */
async function digested(session: TradeSession, pairs: readonly string[], time: number): Promise<void> {
  const { grids } = session.wiring;
  const until = performance.now() + CANDLE_MS;
  while (!pairs.every((pair) => grids.lastTime(pair) >= time) && performance.now() < until)
    await new Promise((done) => setTimeout(done, 1));
  await session.idle();
}

async function compared({ userdir, page, strategy, selection, market }: DemoDryRun): Promise<RunComparison> {
  const [{ SqliteTradeReader }, { compareRun, spanOf }, { renderComparison }, { assembleBacktest }] = await Promise.all(
    [
      import('../persistence/trade-store/trade-reader.ts'),
      import('../runtime/compare/compare-run.ts'),
      import('../report/compare/render-comparison.ts'),
      import('../runtime/assemble.ts'),
    ],
  );
  const reader = new SqliteTradeReader(join(userdir, 'dry-run.sqlite'));
  try {
    const span = spanOf(reader);
    const config = await demoConfig(strategy, selection, `${Math.ceil(span.from)}-${Math.ceil(span.to)}`);
    const options = await assembleBacktest(config, { userdir, dataFolder: market.data.root }, market.data);
    const comparison = await compareRun(reader, options, span);
    writeFileSync(page, renderComparison(comparison));
    return comparison;
  } finally {
    reader.close();
  }
}
