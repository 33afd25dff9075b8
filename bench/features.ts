import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { type Column, ColumnPool, column } from '../core/columns/column.ts';
import { GridData } from '../core/columns/grid-data.ts';
import { timeframe } from '../core/domain/timeframe.ts';
import { type AnyFeature, parseOptions } from '../core/indicators/feature.ts';
import { FEATURES } from '../core/indicators/library.ts';
import { FeaturePlan } from '../core/indicators/plan.ts';
import { candleSeries, gridKey, type Series } from '../core/indicators/series.ts';
import { installHooks } from '../core/runtime/user-code.ts';
import { syntheticInputs } from '../core/testing/feature-contract.ts';
import { type Figure, figure } from './figure.ts';

/**
 * Times every built-in feature over a pair-year of 5m candles on one core, one row at a time as a live bot does, and the feature sets that read candles in one
 * plan and each in its own: `node bench/features.ts`, which prints the dearest 40 too (`--detail`: all; `--sets a,b`: only those sets, as JSON). CPU time. Columns lie where a plan's pool puts them. The first
 * figure is each kernel's first call in the process (V8 still compiling it, which is counted), the warm one the median of the last five of seven.
 */
const ROWS = 105_120;
const RUNS = 7;
const START = Date.UTC(2024, 0, 1);
/**
 * Rows of the live part: those that warm up, and those that are timed, in slices of which the median counts. A quick kernel has gone through the first before
 * V8 has compiled it well: so more warm up, up to a most, until a slice takes less than a byte per row.
 */
const WARM = 50_000;
const MOST_WARM = 500_000;
const LIVE = 20_000;
const SLICE = 1000;
/** Heap bytes per row of a slice that the looks at heap and clock and a slide of the buffers take. */
const LOOKS = 2500 / SLICE;
const SETS = [
  'technical',
  'momentum',
  'volatility',
  'trend',
  'mean-reversion',
  'patterns',
  'volume',
  'dynamic50',
  'calendar',
];

const pool = new ColumnPool();

interface Row {
  readonly name: string;
  readonly cold: number;
  readonly warm: number;
  /** One live update, ns. */
  readonly live: number;
  /** Heap bytes per live update. */
  readonly bytes: number;
}

const middle = (xs: number[]) => xs.sort((a, b) => a - b)[xs.length >> 1]!;

/** CPU milliseconds of all threads. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function inputsOf({ definition }: AnyFeature): Float64Array[] {
  const inputs = syntheticInputs(definition, ROWS, 1);
  for (const [k, name] of definition.inputs.entries())
    if (name === 'time') for (let i = 0; i < ROWS; i++) inputs[k]![i] = START + i * 300_000;
  return inputs;
}

function measure({ definition }: AnyFeature): Row {
  const inputs = inputsOf({ definition });
  const pooled = inputs.map((values) => {
    const place = pool.take(ROWS);
    place.set(values);
    return place;
  });
  const outputs = definition.outputs.map(() => pool.take(ROWS).fill(0));
  const options = parseOptions(definition, {}) as never;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const kernel = definition.create(
      options,
      pooled.map((values) => column(values)),
      outputs.map((values) => column(values)),
    );
    times.push(cpu(() => kernel.advance(0, ROWS)));
  }
  for (const values of [...pooled, ...outputs]) pool.give(values);
  return {
    name: definition.name,
    cold: times[0]!,
    warm: middle(times.slice(2)),
    ...measureLive({ definition }, inputs),
  };
}

/** One row at a time over buffers that slide: the row is written and the kernel brought up to it. */
function measureLive({ definition }: AnyFeature, inputs: readonly Float64Array[]): { live: number; bytes: number } {
  const options = parseOptions(definition, {}) as never;
  const keep = definition.lookback(options) + 1;
  const names = definition.inputs.map((name, k) => `${name}${k}`);
  const grid = GridData.growing('bench', names, 4 * keep + 1024, keep);
  const columns = names.map((name) => grid.fields.get(name)!);
  const outputs: Column[] = definition.outputs.map(() => grid.attach());
  const kernel = definition.create(options, columns, outputs);
  const step = (row: number) => {
    const at = grid.grow();
    for (let k = 0; k < columns.length; k++) columns[k]!.values[at] = inputs[k]![row % ROWS]!;
    kernel.advance(row, row + 1);
  };
  let next = 0;
  /** CPU milliseconds and heap bytes of the next slice. */
  const slice = () => {
    const heap = getHeapStatistics().used_heap_size;
    const time = cpu(() => {
      for (const end = next + SLICE; next < end; next++) step(next);
    });
    return { time, bytes: (getHeapStatistics().used_heap_size - heap) / SLICE };
  };
  while (next < WARM) slice();
  // less than nothing: the heap was collected meanwhile
  for (let bytes = -1; (bytes < 0 || bytes >= 1 + LOOKS) && next < MOST_WARM; ) bytes = slice().bytes;
  const slices = Array.from({ length: LIVE / SLICE }, slice);
  const times = slices.map(({ time }) => time);
  const bytes = slices.map((one) => Math.max(0, one.bytes - LOOKS));
  return { live: (middle(times) * 1e6) / SLICE, bytes: middle(bytes) };
}

interface FeatureSet {
  readonly options: { parse(given: unknown): unknown };
  create(options: unknown, context: unknown): { define(market: unknown): Readonly<Record<string, Series>> };
}

/** Columns of sets in one plan, and CPU milliseconds of declaring and computing them: the first time in a process, and later. */
interface SetTimes {
  readonly count: number;
  readonly first: number;
  readonly warm: number;
}

/** Measures sets in a process of their own, where nothing has been compiled yet. */
function measureApart(names: readonly string[]): SetTimes {
  const text = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--sets', names.join()], {
    encoding: 'utf8',
  });
  return JSON.parse(text) as SetTimes;
}

/** Sets that read candles, declared and computed in one plan, RUNS times over. */
async function measureSets(names: readonly string[]): Promise<SetTimes> {
  installHooks();
  const sets = await Promise.all(
    names.map(async (name) => {
      const { default: set } = (await import(`../plugins/features/${name}/index.ts`)) as { default: FeatureSet };
      return set.create(set.options.parse({}), {});
    }),
  );
  const inputs = ['open', 'high', 'low', 'close', 'volume'] as const;
  const { definition } = FEATURES.get('rsi')!.feature;
  const [open, high, low, close, volume] = syntheticInputs({ ...definition, inputs }, ROWS, 1) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const time = Float64Array.from(close, (_, i) => START + i * 300_000);
  const grid = { pair: 'A/B', timeframe: '5m', type: 'candles' };
  const data = GridData.candles(gridKey(grid), { time, open, high, low, close, volume, length: ROWS }, timeframe('5m'));
  const market = { pair: 'A/B', timeframe: '5m', candles: candleSeries(grid) };
  let count = 0;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const plan = new FeaturePlan((where) => (gridKey(where) === gridKey(grid) ? data : undefined), '5m', pool);
    const keys = new Set<string>();
    times.push(
      cpu(() => {
        for (const set of sets)
          for (const series of Object.values(set.define(market))) {
            plan.add(series);
            keys.add(series.key);
          }
        plan.advance();
      }),
    );
    count = keys.size;
    plan.release();
  }
  return { count, first: times[0]!, warm: middle(times.slice(2)) };
}

/** CPU time of all features and of the 200 that a large set would take on average, of the sets in one plan, and of one live update; `log` gets the table. */
export async function benches(log: (line: string) => void = () => {}): Promise<Figure[]> {
  const sets = measureApart(SETS);
  const each = SETS.map((name) => ({ name, ...measureApart([name]) }));
  const rows = [...FEATURES.values()].map(({ feature }) => measure(feature)).sort((a, b) => b.warm - a.warm);
  for (const { name, cold, warm, live, bytes } of rows)
    log(
      `${name.padEnd(28)} ${warm.toFixed(2).padStart(8)} ms ${((warm * 1e6) / ROWS).toFixed(0).padStart(6)} ns/row, first ${cold.toFixed(1).padStart(6)} ms, live ${live.toFixed(0).padStart(6)} ns ${bytes.toFixed(0).padStart(4)} B`,
    );
  const total = (key: 'cold' | 'warm') => rows.reduce((sum, row) => sum + row[key], 0);
  const share = 200 / rows.length;
  const median = (key: 'warm' | 'live' | 'bytes') => middle(rows.map((r) => r[key]));
  return [
    figure(`features.sets in one plan, ${sets.count} columns, first`, sets.first, 'ms', 1000),
    figure(`features.sets in one plan, ${sets.count} columns, warm`, sets.warm, 'ms', 500),
    ...each.flatMap(({ name, count, first, warm }) => [
      figure(`features.set ${name}, ${count} columns, first`, first, 'ms'),
      figure(`features.set ${name}, ${count} columns, warm`, warm, 'ms'),
    ]),
    figure(`features.all ${rows.length}, warm`, total('warm'), 'ms'),
    figure(`features.all ${rows.length}, first call in the process`, total('cold'), 'ms'),
    figure('features.200 of average cost, warm', share * total('warm'), 'ms', 500),
    figure('features.median', (median('warm') * 1e6) / ROWS, 'ns/row'),
    figure('features.live update, median', median('live'), 'ns', 1000),
    figure('features.live update, slowest', Math.max(...rows.map((r) => r.live)), 'ns'),
    figure('features.live update, heap, median', median('bytes'), 'bytes'),
    figure('features.live updates that allocate', rows.filter((r) => r.bytes >= 1).length, 'features'),
    // The document's processing rate, for one feature on one core.
    figure('features.live updates', 1e9 / median('live'), 'per second', 10_000),
  ];
}

const asked = process.argv.indexOf('--sets');
if (import.meta.main && asked > 0) {
  process.stdout.write(JSON.stringify(await measureSets(process.argv[asked + 1]!.split(','))));
} else if (import.meta.main) {
  const lines: string[] = [];
  const figures = await benches((line) => lines.push(line));
  const isDetailed = process.argv.includes('--detail');
  for (const line of isDetailed ? lines : lines.slice(0, 40)) console.log(line);
  for (const { name, value, unit } of figures) console.log(name, value.toFixed(1), unit);
}
