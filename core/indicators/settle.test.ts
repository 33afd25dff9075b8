import { expect, it } from 'vitest';
import { syntheticInputs } from '../testing/feature-contract.ts';
import { parseOptions, runFeature } from './feature.ts';
import { FEATURES } from './library.ts';

const ROWS = 4500;
const STARTS = [1000, 1777];

/** Their cycle is measured by comparisons, so two histories may take different turns at any row. */
const CHAOTIC = ['ht-phasor', 'ht-sine'];

const forgetting = [...FEATURES.values()]
  .map(({ feature }) => feature.definition)
  .filter((definition) => {
    const settle = definition.settle(parseOptions(definition, {}) as never);
    return settle > 0 && Number.isFinite(settle) && !CHAOTIC.includes(definition.name);
  });

it('is asked of the exponential families', () => {
  const names = forgetting.map((d) => d.name);
  expect(names).toEqual(expect.arrayContaining(['ema', 'rsi', 'atr', 'adx', 'macd', 'adosc', 'elder-ray', 'rma']));
});

it.each(forgetting.map((d) => [d.name, d] as const))(
  '%s forgets the start of its history within settle rows',
  (_, d) => {
    const settle = d.settle(parseOptions(d, {}) as never);
    const inputs = syntheticInputs(d, ROWS, 3);
    const time = d.inputs.indexOf('time');
    if (time >= 0)
      inputs[time]!.forEach((_, i, xs) => {
        xs[i] = Date.UTC(2024, 0, 1) + i * 300_000;
      });
    const whole = runFeature(d, {}, inputs);
    for (const start of STARTS) {
      const part = runFeature(
        d,
        {},
        inputs.map((x) => x.slice(start)),
      );
      for (const [k, values] of part.entries()) {
        // of outputs that cross zero, relative to a thousandth of their largest
        const scale = whole[k]!.reduce((most, x) => (Math.abs(x) > most ? Math.abs(x) : most), 0) * 1e-3;
        for (let i = Math.max(settle, d.warmup(parseOptions(d, {}) as never, k)); i < values.length; i++) {
          const want = whole[k]![i + start]!;
          const error = Math.abs(values[i]! - want) / Math.max(Math.abs(want), scale);
          if (!(error <= 1e-9) && values[i] !== want)
            expect.fail(`${d.outputs[k]} at ${i} rows from row ${start}: ${values[i]}, not ${want}`);
        }
      }
    }
  },
);
