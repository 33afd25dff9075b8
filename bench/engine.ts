import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type CandleTable, candleTable } from '../core/domain/candles.ts';
import type { InstrumentSpec } from '../core/domain/instrument.ts';
import { fixedSlippage, totalSlippage, volumeShareSlippage } from '../core/engine/fills/slippage.ts';
import { seeded } from '../core/foundation/rng.ts';
import type { MarketData } from '../core/ports/market-data.ts';
import type { BacktestOptions } from '../core/runtime/backtest-options.ts';
import { honestRun } from '../core/runtime/honest-run.ts';
import { prepare } from '../core/runtime/prepare.ts';
import { installHooks } from '../core/runtime/user-code.ts';
import { type Bar, crossedAbove, crossedBelow, type Market, rsi } from '../index.ts';
import { cpuTimes, type Figure, figure } from './figure.ts';

installHooks();
const { default: EmaCross } = await import('../strategies/ema-cross.ts');

const ROWS = 1_051_200;
/** Runs of a process after one to warm up, as the peer's are measured. */
const RUNS = 5;
/** Processes of a case. They take turns with those of the others: the machine's pace changes from minute to minute. */
const ROUNDS = 6;

/** A seeded walk of one-minute candles, rounded to the tick: about 36,000 trades for EMA 12/26. */
function candles(seed: number, rows: number): CandleTable {
  const table = candleTable(rows);
  const rng = seeded(seed);
  const tenth = (x: number) => Math.round(x * 10) / 10;
  let price = 20_000;
  for (let i = 0; i < rows; i++) {
    table.time[i] = 1.7e12 + i * 60_000;
    table.open[i] = tenth(price);
    price *= Math.exp(0.0008 * rng.normal());
    table.close[i] = tenth(price);
    table.high[i] = tenth(Math.max(table.open[i]!, table.close[i]!) * (1 + 0.0004 * rng.next()));
    table.low[i] = tenth(Math.min(table.open[i]!, table.close[i]!) * (1 - 0.0004 * rng.next()));
    table.volume[i] = 10 + 50 * rng.next();
  }
  return table;
}

/** The same candles but for some rows. */
function without(table: CandleTable, rows: readonly number[]): CandleTable {
  if (rows.length === 0) return table;
  const kept = (column: Float64Array) => column.filter((_, row) => !rows.includes(row));
  const { time, open, high, low, close, volume } = table;
  const columns = { time, open, high, low, close, volume };
  const rest = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, kept(column)]));
  return { ...table, ...rest, length: table.length - rows.length };
}

function spec(pair: string): InstrumentSpec {
  return {
    exchange: 'bench',
    pair,
    kind: 'perpetual',
    base: pair.split('/')[0]!,
    quote: 'USDT',
    settle: 'USDT',
    validFrom: 0,
    status: 'trading',
    priceTick: 0.1,
    amountStep: 0.001,
    minAmount: 0.001,
    minCost: 5,
    contractSize: 1,
    makerFee: 0.0005,
    takerFee: 0.0005,
    maxLeverage: 50,
    tiers: [
      { minNotional: 0, maxNotional: 1e12, maintenanceMarginRate: 0.004, maxLeverage: 100, maintenanceAmount: 0 },
    ],
    fundingIntervalHours: 8,
  };
}

/** Market data in memory: the same tables on every load. */
function memory(tables: ReadonlyMap<string, CandleTable>): MarketData {
  const none = () => Promise.resolve({ length: 0, time: new Float64Array(), values: { rate: new Float64Array() } });
  return {
    root: 'bench',
    dataKind: 'synthetic',
    list: () => Promise.resolve([]),
    candles: (_exchange, pair) => Promise.resolve(tables.get(pair)!),
    events: none,
    trades: () => Promise.reject(new Error('no trades')),
    book: () => Promise.reject(new Error('no book')),
    latest: () => Promise.resolve(null),
    contentHash: () => Promise.resolve(''),
    specAt: (_exchange, pair) => Promise.resolve({ spec: spec(pair), assumed: false }),
  };
}

function options(
  tables: ReadonlyMap<string, CandleTable>,
  create: BacktestOptions['strategies'][number]['create'],
): BacktestOptions {
  return {
    strategies: [{ name: 'EmaCross', create, codeHash: 'bench' }],
    data: memory(tables),
    exchange: 'bench',
    pairs: [...tables.keys()],
    timeframe: '1m',
    fills: 'honest',
    stakeCurrency: 'USDT',
    startingBalance: 1e6,
    stakeAmount: 100,
    tradableBalanceRatio: 1,
    maxOpenTrades: tables.size,
    costs: {
      latencyMs: 250,
      spreadBps: 1,
      slippage: totalSlippage([fixedSlippage({ bps: 0.5 }), volumeShareSlippage({ impact: 0.1, maxShare: 0.025 })]),
      volumeShare: 0.1,
      roiRests: true,
    },
    assumeFunding: 0,
    liquidationBuffer: 0.05,
    enableProtections: false,
  };
}

class Averaging extends EmaCross {
  override adjustPosition({
    profit,
    position,
  }: {
    readonly profit: number;
    readonly position: { readonly entries: number };
  }): number | null {
    return profit < -0.005 && position.entries < 3 ? 100 : null;
  }
}

/** One of eight other strategies: its features are of another shape, so that the engine's call sites have seen more than one. */
function other(k: number): typeof EmaCross {
  return class extends EmaCross {
    override features(m: Market) {
      return { [`own${k}`]: rsi(m.candles.close, 5 + k), ...super.features(m) };
    }
    override onCandle({ f, candle, position }: Bar<this>) {
      if (crossedAbove(f.fast, f.slow) && candle.close > 0) this.enter.long();
      else if (position !== null && crossedBelow(f.fast, f.slow)) this.exit.long();
    }
  };
}

/** From features to final ledger, as candles per CPU second on one core. */
export async function run(of: BacktestOptions): Promise<{ trades: number; calls: number }> {
  const prepared = await prepare(of);
  const outcome = await honestRun(prepared, of);
  const done = { trades: outcome.engine!.logs.trades.length, calls: outcome.counts.onCandleCalls! };
  prepared.plan.release();
  outcome.release?.();
  return done;
}

/** Output of a program that may run on one core only, where the system has a way to say so. Rounds take turns at the cores. */
function onOneCore(round: number, program: string, args: readonly string[]): string {
  const core = String(round % availableParallelism());
  canPin ??= spawnSync('taskset', ['-V']).status === 0;
  const pinned = canPin ? ['taskset', '-c', core, program, ...args] : [program, ...args];
  return execFileSync(pinned[0]!, pinned.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

let canPin: boolean | undefined;

/** CPU seconds of vectorbt on the same kind of data, where TIDEGATE_PYTHON has it. */
function vectorbt(round: number): readonly number[] {
  const python = process.env.TIDEGATE_PYTHON;
  const script = fileURLToPath(new URL('peers/vectorbt_run.py', import.meta.url));
  if (!python) return [];
  try {
    return JSON.parse(onOneCore(round, python, [script, String(ROWS), String(RUNS)]));
  } catch {
    return [];
  }
}

/** What is measured of a case: CPU seconds of its runs, and what the first one did. */
interface Measured {
  readonly times: readonly number[];
  readonly trades: number;
  readonly calls: number;
}

export type Case =
  | 'ema_cross'
  | 'ema_cross_after_eight'
  | 'ema_cross_dca'
  | 'ema_cross_5_pairs'
  | 'ema_cross_5_pairs_short'
  | 'ema_cross_5_pairs_gapped';

const onePair = (seed: number, rows: number) => new Map([['BTC/USDT:USDT', candles(seed, rows)]]);
const fivePairs = (rows: number, missing: readonly (readonly number[])[] = []) =>
  options(
    new Map(
      Array.from(
        { length: 5 },
        (_, k) => [`S${k}/USDT:USDT`, without(candles(10 + k, rows), missing[k] ?? [])] as const,
      ),
    ),
    (c) => new EmaCross(c),
  );
const emaCross = () => options(onePair(1, ROWS), (c) => new EmaCross(c));

/** Each in a process of its own: what ran before leaves code and memory of another shape to what runs after. */
export const CASES: Readonly<Record<Case, () => BacktestOptions | Promise<BacktestOptions>>> = {
  ema_cross: emaCross,
  ema_cross_after_eight: async () => {
    const few = onePair(2, 100_000);
    for (let k = 0; k < 8; k++) {
      const Other = other(k);
      await run(options(few, (c) => new Other(c)));
    }
    return emaCross();
  },
  ema_cross_dca: () => options(onePair(1, ROWS), (c) => new Averaging(c)),
  ema_cross_5_pairs: () => fivePairs(ROWS),
  // As many candles in all as of one pair: the compiler has less time to come to its best.
  ema_cross_5_pairs_short: () => fivePairs(ROWS / 5),
  // Some candles are missing, of other minutes for each pair.
  ema_cross_5_pairs_gapped: () => fivePairs(ROWS / 5, [[], [5000], [70_000, 70_001], [100], [90_000, 150_000]]),
};

async function measure(name: Case): Promise<Measured> {
  const of = await CASES[name]();
  const done = await run(of);
  return { times: await cpuTimes(() => run(of), RUNS), ...done };
}

const file = fileURLToPath(import.meta.url);

/** `measure` in a process of its own. */
const apart = (name: Case, round: number): Measured =>
  JSON.parse(onOneCore(round, process.execPath, [...process.execArgv, file, name]));

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]!;

export async function benches(): Promise<readonly Figure[]> {
  const names = Object.keys(CASES) as Case[];
  // By case: the median of each process, in seconds a candle.
  const medians = new Map<string, number[]>([...names, 'vectorbt'].map((name) => [name, []]));
  let first: Measured | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const peer = vectorbt(round);
    if (peer.length > 0) medians.get('vectorbt')!.push(median(peer) / ROWS);
    for (const name of names) {
      const measured = apart(name, round);
      first ??= measured;
      medians.get(name)!.push(median(measured.times) / measured.calls);
    }
  }
  const speed = (name: string, of: (times: readonly number[]) => number): number | undefined => {
    const times = medians.get(name)!;
    return times.length === 0 ? undefined : 1 / of(times);
  };
  const least = (times: readonly number[]) => Math.min(...times);
  // The same code runs up to 1.6 times as fast where the processor's other guests rest: the median is of the hour, the quickest process of the code.
  return [
    figure('engine.ema_cross.trades', first!.trades, 'trades'),
    figure('engine.ema_cross.on_candle_calls', first!.calls, 'calls', ROWS),
    ...names.flatMap((name) => [
      figure(`engine.${name}`, speed(name, median)!, 'candles/cpu-s', speed('vectorbt', median)),
      figure(`engine.${name}.quickest`, speed(name, least)!, 'candles/cpu-s', speed('vectorbt', least)),
    ]),
  ];
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(process.argv[2] as Case)));
