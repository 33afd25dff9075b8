import { performance } from 'node:perf_hooks';
import * as bands from '../core/indicators/bands/index.ts';
import * as calendar from '../core/indicators/calendar/index.ts';
import { type AnyFeature, parseOptions } from '../core/indicators/feature.ts';
import * as flow from '../core/indicators/flow/index.ts';
import * as normalise from '../core/indicators/normalise/index.ts';
import * as oscillators from '../core/indicators/oscillators/index.ts';
import * as patterns from '../core/indicators/patterns/index.ts';
import * as ranges from '../core/indicators/range-volatility/index.ts';
import * as rolling from '../core/indicators/rolling/index.ts';
import * as processes from '../core/indicators/stochastic-process/index.ts';
import * as structure from '../core/indicators/structure/index.ts';
import * as trend from '../core/indicators/trend/index.ts';
import { syntheticInputs } from '../core/testing/feature-contract.ts';

/**
 * Times every feature beyond TA-Lib over a pair-year of 5m candles on one core: `node bench/features.ts`. The cold figure is each kernel's first call in
 * the process (V8 still interpreting), the warm one the best of five.
 */
const ROWS = 105_120;
const RUNS = 5;
const START = Date.UTC(2024, 0, 1);
const groups = {
  bands,
  calendar,
  flow,
  normalise,
  oscillators,
  patterns,
  processes,
  ranges,
  rolling,
  structure,
  trend,
};

const rows: { name: string; group: string; cold: number; warm: number }[] = [];
let sink = 0;
for (const [group, features] of Object.entries(groups)) {
  for (const { definition } of Object.values(features) as AnyFeature[]) {
    const inputs = syntheticInputs(definition, ROWS, 1);
    if (definition.inputs[0] === 'time') for (let i = 0; i < ROWS; i++) inputs[0]![i] = START + i * 300_000;
    const outputs = definition.outputs.map(() => ({ values: new Float64Array(ROWS), base: 0 }));
    const options = parseOptions(definition, {}) as never;
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const kernel = definition.create(
        options,
        inputs.map((values) => ({ values, base: 0 })),
        outputs,
      );
      const start = performance.now();
      kernel.advance(0, ROWS);
      times.push(performance.now() - start);
      sink += outputs[0]!.values[ROWS - 1]!;
    }
    rows.push({ name: definition.name, group, cold: times[0]!, warm: Math.min(...times) });
  }
}

const total = (key: 'cold' | 'warm') => rows.reduce((sum, row) => sum + row[key], 0);
rows.sort((a, b) => b.warm - a.warm);
for (const row of rows)
  console.log(
    `${row.name.padEnd(28)} ${row.group.padEnd(12)} ${row.warm.toFixed(2).padStart(8)} ms ${((row.warm * 1e6) / ROWS).toFixed(0).padStart(6)} ns/row`,
  );
const fastest = rows.slice(-200).reduce((sum, row) => sum + row.warm, 0);
console.log(
  `${rows.length} features x ${ROWS} rows: warm ${total('warm').toFixed(0)} ms, cold ${total('cold').toFixed(0)} ms, the ${Math.min(200, rows.length)} fastest ${fastest.toFixed(0)} ms (sink ${sink.toFixed(1)})`,
);
