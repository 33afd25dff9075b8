import { z } from 'zod';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { columnFilter, filterOf, uncorrelatedColumns, variedColumns } from './column-filters.ts';
import { dissimilarityIndex, dissimilarityOf } from './dissimilarity-index.ts';
import { isolationForest, isolationOf } from './isolation-forest.ts';
import { outlierFilter } from './outlier-guard.ts';
import { principalComponents, projection } from './principal-components.ts';
import {
  clipped,
  filled,
  imputer,
  minMaxScaler,
  quantileScaler,
  quantiles,
  robustScaler,
  shiftScale,
  standardScaler,
  winsoriser,
} from './scalers.ts';
import type { Transform } from './transform.ts';

type Choice = string | ({ readonly name: string } & Readonly<Record<string, unknown>>);
type Learn = (columns: readonly Float64Array[], options: Readonly<Record<string, unknown>>) => Transform;

const share = z.number().min(0).max(1);
const none = z.strictObject({});
const STEPS: Readonly<Record<string, { readonly options: z.ZodObject; readonly learn: Learn }>> = {
  standard: { options: none, learn: standardScaler },
  robust: { options: none, learn: robustScaler },
  'min-max': { options: none, learn: minMaxScaler },
  quantile: {
    options: z.strictObject({ points: z.int().min(2).optional(), isNormal: z.boolean().optional() }),
    learn: quantileScaler,
  },
  winsor: { options: z.strictObject({ low: share.optional(), high: share.optional() }), learn: winsoriser },
  impute: {
    options: z.strictObject({
      rule: z.union([z.enum(['mean', 'median', 'most-frequent']), z.number()]).default('median'),
    }),
    learn: (columns, { rule }) => imputer(columns, rule as Parameters<typeof imputer>[1]),
  },
  variance: {
    options: z.strictObject({ least: z.number().min(0).default(0) }),
    learn: (columns, { least }) => columnFilter('variance', columns, variedColumns(columns, least as number)),
  },
  correlation: {
    options: z.strictObject({ most: share.default(0.95) }),
    learn: (columns, { most }) => columnFilter('correlation', columns, uncorrelatedColumns(columns, most as number)),
  },
  pca: {
    options: z.strictObject({ keep: z.number().positive().default(0.95) }),
    learn: (columns, { keep }) => principalComponents(columns, keep as number),
  },
  dissimilarity: {
    options: z.strictObject({ limit: z.number().positive().default(1), rows: z.int().min(2).max(10_000).default(500) }),
    learn: (columns, { limit, rows }) =>
      outlierFilter('dissimilarity', dissimilarityIndex(columns, { limit: limit as number, most: rows as number })),
  },
  isolation: {
    options: z.strictObject({
      share: z.number().gt(0).lt(0.5).default(0.01),
      trees: z.int().min(1).max(10_000).default(100),
      sample: z.int().min(2).max(100_000).default(256),
    }),
    learn: (columns, options) => outlierFilter('isolation', isolationForest(columns, options)),
  },
};

/** A step of a preparation, by name with its options, checked. */
export interface PreparationStep {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Checks steps by name (`standard`, or `{ name: 'pca', keep: 0.9 }`). @throws TidegateError PREPARE_OPTION with the nearest name */
export function preparationSteps(choices: readonly Choice[]): PreparationStep[] {
  return choices.map((choice) => {
    const { name, ...given } = typeof choice === 'string' ? { name: choice } : choice;
    const step = STEPS[name];
    if (!step)
      throw new TidegateError('PREPARE_OPTION', `there is no preparation step "${name}"`, {
        where: 'prepare',
        remedy: didYouMean(name, Object.keys(STEPS)) || `Steps: ${Object.keys(STEPS).join(', ')}.`,
      });
    const parsed = step.options.safeParse(given);
    if (parsed.success) return { name, options: parsed.data };
    throw new TidegateError(
      'PREPARE_OPTION',
      `"${name}" cannot take ${JSON.stringify(given)}: ${parsed.error.issues[0]!.message}`,
      {
        where: 'prepare',
        remedy: `Its options: ${Object.keys(step.options.shape).join(', ') || 'none'}.`,
      },
    );
  });
}

/** Learns the steps one after the other on training rows. @throws TidegateError PREPARE_DATA */
export function learnSteps(steps: readonly PreparationStep[], columns: readonly Float64Array[]): Transform[] {
  let rows = columns;
  return steps.map(({ name, options }) => {
    const learned = STEPS[name]!.learn(rows, options);
    rows = learned.apply(rows);
    return learned;
  });
}

/** Runs rows through learned steps. */
export function applySteps(steps: readonly Transform[], columns: readonly Float64Array[]): readonly Float64Array[] {
  return steps.reduce<readonly Float64Array[]>((rows, step) => step.apply(rows), columns);
}

/** A learned step from its name and state, as saved. @throws TidegateError PREPARE_OPTION for a name that no step has */
export function restoredStep({ name, state }: Pick<Transform, 'name' | 'state'>): Transform {
  switch (name) {
    case 'standard':
    case 'robust':
    case 'min-max':
      return shiftScale(name, state);
    case 'quantile':
    case 'quantile-normal':
      return quantiles(name, state);
    case 'winsor':
      return clipped(state);
    case 'impute':
      return filled(state);
    case 'variance':
    case 'correlation':
      return filterOf(name, state);
    case 'principal-components':
      return projection(state);
    case 'dissimilarity':
      return outlierFilter(name, dissimilarityOf(state));
    case 'isolation':
      return outlierFilter(name, isolationOf(state));
    default:
      throw new TidegateError('PREPARE_OPTION', `there is no learned step "${name}"`, { remedy: 'Train anew.' });
  }
}
