import type { Sampler } from './sampler.ts';
import { uniformPoint } from './sampler.ts';

/** Independent uniform draws (log-uniform in log dimensions). The yardstick for every other sampler. */
export function randomSampler(): Sampler {
  return {
    name: 'random',
    options: {},
    start: ({ space }) => ({
      noted() {},
      observed() {},
      suggest: (_, rng) => ({ unit: uniformPoint(space.dims.length, rng) }),
    }),
  };
}
