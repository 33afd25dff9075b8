import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { keysFromEnvironment, keyVariable } from '../../exchange/ccxt/keys-from-environment.ts';
import type { ExchangeKeys } from '../../exchange/ccxt/make-client.ts';
import { openExchange } from '../../exchange/ccxt/open-exchange.ts';
import { wallClock } from '../../exchange/exchange-clock.ts';
import { SharedLimits } from '../../exchange/limiter-pool.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { openTradeStore } from '../../persistence/trade-store/open-trade-store.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { Registry } from '../../registry/registry.ts';
import { withAlerts } from '../alerts/alerting-store.ts';
import { makeAlertDesk } from '../alerts/make-alert-desk.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { learnerThread } from '../learning/learner-thread.ts';
import { loadRegistry } from '../load-registry.ts';
import { assembleTickTrade } from '../ticks/assemble-ticks.ts';
import { needsTicks } from '../ticks/needs-ticks.ts';
import { startTickTrade } from '../ticks/start-tick-trade.ts';
import type { LiveUniverse } from '../universe/live-universe.ts';
import { botFolder } from './bot-folders.ts';
import { type AfterCommand, carryOut, statusOf } from './carry-out.ts';
import { Heartbeat } from './heartbeat.ts';
import { openUniverse, universeCare, withPairs } from './live-pairs.ts';
import type { StoredMarket } from './load-history.ts';
import { unfinishedHalt } from './loss-limit.ts';
import type { OperatedSession } from './operated-session.ts';
import { OperatorDesk } from './operator.ts';
import { OperatorLine } from './operator-line.ts';
import { rehearseReload } from './rehearse-reload.ts';
import { tradeLog } from './trade-log.ts';
import { checkAccount, planTrade } from './trade-plan.ts';
import { startSession, TradeSession } from './trade-session.ts';
import type { TradeLog, TradeSettings } from './trade-settings.ts';

/** How a bot is run from the command line. */
export interface TradeRun {
  readonly mode: TradeSettings['mode'];
  readonly userdir: string;
  /** Its name, where several bots run in one process: it has a folder and keys of its own. */
  readonly bot?: string;
  /** Read anew at each reload. */
  readonly config: () => Promise<Config>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Another server that speaks the exchange's protocol. */
  readonly url?: string;
  readonly console: ((line: string) => void) | null;
  readonly wall: () => number;
  /** Shared with other bots of the process; absent: its own connections share theirs. */
  readonly limits?: SharedLimits;
  /** Ends the bot when it resolves: a signal. */
  readonly stop: Promise<string>;
  /** Leave everything, then end: `tidegate halt` without a running bot. */
  readonly haltAtOnce?: { readonly flatten: boolean };
  /** Told of each session once it runs: for tests and the demonstration. */
  readonly onSession?: (session: TradeSession) => void;
  /** Stored candles of the market: history that need not be asked for. */
  readonly dataFolder?: (config: Config) => string;
  /** On trades and books, also where the strategies could do with candles. */
  readonly ticks?: boolean;
}

const CARE_MS = 200;
/** How long the last alerts may take. */
const ALERTS_MS = 5_000;
const BEAT_MS = 5_000;

/**
 * Runs the bot until it is told to stop: one session after another, since a reload is a restart through recovery.
 * @throws TidegateError for whatever ends it: settings, keys, exchange, store
 */
export async function runTrade(run: TradeRun): Promise<void> {
  const limits = run.limits ?? new SharedLimits();
  try {
    for (let again = true; again; ) again = (await runOnce({ ...run, limits })) === 'reload';
  } finally {
    if (run.limits === undefined) limits.close();
  }
}

async function runOnce(run: TradeRun): Promise<AfterCommand> {
  const { userdir } = run;
  const given = await run.config();
  const registry = await loadRegistry({ userdir, packages: given.plugins });
  const universe = await openUniverse(given, registry, run);
  try {
    return await runWith(run, universe === null ? given : withPairs(given, universe.pairs), registry, universe);
  } finally {
    await universe?.close();
  }
}

async function runWith(
  run: TradeRun,
  config: Config,
  registry: Registry,
  universe: LiveUniverse | null,
): Promise<AfterCommand> {
  const { mode, userdir, wall } = run;
  const { options, settings } = await planTrade(config, mode, userdir);
  const isOnTicks = run.ticks === true || options.strategies.some((source) => needsTicks(source, options.pairs[0]!));
  const folder = botFolder(userdir, run.bot);
  mkdirSync(folder, { recursive: true });
  const keys = keysOf(run);
  const secrets = Object.values(keys);
  const name = mode === 'dry-run' ? 'dry-run' : mode === 'testnet' ? 'testnet' : 'trades';
  const file = config.trade.logFile ?? join(folder, 'logs', 'trade.log');
  const log = tradeLog({ file, console: run.console, secrets, wall, session: `${process.pid}` });
  const alerts = await makeAlertDesk(registry, config.notifiers);
  const exchange = await openExchange({
    name: options.exchange,
    kind: options.pairs[0]!.includes(':') ? 'perpetual' : 'spot',
    keys,
    ...(run.url !== undefined && { url: run.url }),
    ...(mode === 'testnet' && run.url === undefined && { testnet: true }),
    ...(run.limits && { limits: run.limits }),
  });
  try {
    await exchange.open();
    await checkAccount(exchange, config, mode, wall);
    const opened = await openTradeStore(config.trade.database ?? join(folder, `${name}.sqlite`), {
      mode,
      at: wall(),
      inputs: { strategies: options.strategies.map((s) => [s.name, s.codeHash]), pairs: [...options.pairs] },
    });
    const store = withAlerts(opened, alerts, wall);
    try {
      const text = `${mode} on ${exchange.account}: ${options.pairs.join(', ')}`;
      alerts.raise({ kind: 'start', title: 'The bot starts', text, time: wall() });
      let end: (error: Error | null) => void = () => {};
      const ended = new Promise<Error | null>((done) => {
        end = done;
      });
      const deadMansSwitchMs = switchOf(config, exchange, isOnTicks);
      const parts = {
        options,
        settings: { ...settings, deadMansSwitchMs },
        exchange,
        store,
        stored: await storedMarket(run, config, options.exchange),
        log,
        clock: wallClock,
        onEnd: end,
        learner: (pairs: readonly string[], keepMs: number) => {
          const codeHashes = options.strategies.map((s) => s.codeHash);
          return learnerThread({ config, userdir, pairs, keepMs, codeHashes });
        },
      };
      const session = isOnTicks
        ? await startTickTrade({ ...parts, ...(await assembleTickTrade(config, options, settings, exchange, userdir)) })
        : await startSession(parts);
      tellStart(session, exchange, config, log, mode, isOnTicks);
      try {
        const care = universeCare(universe, session, alerts, wall);
        return await live(run, options, session, exchange, ended, care, unfinishedHalt(store));
      } finally {
        await session.close();
      }
    } finally {
      await store.close(wall()).catch(() => {});
    }
  } catch (error) {
    const text = messageOf(error);
    alerts.raise({ kind: 'failure', title: 'The bot fails', text, time: wall() });
    throw error;
  } finally {
    alerts.raise({ kind: 'end', title: 'The bot ends', text: `${mode} on ${exchange.account}`, time: wall() });
    await alerts.drain(new Promise((done) => setTimeout(done, ALERTS_MS).unref()));
    await exchange.close();
  }
}

/** The session at work, with its operator, until something ends it. */
async function live(
  run: TradeRun,
  options: BacktestOptions,
  session: OperatedSession,
  exchange: ExchangePort,
  ended: Promise<Error | null>,
  care: () => readonly string[] | null,
  unfinished: string | null,
): Promise<AfterCommand> {
  const { environment, wall, mode } = run;
  const folder = botFolder(run.userdir, run.bot);
  if (run.haltAtOnce) {
    await session.halt(run.haltAtOnce.flatten, 'tidegate halt');
    return 'end';
  }
  const heartbeat = new Heartbeat(folder, environment);
  const line = new OperatorLine({
    desk: new OperatorDesk(folder, wall()),
    status: (doing) => JSON.stringify({ ...(doing !== null && { doing }), ...statusOf(session) }, null, 2),
    carryOut: async (command) => {
      const isReload = command.command === 'reload';
      const changes = isReload ? `: ${await rehearseReload(run, options, termsOf(session), exchange)}` : '';
      const done = await carryOut(session, command);
      return { ...done, text: `${done.text}${changes}` };
    },
    onFailure: (command, reason) =>
      session.loop.turn(() => session.loop.decide({ kind: 'alert', reason: `"${command}" failed: ${reason}` })),
  });
  session.run();
  if (session instanceof TradeSession) run.onSession?.(session);
  heartbeat.notify('READY=1');
  let failed: Error | null | undefined;
  ended.then((error) => {
    failed = error;
  });
  let isSignalled = false;
  run.stop.then(() => {
    isSignalled = true;
  });
  const beat = () => {
    const { ledger } = session.loop.engine;
    heartbeat.beat({
      pid: process.pid,
      at: wall(),
      mode,
      account: exchange.account,
      isHalted: session.isHalted,
      equity: ledger.equity,
      openPositions: ledger.open.map((p) => p.pair),
      lastCandle: session.lastCandle,
    });
  };
  beat();
  if (unfinished !== null) line.halt('unfinished', true);
  // Of its own: a command such as a halt may take minutes, and the bot is alive meanwhile.
  const beating = setInterval(beat, BEAT_MS);
  try {
    while (line.after === 'go-on' && failed === undefined && !isSignalled) {
      line.look();
      const joined = line.isBusy ? null : care();
      // What is broken does not end what works.
      if (joined !== null && (await canReload(run, options, session, exchange, joined))) line.after = 'reload';
      await new Promise((done) => setTimeout(done, CARE_MS));
    }
    // A halt is not left half done for a signal.
    if (failed === undefined) await Promise.race([line.idle(), ended]);
  } finally {
    clearInterval(beating);
    heartbeat.end(failed === undefined && !isSignalled && line.after === 'reload');
  }
  if (failed instanceof Error) throw failed;
  return line.after === 'reload' ? 'reload' : 'end';
}

/** What a reload with other pairs would start, made for a trial; where that fails, the bot goes on with the pairs it has and says why. */
async function canReload(
  run: TradeRun,
  options: BacktestOptions,
  session: OperatedSession,
  exchange: ExchangePort,
  pairs: readonly string[],
): Promise<boolean> {
  try {
    await rehearseReload(run, options, termsOf(session), exchange, pairs);
    return true;
  } catch (error) {
    const reason = `the pair lists named other pairs, but a reload would fail: ${(error as Error).message}`;
    session.loop.turn(() => session.loop.decide({ kind: 'alert', reason, data: { pairs: [...pairs] } }));
    return false;
  }
}

const termsOf = (session: OperatedSession) => (session instanceof TradeSession ? session.terms : null);

/** Keys from the environment. A dry-run needs none; the replay exchange has known ones. @throws TidegateError TRADE_NO_KEY */
function keysOf({ environment, mode, url, bot }: TradeRun): ExchangeKeys {
  if (mode === 'dry-run') return {};
  const keys = keysFromEnvironment(environment, bot);
  if (Object.keys(keys).length > 0) return keys;
  if (url !== undefined) return { apiKey: 'replay-key', secret: 'replay-secret' };
  const of = (name: string) => keyVariable(name, bot);
  throw new TidegateError('TRADE_NO_KEY', 'no key is set', {
    where: 'environment',
    remedy: `Set ${of('TIDEGATE_API_KEY')} and ${of('TIDEGATE_API_SECRET')} (OKX also ${of('TIDEGATE_API_PASSWORD')}; Hyperliquid ${of('TIDEGATE_WALLET_ADDRESS')} and ${of('TIDEGATE_PRIVATE_KEY')}).`,
  });
}

/** Stored data, where it is of the very market that is traded: a test network and a replay have prices of their own. */
async function storedMarket(
  { mode, url, dataFolder }: TradeRun,
  config: Config,
  exchange: string,
): Promise<StoredMarket | null> {
  if (dataFolder === undefined || mode === 'testnet' || url !== undefined) return null;
  const { openData } = await import('../../data/open-data.ts');
  try {
    return { data: await openData(dataFolder(config)), exchange };
  } catch (error) {
    // Nothing is stored yet: the exchange gives all of it.
    if (error instanceof TidegateError && error.code.startsWith('DATA_FOLDER')) return null;
    throw error;
  }
}

/** The dead-man's switch is on by itself only where it is known to leave stops alone. Quotes of a bot that is dead are worse than late entries. */
function switchOf(config: Config, exchange: ExchangePort, isOnTicks: boolean): number {
  if (!exchange.capabilities.deadMansSwitch) return 0;
  const { deadMansSwitchSeconds } = config.trade;
  return (deadMansSwitchSeconds ?? (exchange.name === 'binanceusdm' ? (isOnTicks ? 15 : 120) : 0)) * 1_000;
}

function tellStart(
  session: OperatedSession,
  exchange: ExchangePort,
  { stakeAmount, maxOpenTrades, ticks }: Config,
  log: TradeLog,
  mode: string,
  isOnTicks: boolean,
): void {
  const { ledger } = session.loop.engine;
  // Quotes and orders by hand know no stake: all of the cash may stand behind them.
  const isBound = stakeAmount !== 'unlimited' && !isOnTicks;
  log('info', 'trade', {
    mode,
    account: exchange.account,
    pairs: session.terms.pairs.join(','),
    balance: ledger.equity,
    maySpend: isBound ? Math.min(ledger.equity, stakeAmount * maxOpenTrades) : ledger.equity,
    ...(isOnTicks && { quoteLeverage: ticks.quoteLeverage ?? 1 }),
    positions: ledger.openPositions,
    ...(session.isHalted && { entries: 'stopped: "tidegate tell resume" lets them go on' }),
  });
}
