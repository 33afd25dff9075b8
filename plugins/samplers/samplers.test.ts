import type { Sampler, SamplerModule } from 'tidegate';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../core/foundation/rng.ts';
import { compileSpace } from '../../core/hyperopt/index.ts';
import { loadRegistry } from '../../core/runtime/load-registry.ts';
import { choice, int, real } from '../../core/strategy/parameters.ts';

const space = compileSpace({ fast: int(5, 50, 12), cap: real(55, 90, 70), mean: choice(['sma', 'ema']) });
const NAMES = ['cmaes', 'gp', 'grid', 'halton', 'nsga2', 'nsga3', 'random', 'sobol', 'tpe'];

/** The first proposals of a sampler that never hears an outcome. */
function proposals(sampler: SamplerModule, seed: number): unknown[] {
  const run = (sampler as Sampler).start({ space, objectives: 1, seed });
  return Array.from({ length: 4 }, (_, k) => run.suggest(k, seeded(`${seed} ${k}`), 0));
}

describe('samplers of the registry', async () => {
  const registry = await loadRegistry({ userdir: 'none' });

  it('are these', () => {
    expect(registry.list('sampler').map(({ name }) => name)).toEqual(NAMES);
  });

  it.each(NAMES)('%s proposes points of the unit cube, the same ones for the same seed', async (name) => {
    const sampler = await registry.create('sampler', name);
    expect(sampler.name).toBe(name);
    const first = proposals(sampler, 3);
    expect(proposals(await registry.create('sampler', name), 3)).toEqual(first);
    for (const suggestion of first as { readonly unit: Float64Array }[])
      expect([...suggestion.unit].every((u) => u >= 0 && u <= 1)).toBe(true);
  });

  it('take options, and refuse what they do not know', async () => {
    const tpe = await registry.create('sampler', { name: 'tpe', startTrials: 20 });
    expect(tpe.options).toEqual({ isMultivariate: true, startTrials: 20, candidates: 64 });
    await expect(registry.create('sampler', { name: 'tpe', startTrial: 20 })).rejects.toThrow('startTrials');
    await expect(registry.create('sampler', 'tpi')).rejects.toThrow('Did you mean "tpe"');
  });
});
