import { describe, expect, it } from 'vitest';
import { ColumnPool } from '../../columns/column.ts';
import { firstDifference, syntheticInputs } from '../../testing/feature-contract.ts';
import { parseOptions, runFeature } from '../feature.ts';
import { FEATURES } from '../library.ts';
import { otherOptions } from './other-options.ts';
import { ROW_KERNELS } from './row-kernels-binary.ts';

const ROWS = 860;
const pool = new ColumnPool();

/** Candles with holes, a standstill, no volume for a while, and prices in coarse steps. */
function holed(names: readonly string[], made: readonly Float64Array[]): Float64Array[] {
  return made.map((values, k) => {
    if (names[k] === 'time') return Float64Array.from(values, (_, i) => 1.7e12 + i * 300_000);
    values.fill(values[200]!, 200, 420);
    if (names[k] === 'volume') values.fill(0, 450, 520);
    for (let i = 600; i < 700; i++) values[i] = Math.round(values[i]! * 10) / 10;
    for (const row of [720, 721, 790]) values[row] = Number.NaN;
    return values;
  });
}

const alone = (x: Float64Array): Float64Array => x.slice();
const pooled = (x: Float64Array) => {
  const place = pool.take(x.length);
  place.set(x);
  return place;
};

describe.each(Object.keys(ROW_KERNELS))('%s', (name) => {
  const { definition } = FEATURES.get(name)!.feature;

  it('the compiled loop gives the bits of the rows in JavaScript, and their state, with stages of a plan and without', () => {
    for (const given of [{}, otherOptions(definition)]) {
      const inputs = holed(definition.inputs, syntheticInputs(definition, ROWS, 5));
      const options = parseOptions(definition, given) as never;
      const stages = (definition.stages?.() ?? []).map(
        (stage) => runFeature(stage.definition, stage.options, stage.inputs?.map((k) => inputs[k]!) ?? inputs)[0]!,
      );
      const run = (place: typeof alone, cut: number, anew = ROWS, given = inputs) => {
        const outputs = definition.outputs.map(() => place(new Float64Array(ROWS)));
        const ins = given.map((x) => ({ values: place(x), base: 0 }));
        const outs = outputs.map((values) => ({ values, base: 0 }));
        let kernel = definition.create(options, ins, outs);
        for (let at = 0; at < ROWS; at += cut) {
          if (at > 0 && at % anew === 0) {
            const { state } = kernel;
            kernel = definition.create(options, ins, outs);
            kernel.state.set(state);
          }
          kernel.advance(at, Math.min(ROWS, at + cut));
        }
        return [...outputs, kernel.state];
      };
      // a kernel that is made anew before it has gone eight rows one by one stays in JavaScript
      const plain = run(alone, 1, 7);
      const shared = [...inputs, ...stages];
      const others = [run(alone, ROWS), run(pooled, 400), run(alone, 1)];
      if (stages.length > 0)
        for (const cut of [1, 400, ROWS]) others.push(run(alone, cut, 7, shared), run(pooled, cut, ROWS, shared));
      for (const other of others)
        plain.forEach((values, k) => {
          expect(firstDifference(values, other[k]!)).toBe(-1);
        });
    }
  });
});
