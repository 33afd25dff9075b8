import { describe, expect, it } from 'vitest';
import { BUILTIN_PLUGINS } from '../runtime/builtin-plugins.ts';
import { checkFeatureSet } from '../testing/feature-set-contract.ts';
import { checkLabel } from '../testing/label-contract.ts';
import { checkModel } from '../testing/model-contract.ts';
import { checkObjective } from '../testing/objective-contract.ts';
import { checkRegime } from '../testing/regime-contract.ts';
import { checkVolatility } from '../testing/volatility-contract.ts';

const of = (kind: string) => BUILTIN_PLUGINS.filter((p) => p.kind === kind).map((p) => [p.name, p] as const);

describe('built-in feature sets keep the contract', () => {
  it.each(of('feature'))('%s', async (name, plugin) => {
    expect(checkFeatureSet(await plugin.load())).toEqual([]);
    if (name === 'technical' || name === 'volume')
      expect(checkFeatureSet(await plugin.load(), { options: { raw: true }, seed: 2 })).toEqual([]);
  });
});

describe('built-in labels keep the contract', () => {
  it.each(of('label'))('%s', async (name, plugin) => {
    expect(checkLabel(await plugin.load())).toEqual([]);
    if (name === 'direction')
      expect(checkLabel(await plugin.load(), { options: { classes: 2, horizon: 1 } })).toEqual([]);
    if (name === 'triple-barrier') expect(checkLabel(await plugin.load(), { options: { touch: 'close' } })).toEqual([]);
  });
});

describe('built-in models keep the contract', () => {
  // Models from files learn nothing here: their own tests hold them to what they must keep.
  it.each(of('model').filter(([name]) => !name.endsWith('-file')))('%s', async (_name, plugin) => {
    const target = plugin.doc.includes('direction label') ? 'direction' : 'return';
    expect(checkModel(await plugin.load(), { target })).toEqual([]);
    if (plugin.doc.includes('tree')) expect(checkModel(await plugin.load(), { target: 'direction' })).toEqual([]);
  });
});

describe('built-in regimes keep the contract', () => {
  it.each(of('regime'))('%s', async (_name, plugin) => {
    expect(checkRegime(await plugin.load())).toEqual([]);
  });
});

describe('built-in volatilities keep the contract', () => {
  it.each(of('volatility'))('%s', async (_name, plugin) => {
    expect(checkVolatility(await plugin.load())).toEqual([]);
  });
});

describe('built-in objectives keep the contract', () => {
  it.each(of('objective'))('%s', async (_name, plugin) => {
    expect(checkObjective(await plugin.load())).toEqual([]);
  });
});
