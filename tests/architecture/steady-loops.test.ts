import { expect, it } from 'vitest';
import { column } from '../../core/columns/column.ts';
import { placeColumn } from '../../core/columns/column-memory.ts';
import { callName, parseOptions } from '../../core/indicators/feature.ts';
import { FEATURES } from '../../core/indicators/library.ts';
import { LOOP_SOURCE } from '../../core/indicators/loops/loops-binary.ts';
import { firstDifference, syntheticInputs } from '../../core/testing/feature-contract.ts';
import { steadyLoops } from './steady-loops.ts';

const { names, hash } = steadyLoops();
const ROWS = 9000;
/** Loops that are parts of others. */
const PARTS = ['foldMax', 'foldMin'];
/** A loop cannot be called `var`, and some serve several features. */
const NAMES: Readonly<Record<string, string>> = {
  variance: 'var',
  ...{ rangeMiddle: 'midprice', rangeFromTop: 'willr', rangeFromBottom: 'stochf' },
};
/** Fewer rows than any loop takes: the kernel does them itself. */
const FEW = 60;

it('the compiled loops are of the sources as they are now (else: node tests/architecture/steady-loops.ts)', () => {
  expect(hash).toBe(LOOP_SOURCE);
});

/** Prices on a coarse grid, so that values repeat, with a standstill, a NaN and an infinity. */
function roughen(inputs: readonly Float64Array[]): void {
  for (const x of inputs) {
    for (let i = 3000; i < 6000; i++) x[i] = Math.round(x[i]! * 20) / 20;
    x.fill(x[4000]!, 4000, 4400);
    x[5500] = Number.NaN;
    x[5700] = Number.POSITIVE_INFINITY;
  }
}

it.each(names.filter((name) => !PARTS.includes(name)))(
  '%s gives the bits of its kernel over many rows, repeated values, standstills and holes included',
  (name) => {
    const { definition } = [...FEATURES.values()].find(
      ({ feature }) => callName(feature.definition.name) === (NAMES[name] ?? name),
    )!.feature;
    const inputs = syntheticInputs(definition, ROWS, 7);
    roughen(inputs);
    const options = parseOptions(definition, {}) as never;
    const want = definition.outputs.map(() => column(new Float64Array(ROWS)));
    const plain = definition.create(
      options,
      inputs.map((x) => column(x)),
      want,
    );
    for (let at = 0; at < ROWS; at += FEW) plain.advance(at, Math.min(ROWS, at + FEW));
    const place = (values: Float64Array) => {
      const placed = placeColumn(ROWS)!;
      placed.set(values);
      return column(placed);
    };
    const outputs = want.map(() => column(placeColumn(ROWS)!));
    definition.create(options, inputs.map(place), outputs).advance(0, ROWS);
    for (const [k, { values }] of outputs.entries()) expect(firstDifference(want[k]!.values, values)).toBe(-1);
  },
);
