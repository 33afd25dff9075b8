import { type Column, column } from '../core/columns/column.ts';
import { GridData } from '../core/columns/grid-data.ts';
import { type AnyFeature, parseOptions } from '../core/indicators/feature.ts';
import { FEATURES } from '../core/indicators/library.ts';
import { syntheticInputs } from '../core/testing/feature-contract.ts';
import { type Figure, figure } from './figure.ts';

/**
 * Times every built-in feature over a pair-year of 5m candles on one core, and one row at a time as a live bot does: `node bench/features.ts`. The cold figure
 * is each kernel's first call in the process (V8 still interpreting and compiling), the warm one the best of seven.
 */
const ROWS = 105_120;
const RUNS = 7;
const START = Date.UTC(2024, 0, 1);
/** Rows of the live part: those that warm up, and those that are timed. */
const WARM = 20_000;
const LIVE = 20_000;

interface Row {
  readonly name: string;
  readonly cold: number;
  readonly warm: number;
  /** One live update, ns. */
  readonly live: number;
  /** Heap bytes per live update. */
  readonly bytes: number;
}

function inputsOf({ definition }: AnyFeature): Float64Array[] {
  const inputs = syntheticInputs(definition, ROWS, 1);
  for (const [k, name] of definition.inputs.entries())
    if (name === 'time') for (let i = 0; i < ROWS; i++) inputs[k]![i] = START + i * 300_000;
  return inputs;
}

function measure({ definition }: AnyFeature): Row {
  const inputs = inputsOf({ definition });
  const outputs = definition.outputs.map(() => column(new Float64Array(ROWS)));
  const options = parseOptions(definition, {}) as never;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const kernel = definition.create(
      options,
      inputs.map((values) => column(values)),
      outputs,
    );
    const start = performance.now();
    kernel.advance(0, ROWS);
    times.push(performance.now() - start);
  }
  return { name: definition.name, cold: times[0]!, warm: Math.min(...times), ...measureLive({ definition }, inputs) };
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
    for (let k = 0; k < columns.length; k++) columns[k]!.values[at] = inputs[k]![row]!;
    kernel.advance(row, row + 1);
  };
  for (let row = 0; row < WARM; row++) step(row);
  const heap = process.memoryUsage().heapUsed;
  const start = performance.now();
  for (let row = WARM; row < WARM + LIVE; row++) step(row);
  const took = performance.now() - start;
  const grown = process.memoryUsage().heapUsed - heap;
  return { live: (took * 1e6) / LIVE, bytes: Math.max(0, grown) / LIVE };
}

/** CPU time of all features and of the 200 that a large set would take on average, and of one live update; `log` gets the table. */
export function benches(log: (line: string) => void = () => {}): Figure[] {
  const rows = [...FEATURES.values()].map(({ feature }) => measure(feature)).sort((a, b) => b.warm - a.warm);
  for (const { name, cold, warm, live, bytes } of rows)
    log(
      `${name.padEnd(28)} ${warm.toFixed(2).padStart(8)} ms ${((warm * 1e6) / ROWS).toFixed(0).padStart(6)} ns/row, first ${cold.toFixed(1).padStart(6)} ms, live ${live.toFixed(0).padStart(6)} ns ${bytes.toFixed(0).padStart(4)} B`,
    );
  const total = (key: 'cold' | 'warm') => rows.reduce((sum, row) => sum + row[key], 0);
  const share = 200 / rows.length;
  const median = (key: 'warm' | 'live' | 'bytes') => rows.map((r) => r[key]).sort((a, b) => a - b)[rows.length >> 1]!;
  return [
    figure(`features.all ${rows.length}, warm`, total('warm'), 'ms'),
    figure(`features.all ${rows.length}, first call in the process`, total('cold'), 'ms'),
    figure('features.200 of average cost, warm', share * total('warm'), 'ms', 500),
    figure('features.median', (median('warm') * 1e6) / ROWS, 'ns/row'),
    figure('features.live update, median', median('live'), 'ns', 1000),
    figure('features.live update, slowest', Math.max(...rows.map((r) => r.live)), 'ns'),
    figure('features.live update, heap, median', median('bytes'), 'bytes'),
    // The document's processing rate, for one feature on one core.
    figure('features.live updates', 1e9 / median('live'), 'per second', 10_000),
  ];
}

if (import.meta.main)
  for (const { name, value, unit } of benches(console.log)) console.log(name, value.toFixed(1), unit);
