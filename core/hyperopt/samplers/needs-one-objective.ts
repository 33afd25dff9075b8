import { TidegateError } from '../../foundation/errors.ts';

/** Refuses several objectives for a sampler that ranks by one. @throws TidegateError HPO_SAMPLER_OBJECTIVES */
export function needsOneObjective(sampler: string, objectives: number): void {
  if (objectives === 1) return;
  throw new TidegateError(
    'HPO_SAMPLER_OBJECTIVES',
    `the sampler "${sampler}" works on one objective, ${objectives} were given`,
    {
      where: 'hyperopt.sampler',
      remedy: 'Use nsga2, nsga3 or tpe for several objectives.',
    },
  );
}
