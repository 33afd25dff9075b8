import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../core/config/schema.ts';
import { type CandleTable, candleTable } from '../core/domain/candles.ts';
import type { InstrumentSpec } from '../core/domain/instrument.ts';
import { seeded } from '../core/foundation/rng.ts';
import type { MarketData } from '../core/ports/market-data.ts';
import { loadSearch, runSearch } from '../core/runtime/hyperopt/search.ts';
import { ThreadPool } from '../core/runtime/hyperopt/thread-pool.ts';
import { type Figure, figure } from './figure.ts';

/** A year of five-minute candles. */
const ROWS = 105_120;
const PAIRS = ['S0/USDT', 'S1/USDT', 'S2/USDT', 'S3/USDT', 'S4/USDT'];
const STEP = 300_000;
/** A seeded walk of five-minute candles, rounded to the tick. */
function candles(seed: number): CandleTable {
  const table = candleTable(ROWS);
  const rng = seeded(seed);
  const tick = (x: number) => Math.round(x * 10) / 10;
  let price = 20_000;
  for (let i = 0; i < ROWS; i++) {
    table.time[i] = Date.UTC(2023, 0, 1) + i * STEP;
    table.open[i] = tick(price);
    price *= Math.exp(0.0018 * rng.normal());
    table.close[i] = tick(price);
    table.high[i] = tick(Math.max(table.open[i]!, table.close[i]!) * (1 + 0.0008 * rng.next()));
    table.low[i] = tick(Math.min(table.open[i]!, table.close[i]!) * (1 - 0.0008 * rng.next()));
    table.volume[i] = 10 + 50 * rng.next();
  }
  return table;
}

function spec(pair: string): InstrumentSpec {
  return {
    exchange: 'bench',
    pair,
    kind: 'spot',
    base: pair.split('/')[0]!,
    quote: 'USDT',
    settle: 'USDT',
    validFrom: 0,
    status: 'trading',
    priceTick: 0.1,
    amountStep: 0.0001,
    minAmount: 0.0001,
    minCost: 5,
    contractSize: 1,
    makerFee: 0.001,
    takerFee: 0.001,
    maxLeverage: 1,
    tiers: [],
    fundingIntervalHours: 0,
  };
}

/** Market data in memory. */
function market(): MarketData {
  const tables = new Map(PAIRS.map((pair, k) => [pair, candles(10 + k)]));
  const missing = () => Promise.reject(new Error('not in this bench'));
  return {
    root: 'bench',
    dataKind: 'synthetic',
    list: () =>
      Promise.resolve(
        PAIRS.map((pair) => ({
          exchange: 'bench',
          pair,
          type: 'candles' as const,
          timeframe: '5m',
          rows: ROWS,
          first: Date.UTC(2023, 0, 1),
          last: Date.UTC(2023, 0, 1) + (ROWS - 1) * STEP,
          bytes: 0,
          source: 'bench',
        })),
      ),
    candles: (_exchange, pair) => Promise.resolve(tables.get(pair)!),
    events: missing,
    trades: missing,
    book: missing,
    latest: () => Promise.resolve(null),
    contentHash: () => Promise.resolve(''),
    specAt: (_exchange, pair) => Promise.resolve({ spec: spec(pair), assumed: false }),
  };
}

/** Wall and CPU seconds of `trials` trials with `jobs` threads, and what the threads add to memory, MB. */
async function search(
  trials: number,
  jobs: number,
): Promise<{ seconds: number; cpuSeconds: number; megabytes: number }> {
  const loaded = await loadSearch(
    {
      config: configSchema.parse({ strategy: 'EmaCross', exchange: 'bench', pairs: PAIRS, maxOpenTrades: 5 }),
      places: { userdir: 'bench-user', dataFolder: 'bench' },
      epochs: trials,
      sampler: 'tpe',
      objectives: ['sharpe'],
      seed: 1,
      lag: 8,
      jobs,
      minTrades: 10,
      holdOut: 0,
    },
    market(),
  );
  const before = process.memoryUsage.rss();
  const crew = new ThreadPool({ setting: loaded.setting, snapshot: await loaded.market.snapshot() }, jobs);
  try {
    const start = performance.now();
    const cpu = process.cpuUsage();
    await runSearch(loaded, crew);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds, cpuSeconds: (user + system) / 1e6, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 };
  } finally {
    await crew.end();
  }
}

/** Freqtrade's hyperopt epochs per second on the same candles and strategy, where TIDEGATE_FREQTRADE names a Python that has it. */
async function freqtrade(jobs: number): Promise<number | undefined> {
  const python = process.env.TIDEGATE_FREQTRADE;
  if (!python) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-bench-'));
  try {
    for (const [k, pair] of PAIRS.entries()) {
      const { time, open, high, low, close, volume } = candles(10 + k);
      const rows = Array.from(time, (t, i) => [t, open[i], high[i], low[i], close[i], volume[i]].join(','));
      const text = `date_ms,open,high,low,close,volume\n${rows.join('\n')}\n`;
      writeFileSync(join(folder, `${pair.replace('/', '_')}.csv`), text);
    }
    const script = fileURLToPath(new URL('freqtrade-hyperopt.py', import.meta.url));
    const out = execFileSync(python, [script, folder, process.env.TIDEGATE_BENCH_EPOCHS ?? '10', String(jobs)]);
    return (JSON.parse(String(out)) as { readonly epochsPerSecond: number }).epochsPerSecond;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * A thousand trials of EMA-cross on 5 pairs × 1 year of 5m candles, TPE and studies included, on all cores; Freqtrade on the same, where
 * TIDEGATE_FREQTRADE names a Python that has it.
 */
export async function benches(): Promise<readonly Figure[]> {
  // As the program itself does.
  enableCompileCache();
  const jobs = availableParallelism();
  const trials = Number(process.env.TIDEGATE_BENCH_TRIALS ?? 1000);
  const one = await search(20, 1);
  const three = await search(60, 3);
  const { seconds, cpuSeconds } = await search(trials, jobs);
  return [
    figure('search.ema_cross_1000_trials', (seconds * 1000) / trials, 's', 60),
    figure('search.ema_cross_cpu_per_trial', (cpuSeconds * 1000) / trials, 'ms', 120),
    figure('search.ema_cross_epochs', trials / seconds, 'epochs/s', await freqtrade(jobs)),
    figure('search.memory_per_worker', (three.megabytes - one.megabytes) / 2, 'MB', 50),
  ];
}
