import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ColumnPool } from '../core/columns/column.ts';
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
const TURNS = 5;

type Columns = Record<string, Float64Array>;

/** Columns lie where a backtest's plan puts them. */
const pool = new ColumnPool();

/** A year of seeded one-minute candles: a log walk whose opens continue the closes. */
function candles(): Columns {
  const rng = seeded('bench-indicators');
  const columns: Columns = {};
  for (const k of ['open', 'high', 'low', 'close', 'volume', 'periods']) columns[k] = pool.take(ROWS);
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

/** Answers one request a line, [function, inputs], with the median nanoseconds per row of three calls after a first. */
const SCRIPT = `
import json, sys, time
import numpy as np, talib
names, rows = json.loads(sys.argv[1])
raw = np.frombuffer(sys.stdin.buffer.read(len(names) * rows * 8), dtype=np.float64).reshape(len(names), -1)
data = {k: raw[i].copy() for i, k in enumerate(names)}
for line in sys.stdin:
    fn, inputs = json.loads(line)
    f, xs = getattr(talib, fn), [data[k] for k in inputs]
    f(*xs)
    spent = []
    for _ in range(3):
        t = time.process_time()
        f(*xs)
        spent.append(time.process_time() - t)
    print(sorted(spent)[1] * 1e9 / rows, flush=True)
`;

/** A Python with TA-Lib that holds the same columns and times a function when asked, or nothing where there is none. */
function talibTimer(columns: Columns): { time(fn: string): Promise<number>; close(): void } | undefined {
  const python = process.env.TIDEGATE_PYTHON;
  if (!python) return undefined;
  const names = Object.keys(columns);
  const { stdin, stdout } = spawn(python, ['-c', SCRIPT, JSON.stringify([names, ROWS])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  for (const k of names) stdin.write(new Uint8Array(columns[k]!.slice().buffer));
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async time(fn) {
      stdin.write(`${JSON.stringify([fn, TALIB[fn]!.inputs])}\n`);
      return Number((await lines.next()).value);
    },
    close: () => stdin.end(),
  };
}

const median = (xs: number[]) => xs.sort((a, b) => a - b)[xs.length >> 1]!;

/**
 * Median CPU nanoseconds per row of three calls of our kernel with its defaults, after a first: over all rows in one call, as a backtest does,
 * into columns that were written to before.
 */
function kernelTime(fn: string, columns: Columns, outputs: readonly Float64Array[]): number {
  const { feature, inputs } = TALIB[fn]!;
  const { definition } = feature;
  const options = definition.options.parse({});
  const spent: number[] = [];
  for (let round = 0; round < 4; round++) {
    const kernel = definition.create(
      options as never,
      inputs.map((k) => ({ values: columns[k]!, base: 0 })),
      definition.outputs.map((_, k) => ({ values: outputs[k]!, base: 0 })),
    );
    const before = process.cpuUsage();
    kernel.advance(0, ROWS);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) spent.push(((user + system) * 1000) / ROWS);
  }
  return median(spent);
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

/**
 * Every TA-Lib-named kernel against TA-Lib on the same million candles, turn and turn about, so that what else the machine does falls on
 * both; the median ratio; the slowest single-row update.
 */
export async function benches(): Promise<Figure[]> {
  const columns = candles();
  const outputs = [0, 1, 2].map(() => pool.take(ROWS).fill(0));
  const talib = talibTimer(columns);
  const figures: Figure[] = [];
  const ratios: number[] = [];
  let slowest = 0;
  for (const fn of Object.keys(TALIB)) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const spent = kernelTime(fn, columns, outputs);
      if (turn > 0) ours.push(spent); // the first compiles
      if (talib) theirs.push(await talib.time(fn));
    }
    const value = median(ours);
    const name = `indicator.${TALIB[fn]!.feature.definition.name}`;
    if (!talib) figures.push({ name, value, unit: 'ns/element' });
    else {
      const reference = median(theirs);
      figures.push({ name, value, unit: 'ns/element', reference, ratio: value / reference });
      ratios.push(value / reference);
    }
    slowest = Math.max(slowest, liveTime(fn, columns));
  }
  talib?.close();
  if (ratios.length > 0) {
    figures.push({ name: 'indicator.median-ratio-to-talib', value: median(ratios), unit: 'ratio' });
    figures.push({ name: 'indicator.worst-ratio-to-talib', value: ratios.at(-1)!, unit: 'ratio' });
  }
  figures.push({ name: 'indicator.slowest-live-update', value: slowest, unit: 'ns/row' });
  return figures;
}
