import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { runFeature } from '../../core/indicators/feature.ts';
import * as patterns from '../../core/indicators/patterns/index.ts';

/** A Python that has TA-Lib: `TIDEGATE_PYTHON=/path/to/python vitest run --project parity`. */
const python = process.env.TIDEGATE_PYTHON;
if (!python) console.log('patterns parity skipped: set TIDEGATE_PYTHON to a Python with TA-Lib');

const SCRIPT = `
import sys, numpy as np, talib
names = sys.argv[2].split(',')
pen = float(sys.argv[3])
x = np.fromfile(sys.argv[1], dtype='<f8').reshape(4, -1)
def run(name):
    f = getattr(talib, name)
    try:
        return f(*x, penetration=pen) if pen > 0 else f(*x)
    except TypeError:
        return f(*x)
np.concatenate([run(n) for n in names]).astype('<f8').tofile(sys.argv[1] + '.out')
`;

type Columns = [Float64Array, Float64Array, Float64Array, Float64Array];

/** Candles from steps: `step` gives gap, body, upper and lower shadow in units of `unit`. */
function candles(n: number, unit: number, step: () => [number, number, number, number], start = 1000): Columns {
  const columns: Columns = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  let price = start;
  for (let i = 0; i < n; i++) {
    const [gap, body, upper, lower] = step();
    const open = price + gap;
    const close = open + body;
    columns[0][i] = open * unit;
    columns[3][i] = close * unit;
    columns[1][i] = Math.max(columns[0][i]!, columns[3][i]!) + upper * unit;
    columns[2][i] = Math.min(columns[0][i]!, columns[3][i]!) - lower * unit;
    price = close < start / 3 || close > start * 3 ? start : close;
  }
  return columns;
}

// TA-Lib's wheels fuse c + body × penetration into one rounding, which JavaScript cannot: at an exact tie a penetration such as 0.7 may then
// differ (seen once in 60,000 rows). A quarter multiplies exactly, so the comparison is of the pattern and not of the compiler.

/** Whole and half steps make ties with the averages frequent: the comparisons that rounding can turn. */
function stepsOf(seed: number): () => [number, number, number, number] {
  const rng = seeded(`patterns-${seed}`);
  const pick = (values: readonly number[]) => values[rng.int(values.length)]!;
  return () => [
    pick([0, 0, 0, 1, -1, 2, -2, 5, -5]),
    pick([0, 0.1, 1, 2, 5, 10, 15, -0.1, -1, -2, -5, -10, -15]),
    pick([0, 0, 0, 0.1, 1, 3, 10]),
    pick([0, 0, 0, 0.1, 1, 3, 10]),
  ];
}

function smooth(seed: number): () => [number, number, number, number] {
  const rng = seeded(`smooth-${seed}`);
  return () => [2 * rng.normal(), 8 * rng.normal(), 5 * Math.abs(rng.normal()), 5 * Math.abs(rng.normal())];
}

const halted = candles(3000, 1, smooth(9));
for (const column of halted) column.fill(halted[3][1000]!, 1001, 1400);
const spiked = candles(3000, 1, smooth(10));
for (const column of spiked) column[1000]! *= 1e8;
const sets: Record<string, Columns> = {
  steps: candles(60_000, 1, stepsOf(1)),
  cents: candles(60_000, 0.01, stepsOf(2)),
  smooth: candles(60_000, 1, smooth(1)),
  tiny: candles(5000, 1e-9, smooth(2)),
  huge: candles(5000, 1e12, smooth(3)),
  constant: candles(500, 7.3, () => [0, 0, 0, 0], 1),
  halted,
  spiked,
  short: candles(9, 1, smooth(4)),
};

it.runIf(python).each(
  Object.keys(sets).flatMap((name) => [
    [name, 0],
    [name, 0.25],
  ]) as [string, number][],
)('all 61 patterns equal TA-Lib on every row: %s, penetration %d (0: default)', (name, penetration) => {
  const columns = sets[name]!;
  const n = columns[0].length;
  const features = Object.values(patterns);
  const names = features.map((f) => f.definition.name.toUpperCase().replaceAll('-', ''));
  const folder = mkdtempSync(join(tmpdir(), 'tidegate-patterns-'));
  const file = join(folder, 'candles');
  try {
    writeFileSync(file, Buffer.concat(columns.map((c) => Buffer.from(c.buffer))));
    execFileSync(python!, ['-c', SCRIPT, file, names.join(','), String(penetration)]);
    const bytes = readFileSync(`${file}.out`);
    const want = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    for (const [k, { definition }] of features.entries()) {
      const takes = penetration > 0 && definition.options.safeParse({ penetration }).success;
      const [got] = runFeature(definition, takes ? { penetration } : {}, columns);
      const expected = want
        .slice(k * n, (k + 1) * n)
        .fill(Number.NaN, 0, Math.min(n, definition.warmup({} as never, 0)));
      expect(got, definition.name).toEqual(expected);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
