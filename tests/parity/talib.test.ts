import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { runTalib, TALIB, talibOptions } from '../vectors/talib.ts';

type Columns = Record<string, Float64Array>;
interface Call {
  readonly dataset: string;
  readonly fn: string;
  readonly inputs: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly warmup: number;
}

/** Leading NaNs of one of the data sets. */
const GAP = 11;
const python = process.env.TIDEGATE_PYTHON;

/** Seeded candles: a log walk with steps of `step`, prices rounded to `tick` when there is one, so that equal values happen. */
function walk(rows: number, seed: string, { start = 100, step = 0.01, tick = 0, volume = 1000 } = {}): Columns {
  const rng = seeded(seed);
  const round = (x: number) => (tick > 0 ? Math.round(x / tick) * tick : x);
  const columns: Columns = {};
  for (const k of ['open', 'high', 'low', 'close', 'volume', 'periods']) columns[k] = new Float64Array(rows);
  let price = round(start);
  for (let i = 0; i < rows; i++) {
    const open = price;
    price = round(open * Math.exp(step * rng.normal()));
    columns.open![i] = open;
    columns.close![i] = price;
    columns.high![i] = round(Math.max(open, price) * (1 + step * 0.4 * rng.next()));
    columns.low![i] = round(Math.min(open, price) * (1 - step * 0.4 * rng.next()));
    columns.volume![i] = Math.round(volume * rng.next() ** 2);
    columns.periods![i] = 1 + 35 * rng.next();
  }
  return columns;
}

const level = (rows: number, value: number): Columns => ({
  ...Object.fromEntries(['open', 'high', 'low', 'close'].map((k) => [k, new Float64Array(rows).fill(value)])),
  volume: new Float64Array(rows),
  periods: new Float64Array(rows).fill(9),
});

function withLeadingGap(columns: Columns, rows: number): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([k, x]) => [k, Float64Array.from([...new Array(rows).fill(Number.NaN), ...x])]),
  );
}

function withQuietSpell(columns: Columns, from: number, to: number): Columns {
  for (const k of ['open', 'high', 'low', 'close']) columns[k]!.fill(columns.close![from]!, from, to);
  columns.volume!.fill(0, from, to);
  return columns;
}

const datasets: Record<string, Columns> = {
  walk: walk(1500, 'parity'),
  ticks: walk(1500, 'parity-ticks', { step: 0.004, tick: 0.5 }),
  quiet: withQuietSpell(walk(900, 'parity-quiet', { tick: 0.125 }), 400, 600),
  level: level(300, 50.125),
  tiny: walk(700, 'parity-tiny', { start: 3e-7 }),
  huge: walk(700, 'parity-huge', { start: 5e9, volume: 1e12 }),
  dust: walk(400, 'parity-dust', { start: 2e-14 }),
  short: walk(5, 'parity-short'),
  gap: withLeadingGap(walk(600, 'parity-gap'), GAP),
};

/** Another parameter set for each function that has parameters. */
const OTHER: Readonly<Record<string, Record<string, number>>> = {
  MA: { timeperiod: 9, matype: 6 },
  MAMA: { fastlimit: 0.4, slowlimit: 0.1 },
  T3: { timeperiod: 4, vfactor: 0.5 },
  BBANDS: { timeperiod: 9, nbdevup: 1, nbdevdn: 2.5, matype: 1 },
  SAR: { acceleration: 0.05, maximum: 0.12 },
  SAREXT: { startvalue: -101, offsetonreverse: 0.01, accelerationinitlong: 0.03, accelerationmaxlong: 0.1 },
  MAVP: { minperiod: 3, maxperiod: 20, matype: 1 },
  APO: { fastperiod: 9, slowperiod: 4, matype: 0 },
  PPO: { fastperiod: 9, slowperiod: 4, matype: 2 },
  MACD: { fastperiod: 20, slowperiod: 8, signalperiod: 5 },
  MACDFIX: { signalperiod: 4 },
  MACDEXT: { fastperiod: 5, fastmatype: 1, slowperiod: 11, slowmatype: 3, signalperiod: 4, signalmatype: 2 },
  STOCH: { fastk_period: 11, slowk_period: 4, slowk_matype: 1, slowd_period: 2, slowd_matype: 2 },
  STOCHF: { fastk_period: 11, fastd_period: 4, fastd_matype: 1 },
  STOCHRSI: { timeperiod: 9, fastk_period: 11, fastd_period: 4, fastd_matype: 1 },
  ULTOSC: { timeperiod1: 9, timeperiod2: 3, timeperiod3: 5 },
  ADOSC: { fastperiod: 6, slowperiod: 4 },
  STDDEV: { timeperiod: 33, nbdev: 2 },
  VAR: { timeperiod: 33 },
};

/** Functions whose average may be of any type: all nine are tried, with a period that is none of the defaults. */
const ANY_AVERAGE: Readonly<Record<string, Record<string, number>>> = {
  MA: { timeperiod: 13 },
  BBANDS: { timeperiod: 7, nbdevup: 3, nbdevdn: 0.5 },
  MAVP: { minperiod: 2, maxperiod: 33 },
};

function paramSets(fn: string): Record<string, number>[] {
  const binding = TALIB[fn]!;
  const ofTypes = ANY_AVERAGE[fn] ? Array.from({ length: 9 }, (_, matype) => ({ ...ANY_AVERAGE[fn], matype })) : [];
  if (OTHER[fn]) return [{}, OTHER[fn], ...ofTypes];
  return 'timeperiod' in binding.options ? [{}, { timeperiod: 2 }, { timeperiod: 37 }] : [{}];
}

function calls(): Call[] {
  const list: Call[] = [];
  for (const [fn, binding] of Object.entries(TALIB))
    for (const dataset of Object.keys(datasets))
      for (const params of paramSets(fn)) {
        const { definition } = binding.feature;
        const options = definition.options.parse(talibOptions(binding, params));
        const gap = dataset === 'gap' ? GAP : 0;
        const warmup = definition.warmup(options as never, 0) + gap;
        list.push({ dataset, fn, inputs: binding.inputs, params, warmup });
      }
  return list;
}

/** The vectors' rule: NaN against NaN, numbers within 1e-9 relative or 1e-9 of the series' largest value. */
function firstMiss(got: Float64Array, want: readonly (number | null)[]): string | undefined {
  const largest = want.reduce<number>((m, x) => Math.max(m, Math.abs(x ?? 0)), 0);
  for (let i = 0; i < want.length; i++) {
    const a = got[i]!;
    const b = want[i] ?? Number.NaN;
    if (Number.isNaN(a) && Number.isNaN(b)) continue;
    if (!(Math.abs(a - b) <= 1e-9 * Math.abs(b) + 1e-9 * largest)) return `row ${i}: ${a}, TA-Lib ${b}`;
  }
  return undefined;
}

it('equals TA-Lib on random, ticking, quiet, level, tiny, huge, short and late-starting candles', () => {
  if (!python) {
    console.log('skipped: TIDEGATE_PYTHON names no Python with TA-Lib');
    return;
  }
  const list = calls();
  const columns = Object.fromEntries(
    Object.entries(datasets).map(([name, set]) => [
      name,
      Object.fromEntries(Object.entries(set).map(([k, x]) => [k, Array.from(x, (v) => (Number.isNaN(v) ? null : v))])),
    ]),
  );
  const script = fileURLToPath(new URL('./run-talib.py', import.meta.url));
  const run = spawnSync(python, [script], {
    input: JSON.stringify({ datasets: columns, calls: list }),
    maxBuffer: 1 << 30,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  const { outputs } = JSON.parse(run.stdout) as { outputs: (number | null)[][][] };
  const misses: string[] = [];
  for (const [c, call] of list.entries()) {
    const binding = TALIB[call.fn]!;
    const inputs = call.inputs.map((k) => datasets[call.dataset]![k]!);
    for (const [k, computed] of runTalib(binding, inputs, call.params).entries()) {
      // TA-Lib counts rows from the start of the array, Tidegate from the first value, since a NaN starts a kernel anew
      const got = call.fn.endsWith('INDEX') && call.dataset === 'gap' ? computed.map((x) => x + GAP) : computed;
      const miss = firstMiss(got, outputs[c]![k]!);
      if (miss)
        misses.push(`${call.fn} ${JSON.stringify(call.params)} on ${call.dataset}, ${binding.outputs[k]}, ${miss}`);
    }
  }
  expect(misses).toEqual([]);
});
