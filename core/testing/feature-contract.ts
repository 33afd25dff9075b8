import type { Column } from '../columns/column.ts';
import { seeded } from '../foundation/rng.ts';
import { type AnyFeature, type FeatureDefinition, parseOptions } from '../indicators/feature.ts';

/** A law of the kernel contract that a feature broke: which, where, and the two values that differ. */
export interface Violation {
  readonly law:
    | 'warm-up'
    | 'chunk invariance'
    | 'window'
    | 'prefix invariance'
    | 'save and load'
    | 'inputs untouched'
    | 'NaN rule';
  readonly detail: string;
}

interface ContractOptions {
  readonly options?: Readonly<Record<string, unknown>>;
  /** Columns by input position; default: a seeded random walk shaped like candles. */
  readonly inputs?: readonly Float64Array[];
  readonly rows?: number;
  readonly seed?: number;
}

/**
 * Runs a feature against every law of the kernel contract and returns what it broke (an empty list is a pass). Framework-free, so that
 * unit tests, `tidegate check` and plugin authors share it.
 */
export function checkFeature(feature: AnyFeature, contract: ContractOptions = {}): Violation[] {
  const definition = feature.definition;
  const options = parseOptions(definition, contract.options ?? {});
  const rows = contract.rows ?? 700;
  const rng = seeded(contract.seed ?? 1);
  const inputs = contract.inputs ?? syntheticInputs(definition, rows, contract.seed ?? 1);
  const n = inputs[0]!.length;
  const before = inputs.map((x) => x.slice());
  const whole = run(definition, options, inputs, [n]);
  const found: Violation[] = [];

  for (const [k, input] of inputs.entries())
    if (firstDifference(input, before[k]!) >= 0)
      found.push({ law: 'inputs untouched', detail: `input ${definition.inputs[k]} was written to` });

  for (const [k, output] of whole.entries()) {
    const warmup = definition.warmup(options as never, k);
    const first = output.findIndex((x) => !Number.isNaN(x));
    if (first < 0 ? n > warmup + 50 : first !== warmup)
      found.push({
        law: 'warm-up',
        detail: `${definition.outputs[k]}: first value at row ${first}, declared warm-up ${warmup}`,
      });
  }

  for (let round = 0; round < 4; round++) {
    const cuts = randomCuts(n, rng, round === 0 ? 1 : 90);
    compare('chunk invariance', whole, run(definition, options, inputs, cuts), definition, found);
  }
  compare('window', whole, runWindowed(definition, options, inputs), definition, found);
  compare('save and load', whole, runReloaded(definition, options, inputs, Math.floor(n * 0.6)), definition, found);

  const cut = Math.floor(n * 0.7);
  const prefix = run(
    definition,
    options,
    inputs.map((x) => x.slice(0, cut)),
    [cut],
  );
  compare(
    'prefix invariance',
    whole.map((x) => x.slice(0, cut)),
    prefix,
    definition,
    found,
  );

  const shift = 7;
  const holed = inputs.map((x) => {
    const copy = new Float64Array(n + shift + 1);
    copy.fill(Number.NaN, 0, shift);
    copy[shift] = 1e6;
    copy.set(x, shift + 1);
    return copy;
  });
  for (const x of holed) x[shift] = Number.NaN;
  const after = run(definition, options, holed, [n + shift + 1]).map((x) => x.slice(shift + 1));
  compare('NaN rule', whole, after, definition, found);
  return found;
}

function compare(
  law: Violation['law'],
  want: readonly Float64Array[],
  got: readonly Float64Array[],
  definition: FeatureDefinition,
  found: Violation[],
): void {
  for (const [k, output] of want.entries()) {
    const at = firstDifference(output, got[k]!);
    if (at >= 0) {
      found.push({
        law,
        detail: `${definition.outputs[k]} at row ${at}: ${output[at]} in one piece, ${got[k]![at]} otherwise`,
      });
      return;
    }
  }
}

/** Index of the first element whose bits differ (all NaNs are equal), or -1. */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]!) && Number.isNaN(b[i]!))) return i;
  return -1;
}

function randomCuts(n: number, rng: { int(n: number): number }, largest: number): number[] {
  const cuts: number[] = [];
  for (let at = 0; at < n; ) {
    at = Math.min(n, at + 1 + rng.int(largest));
    cuts.push(at);
  }
  return cuts;
}

function run(
  definition: FeatureDefinition,
  options: Record<string, unknown>,
  inputs: readonly Float64Array[],
  cuts: readonly number[],
): Float64Array[] {
  const n = inputs[0]!.length;
  const outputs = definition.outputs.map(() => new Float64Array(n).fill(-12345.678));
  const kernel = definition.create(options as never, inputs.map(asColumn), outputs.map(asColumn));
  let from = 0;
  for (const to of cuts) {
    kernel.advance(from, to);
    from = to;
  }
  return outputs;
}

/** One row at a time, with buffers that hold lookback + 1 rows and slide: what a live bot does with the least memory. */
function runWindowed(
  definition: FeatureDefinition,
  options: Record<string, unknown>,
  inputs: readonly Float64Array[],
): Float64Array[] {
  const n = inputs[0]!.length;
  const width = definition.lookback(options as never) + 1;
  const windows = inputs.map(() => asColumn(new Float64Array(width).fill(Number.NaN)));
  const slots = definition.outputs.map(() => asColumn(new Float64Array(width).fill(Number.NaN)));
  const kernel = definition.create(options as never, windows, slots);
  const outputs = definition.outputs.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const base = Math.max(0, i - width + 1);
    for (const c of [...windows, ...slots]) {
      if (base > c.base) c.values.copyWithin(0, base - c.base);
      c.base = base;
    }
    for (const [k, c] of windows.entries()) c.values[i - base] = inputs[k]![i]!;
    kernel.advance(i, i + 1);
    for (const [k, c] of slots.entries()) outputs[k]![i] = c.values[i - base]!;
  }
  return outputs;
}

function runReloaded(
  definition: FeatureDefinition,
  options: Record<string, unknown>,
  inputs: readonly Float64Array[],
  at: number,
): Float64Array[] {
  const n = inputs[0]!.length;
  const outputs = definition.outputs.map(() => new Float64Array(n));
  const first = definition.create(options as never, inputs.map(asColumn), outputs.map(asColumn));
  first.advance(0, at);
  const saved = first.state.slice();
  const second = definition.create(options as never, inputs.map(asColumn), outputs.map(asColumn));
  second.state.set(saved);
  second.advance(at, n);
  return outputs;
}

function asColumn(values: Float64Array): Column {
  return { values, base: 0 };
}

/** A seeded walk shaped like candles: open, high, low, close, volume by name, independent walks for other names. */
export function syntheticInputs(definition: FeatureDefinition, rows: number, seed: number): Float64Array[] {
  const rng = seeded(`contract-${seed}`);
  const columns: Record<string, Float64Array> = {};
  for (const name of ['open', 'high', 'low', 'close', 'volume']) columns[name] = new Float64Array(rows);
  let price = 100;
  for (let i = 0; i < rows; i++) {
    const open = price;
    const close = open * Math.exp(0.01 * rng.normal());
    price = close;
    columns.open![i] = open;
    columns.close![i] = close;
    columns.high![i] = Math.max(open, close) * (1 + 0.004 * rng.next());
    columns.low![i] = Math.min(open, close) * (1 - 0.004 * rng.next());
    columns.volume![i] = 50 + 1000 * rng.next() ** 2;
  }
  return definition.inputs.map((name, k) => {
    const named = columns[name];
    if (named) return named.slice();
    if (k === 0) return columns.close!.slice();
    let walk = 50;
    return Float64Array.from({ length: rows }, () => {
      walk *= Math.exp(0.008 * rng.normal());
      return walk;
    });
  });
}
