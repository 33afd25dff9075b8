import { spawnSync } from 'node:child_process';
import { seeded } from '../core/foundation/rng.ts';
import { TALIB } from '../tests/vectors/talib.ts';

/** One measured figure, as `npm run bench` prints it. */
interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: number;
  readonly ratio?: number;
}

const ROWS = 1_051_200;
const ROUNDS = 9;

type Columns = Record<string, Float64Array>;

/** A year of seeded one-minute candles: a log walk whose opens continue the closes. */
function candles(): Columns {
  const rng = seeded('bench-indicators');
  const columns: Columns = {};
  for (const k of ['open', 'high', 'low', 'close', 'volume', 'periods']) columns[k] = new Float64Array(ROWS);
  let price = 100;
  for (let i = 0; i < ROWS; i++) {
    const open = price;
    price = open * Math.exp(0.001 * rng.normal());
    columns.open![i] = open;
    columns.close![i] = price;
    columns.high![i] = Math.max(open, price) * (1 + 0.0005 * rng.next());
    columns.low![i] = Math.min(open, price) * (1 - 0.0005 * rng.next());
    columns.volume![i] = 50 + 1000 * rng.next() ** 2;
    columns.periods![i] = 2 + 28 * rng.next();
  }
  return columns;
}

const SCRIPT = `
import json, sys, time
import numpy as np, talib
names, calls, rounds = json.loads(sys.argv[1])
raw = np.frombuffer(sys.stdin.buffer.read(), dtype=np.float64).reshape(len(names), -1)
data = {k: raw[i].copy() for i, k in enumerate(names)}
result = {}
for fn, inputs in calls:
    f, xs = getattr(talib, fn), [data[k] for k in inputs]
    f(*xs)
    spent = []
    for _ in range(rounds):
        t = time.process_time()
        f(*xs)
        spent.append(time.process_time() - t)
    result[fn] = sorted(spent)[rounds // 2] * 1e9 / raw.shape[1]
print(json.dumps(result))
`;

/** TA-Lib's own nanoseconds per row on the same columns, or nothing without a Python that has it. */
function talibTimes(columns: Columns): Record<string, number> {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return {};
  const names = Object.keys(columns);
  const calls = Object.entries(TALIB).map(([fn, { inputs }]) => [fn, inputs]);
  const bytes = Buffer.concat(names.map((k) => Buffer.from(columns[k]!.buffer)));
  const run = spawnSync(python, ['-c', SCRIPT, JSON.stringify([names, calls, ROUNDS])], { input: bytes });
  return run.status === 0 ? (JSON.parse(run.stdout.toString()) as Record<string, number>) : {};
}

/** Median CPU nanoseconds per row of our kernel with its defaults, once it is compiled: over all rows in one call, as a backtest does. */
function kernelTime(fn: string, columns: Columns): number {
  const { feature, inputs } = TALIB[fn]!;
  const { definition } = feature;
  const options = definition.options.parse({});
  const outputs = definition.outputs.map(() => new Float64Array(ROWS));
  const spent: number[] = [];
  for (let round = -4; round < ROUNDS; round++) {
    const kernel = definition.create(
      options as never,
      inputs.map((k) => ({ values: columns[k]!, base: 0 })),
      outputs.map((values) => ({ values, base: 0 })),
    );
    const before = process.cpuUsage();
    kernel.advance(0, ROWS);
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) spent.push(((user + system) * 1000) / ROWS);
  }
  return spent.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

/** Nanoseconds of one live update: one new row at a time through a warm kernel. */
function liveTime(fn: string, columns: Columns): number {
  const { feature, inputs } = TALIB[fn]!;
  const { definition } = feature;
  const rows = 200_000;
  const kernel = definition.create(
    definition.options.parse({}) as never,
    inputs.map((k) => ({ values: columns[k]!, base: 0 })),
    definition.outputs.map(() => ({ values: new Float64Array(ROWS), base: 0 })),
  );
  for (let i = 0; i < rows; i++) kernel.advance(i, i + 1);
  const before = process.cpuUsage();
  for (let i = rows; i < 2 * rows; i++) kernel.advance(i, i + 1);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / rows;
}

/** Every TA-Lib-named kernel against TA-Lib on the same million candles; the median ratio; the slowest single-row update. */
export function benches(): Figure[] {
  const columns = candles();
  const references = talibTimes(columns);
  const figures: Figure[] = [];
  const ratios: number[] = [];
  let slowest = 0;
  for (const fn of Object.keys(TALIB)) {
    const value = kernelTime(fn, columns);
    const reference = references[fn];
    const name = `indicator.${TALIB[fn]!.feature.definition.name}`;
    if (reference === undefined) figures.push({ name, value, unit: 'ns/element' });
    else {
      figures.push({ name, value, unit: 'ns/element', reference, ratio: value / reference });
      ratios.push(value / reference);
    }
    slowest = Math.max(slowest, liveTime(fn, columns));
  }
  if (ratios.length > 0) {
    const median = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
    figures.push({ name: 'indicator.median-ratio-to-talib', value: median, unit: 'ratio' });
    figures.push({ name: 'indicator.worst-ratio-to-talib', value: ratios.at(-1)!, unit: 'ratio' });
  }
  figures.push({ name: 'indicator.slowest-live-update', value: slowest, unit: 'ns/row' });
  return figures;
}
