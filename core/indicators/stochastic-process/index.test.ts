import { expect, it } from 'vitest';
import { checkFeature } from '../../testing/feature-contract.ts';
import { otherOptions } from '../rolling/other-options.ts';
import * as features from './index.ts';

for (const feature of Object.values(features))
  it(`${feature.definition.name} obeys the kernel contract with its defaults and with other options`, () => {
    expect(checkFeature(feature)).toEqual([]);
    expect(checkFeature(feature, { options: otherOptions(feature.definition), seed: 2 })).toEqual([]);
  });
