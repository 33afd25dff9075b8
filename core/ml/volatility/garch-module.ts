import { z } from 'zod';
import type { VolatilityModule } from '../../ports/learning-modules.ts';
import { GarchModel } from './garch-model.ts';
import type { GarchKind, GarchSpec, MeanSpec } from './garch-spec.ts';
import { volatilityModule } from './volatility-module.ts';

/** Options that all modules of the family take. */
export const garchOptions = z.object({
  errors: z.enum(['normal', 't', 'skewed-t']).default('t').describe('distribution of the errors'),
  mean: z
    .enum(['zero', 'constant', 'ar', 'har'])
    .default('constant')
    .describe('of the returns: ar of the last one, har of the means of 1, 5 and 22'),
});

/** A GARCH(1,1) kind as a volatility module, fitted by maximum likelihood. */
export function garchModule(kind: GarchKind, options: z.output<typeof garchOptions>): VolatilityModule {
  const spec: GarchSpec = { kind, errors: options.errors, mean: meanOf(options.mean) };
  return volatilityModule({
    name: kind,
    version: 1,
    options,
    readsRanges: false,
    make({ returns }, parameters) {
      const model = parameters
        ? GarchModel.withParameters(spec, returns, parameters)
        : GarchModel.fitted(spec, returns);
      return { model, parameters: model.fit.parameters };
    },
  });
}

function meanOf(mean: z.output<typeof garchOptions>['mean']): MeanSpec {
  if (mean === 'ar') return { kind: 'ar', lags: [1] };
  if (mean === 'har') return { kind: 'har', lags: [1, 5, 22] };
  return { kind: mean };
}
