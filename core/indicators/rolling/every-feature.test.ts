import { expect, it } from 'vitest';
import { syntheticInputs } from '../../testing/feature-contract.ts';
import * as bands from '../bands/index.ts';
import * as calendar from '../calendar/index.ts';
import { type AnyFeature, callName, runFeature } from '../feature.ts';
import * as flow from '../flow/index.ts';
import * as normalise from '../normalise/index.ts';
import * as oscillators from '../oscillators/index.ts';
import * as patterns from '../patterns/index.ts';
import * as ranges from '../range-volatility/index.ts';
import * as processes from '../stochastic-process/index.ts';
import * as structure from '../structure/index.ts';
import * as trend from '../trend/index.ts';
import * as rolling from './index.ts';

const groups = [bands, calendar, flow, normalise, oscillators, patterns, processes, ranges, rolling, structure, trend];
const features: AnyFeature[] = groups.flatMap((group) => Object.values(group));
/** Where the plain series would not do: a Hurst exponent that lets the signal through. */
const HURST_INPUT = 'hurst';
const START = Date.UTC(2024, 1, 27);

/** Seeded candles for a feature, 30 minutes apart from 27 February 2024; `shape` edits the columns by input name. */
function inputsOf({ definition }: AnyFeature, rows: number, shape?: (name: string, values: Float64Array) => void) {
  const inputs = syntheticInputs(definition, rows, 3);
  for (const [k, name] of definition.inputs.entries()) {
    if (name === 'time') for (let i = 0; i < rows; i++) inputs[k]![i] = START + i * 1_800_000;
    else if (name === HURST_INPUT) inputs[k]!.fill(0.3);
    else shape?.(name, inputs[k]!);
  }
  return inputs;
}

it('is exported under the name that its own name gives', () => {
  for (const group of groups)
    for (const [name, { definition }] of Object.entries(group)) expect(callName(definition.name)).toBe(name);
});

it('no two features give the same series', () => {
  const seen = new Map<string, string>();
  for (const feature of features) {
    const isPattern = feature.definition.name.startsWith('cdl-');
    const inputs = inputsOf(feature, isPattern ? 60_000 : 2000);
    if (isPattern) roughen(inputs);
    const outputs = runFeature(feature.definition, {}, inputs);
    const values = [...outputs[0]!.slice(-40_000)].filter((x) => !Number.isNaN(x));
    expect(
      values.some((x) => x !== 0),
      `${feature.definition.name} is 0 throughout`,
    ).toBe(true);
    // patterns are whole numbers, and rows of them long
    const key = isPattern ? values.join() : values.map((x) => x.toPrecision(12)).join();
    expect(seen.get(key), `${feature.definition.name} repeats`).toBeUndefined();
    seen.set(key, feature.definition.name);
  }
});

/** Replaces candles by coarse steps with gaps, on which the rare patterns occur. */
function roughen([open, high, low, close]: readonly Float64Array[]): void {
  let price = 1000;
  let state = 12345;
  const pick = (values: readonly number[]) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return values[(state >>> 8) % values.length]!;
  };
  for (let i = 0; i < open!.length; i++) {
    open![i] = price + pick([0, 0, 1, -1, 2, -2, 5, -5]);
    close![i] = open![i]! + pick([0, 0.1, 1, 2, 5, 10, 15, -0.1, -1, -2, -5, -10, -15]);
    high![i] = Math.max(open![i]!, close![i]!) + pick([0, 0, 0, 0.1, 1, 3, 10]);
    low![i] = Math.min(open![i]!, close![i]!) - pick([0, 0, 0, 0.1, 1, 3, 10]);
    price = close![i]! < 300 || close![i]! > 3000 ? 1000 : close![i]!;
  }
  // The rarest ones by hand, each after a dozen plain candles: kicking, three stars in the south, concealing baby swallow, mat hold, breakaway.
  const rare = [
    [
      [110, 110, 100, 100],
      [112, 118, 112, 118],
    ],
    [
      [100, 100, 75, 90],
      [92, 92, 78, 86],
      [85, 85, 84, 84],
    ],
    [
      [100, 100, 90, 90],
      [89, 89, 80, 80],
      [78, 82, 74, 74],
      [82, 83, 70, 71],
    ],
    [
      [100, 110, 100, 110],
      [112, 113, 111, 111.5],
      [111, 111.5, 109, 109.5],
      [110, 110.5, 108, 108.5],
      [109, 116, 109, 115],
    ],
    [
      [110, 110, 100, 100],
      [98, 98.5, 96, 97],
      [97, 97.5, 94, 95],
      [95, 95.5, 92, 93],
      [93, 99.5, 93, 99],
    ],
  ];
  const candles = rare.flatMap((pattern) => [...Array.from({ length: 12 }, () => [100, 103, 99, 102]), ...pattern]);
  for (const [j, candle] of candles.entries()) {
    const i = open!.length - candles.length + j;
    [open![i], high![i], low![i], close![i]] = candle as [number, number, number, number];
  }
}

const shapes: Record<string, (name: string, values: Float64Array) => void> = {
  'constant prices': (name, values) => {
    if (name !== 'volume') values.fill(7.3);
  },
  'zero volume': (name, values) => {
    if (name === 'volume') values.fill(0);
  },
  'constant prices and zero volume': (name, values) => values.fill(name === 'volume' ? 0 : 7.3),
  'a halt in the middle': (name, values) => values.fill(name === 'volume' ? 0 : values[400]!, 400, 900),
  'prices of 1e-9': (name, values) => {
    if (name !== 'volume') for (let i = 0; i < values.length; i++) values[i]! *= 1e-11;
  },
  'prices of 1e12': (name, values) => {
    if (name !== 'volume') for (let i = 0; i < values.length; i++) values[i]! *= 1e10;
  },
};

it.each(Object.keys(shapes))('gives a finite number in every row after the warm-up: %s', (shape) => {
  for (const feature of features) {
    const outputs = runFeature(feature.definition, {}, inputsOf(feature, 1500, shapes[shape]));
    for (const [k, output] of outputs.entries()) {
      const warmup = feature.definition.warmup(optionsOf(feature) as never, k);
      const bad = output.findIndex((x, row) => (row < warmup ? !Number.isNaN(x) : !Number.isFinite(x)));
      expect(bad, `${feature.definition.name}.${feature.definition.outputs[k]} at row ${bad}: ${output[bad]}`).toBe(-1);
    }
  }
});

const optionsOf = ({ definition }: AnyFeature) => definition.options.parse({});

it('gives only NaN for input shorter than the warm-up, and nothing for none', () => {
  for (const feature of features) {
    const warmup = feature.definition.warmup(optionsOf(feature) as never, 0);
    const [short] = runFeature(feature.definition, {}, inputsOf(feature, warmup));
    expect(short!.every(Number.isNaN)).toBe(true);
    expect(runFeature(feature.definition, {}, inputsOf(feature, 0))[0]).toHaveLength(0);
  }
});

it('a NaN gives NaN, and one row of it is forgotten', () => {
  for (const feature of features) {
    const inputs = inputsOf(feature, 700);
    const k = feature.definition.inputs.length - 1;
    const fresh = runFeature(
      feature.definition,
      {},
      inputs.map((x) => x.slice(301)),
    );
    inputs[k]![300] = Number.NaN;
    const outputs = runFeature(feature.definition, {}, inputs);
    for (const [j, output] of outputs.entries()) {
      expect(output[300]).toBeNaN();
      expect(output.slice(301), feature.definition.name).toEqual(fresh[j]);
    }
  }
});
