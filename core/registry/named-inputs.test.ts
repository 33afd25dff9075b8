import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkFeatureSet } from '../testing/feature-set-contract.ts';
import { inputsOf, inputVector, namedInputsSchema } from './named-inputs.ts';
import { defineTickFeature } from './tick-feature.ts';

const host = (inputs: readonly Readonly<Record<string, number>>[]) => ({
  pair: 'BTC/USDT:USDT',
  priceTick: 0.1,
  fallbackShare: () => 0,
  inputs,
});

it('asks for features by name with their options, and reads what was chosen of each', () => {
  const named = namedInputsSchema.parse(['vpin.value', { name: 'ofi', levels: 3, take: ['z'] }, 'hawkes']);
  expect(inputsOf(named)).toEqual([{ name: 'vpin' }, { name: 'ofi', levels: 3 }, { name: 'hawkes' }]);
  const vpin = { value: 0.4, multiplier: 1 };
  const { names, read } = inputVector(named, host([vpin, { value: 9, z: -1 }, { buys: 2, sells: 3 }]));
  expect(names).toEqual(['vpin.value', 'ofi.z', 'hawkes.buys', 'hawkes.sells']);
  const into = new Float64Array(4);
  read(into);
  expect([...into]).toEqual([0.4, -1, 2, 3]);
  vpin.value = 0.5;
  read(into);
  expect(into[0]).toBe(0.5);
});

it('holds a feature that lives on others to the contract', () => {
  const twice = defineTickFeature({
    name: 'twice-vpin',
    version: '1.0.0',
    doc: 'twice the VPIN (ticks)',
    options: z.object({}),
    inputs: () => [{ name: 'vpin' }],
    stream: (_options, { inputs }) => ({
      values: {
        get value() {
          return 2 * inputs![0]!.value!;
        },
      },
    }),
  });
  expect(checkFeatureSet(twice)).toEqual([]);
});
