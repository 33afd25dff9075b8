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
import { type Figure, figure } from './figure.ts';

/**
 * Times every feature beyond TA-Lib over a pair-year of 5m candles on one core: `node bench/features.ts`. The cold figure is each kernel's first call in
 * the process (V8 still interpreting), the warm one the best of seven.
 */
const ROWS = 105_120;
const RUNS = 7;
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

interface Row {
  readonly name: string;
  readonly cold: number;
  readonly warm: number;
}

function measure({ definition }: AnyFeature): Row {
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
  }
  return { name: definition.name, cold: times[0]!, warm: Math.min(...times) };
}

/** CPU time of each feature and of the 200 that a large set would take on average; `log` gets the table. */
export function benches(log: (line: string) => void = () => {}): Figure[] {
  const features = Object.values(groups).flatMap((group) => Object.values(group) as AnyFeature[]);
  const rows = features.map(measure).sort((a, b) => b.warm - a.warm);
  for (const { name, warm } of rows)
    log(`${name.padEnd(28)} ${warm.toFixed(2).padStart(8)} ms ${((warm * 1e6) / ROWS).toFixed(0).padStart(6)} ns/row`);
  const total = (key: 'cold' | 'warm') => rows.reduce((sum, row) => sum + row[key], 0);
  const share = 200 / rows.length;
  const median = rows[rows.length >> 1]!.warm;
  return [
    figure(`features.all ${rows.length}, warm`, total('warm'), 'ms'),
    figure(`features.all ${rows.length}, first call in the process`, total('cold'), 'ms'),
    figure('features.200 of average cost, warm', share * total('warm'), 'ms', 500),
    figure('features.median', (median * 1e6) / ROWS, 'ns/row'),
  ];
}

if (import.meta.main)
  for (const { name, value, unit } of benches(console.log)) console.log(name, value.toFixed(1), unit);
