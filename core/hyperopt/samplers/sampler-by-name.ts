import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { cmaEsSampler } from './cma-es.ts';
import { gaussianProcessSampler } from './gaussian-process.ts';
import { gridSampler } from './grid.ts';
import { haltonSampler } from './halton.ts';
import { nsga2Sampler } from './nsga2.ts';
import { nsga3Sampler } from './nsga3.ts';
import { randomSampler } from './random.ts';
import type { Sampler } from './sampler.ts';
import { sobolSampler } from './sobol.ts';
import { tpeSampler } from './tpe.ts';

/** Makers of the built-in samplers; options are those of each maker. */
export const SAMPLERS: Readonly<Record<string, (options?: Readonly<Record<string, unknown>>) => Sampler>> = {
  random: randomSampler,
  grid: gridSampler,
  sobol: sobolSampler,
  halton: haltonSampler,
  tpe: tpeSampler,
  cmaes: cmaEsSampler,
  nsga2: nsga2Sampler,
  nsga3: nsga3Sampler,
  gp: gaussianProcessSampler,
};

/** A built-in sampler by name. @throws TidegateError SAMPLER_UNKNOWN */
export function samplerByName(name: string, options: Readonly<Record<string, unknown>> = {}): Sampler {
  const make = SAMPLERS[name];
  if (make) return make(options);
  throw new TidegateError('SAMPLER_UNKNOWN', `there is no sampler "${name}"`, {
    where: 'hyperopt.sampler',
    remedy: `${didYouMean(name, Object.keys(SAMPLERS))} Samplers: ${Object.keys(SAMPLERS).join(', ')}.`.trim(),
  });
}
