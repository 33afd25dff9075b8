import { z } from 'zod';
import { didYouMean, TidegateError } from '../foundation/errors.ts';
import type { Market } from './market.ts';
import type { FeatureRecord } from './view.ts';

const choice = z.union([z.string(), z.looseObject({ name: z.string() })]);
const span = z.union([
  z.string().regex(/^[1-9]\d*[smhdw]$/, 'a time such as 90d, 12h or 30m, or a count of candles'),
  z.int().min(1),
]);
const share = z.number().gt(0).lt(1);

/** Declares series as `features()` does. */
type Declares = (market: Market) => FeatureRecord;

const schedule = {
  window: span.default('90d').describe('history that each training sees: a time, or a count of candles'),
  every: span
    .default('7d')
    .describe('market time between trainings, counted from 1970: any start gives the same moments'),
  anchored: z.boolean().default(false).describe('each training sees all history instead of the last window'),
  handoverDelay: span.default('1m').describe('market time from the end of the data to the first answer'),
};

const retrain = z
  .strictObject({
    detector: z
      .enum(['adwin', 'page-hinkley', 'kswin'])
      .optional()
      .describe('finds change in the errors as labels become known'),
    psi: z
      .number()
      .positive()
      .optional()
      .describe('mean population stability index of the features that means drift: 0.25'),
    hitRate: share.optional().describe('least hit rate over the last `rows` known labels'),
    rows: z.int().min(10).default(200).describe('known rows that psi and hitRate look at'),
    pause: span.default('1d').describe('least market time between trainings'),
  })
  .refine(
    ({ detector, psi, hitRate }) => [detector, psi, hitRate].some((rule) => rule !== undefined),
    'give detector, psi or hitRate',
  );

const modelBlock = z.strictObject({
  features: z
    .union([choice, z.array(choice).min(1), z.custom<Declares>((value) => typeof value === 'function')])
    .default('technical')
    .describe('feature sets and features by name, or a function of the market like features()'),
  label: choice.default('direction').describe('label module'),
  model: choice.default('gradient-boosting').describe('model module'),
  ...schedule,
  per: z.enum(['pair', 'all']).default('pair').describe('a model for each pair, or one for all of them'),
  prepare: z
    .array(choice)
    .default([])
    .describe(
      'steps fitted on training rows: standard, robust, min-max, quantile, winsor, impute, variance, correlation, pca; dissimilarity and isolation: no opinion of rows unlike them',
    ),
  weights: z
    .strictObject({
      uniqueness: z.boolean().default(false).describe('less for labels that overlap'),
      returns: z.boolean().default(false).describe('more for rows that a large move followed'),
      halfLife: span.optional().describe('half for every so much time back'),
    })
    .prefault({}),
  sample: z
    .strictObject({
      spike: z.number().positive().optional().describe('more than this times the mean volume of the candles before'),
      period: z.int().min(1).max(100_000).default(20).describe('candles that the mean volume is taken over'),
      cusum: z.number().positive().optional().describe('log returns that have added up to this either way'),
    })
    .refine(({ spike, cusum }) => spike !== undefined || cusum !== undefined, 'give spike, cusum or both')
    .optional()
    .describe('only candles at which something happened are learned from; answers are for all'),
  featureWeights: z
    .enum(['none', 'permutation'])
    .default('none')
    .describe('features count by what shuffling them costs on the latest part of the window'),
  calibration: z
    .enum(['none', 'platt', 'isotonic'])
    .default('none')
    .describe('of P(up), on the latest part of the window'),
  holdout: share
    .default(0.2)
    .describe('latest share of the window that calibration, trials and featureWeights are judged on'),
  trials: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('settings of the model tried in each window, from the last best on'),
  search: z
    .record(z.string(), z.tuple([z.number(), z.number()]))
    .default({})
    .describe('ranges of the model options that trials draw from'),
  seed: z.int().min(0).default(0),
  retrain: retrain.optional().describe('trains between the scheduled moments, on drift'),
  shadow: span
    .optional()
    .describe('time that a new model runs beside the old one, and takes over only if it did no worse'),
  rollback: span
    .optional()
    .describe('time in charge after which the model before takes over again, if it would have done better'),
});

const regimeBlock = z.strictObject({ regime: choice, ...schedule });
const volatilityBlock = z.strictObject({
  volatility: choice,
  ...schedule,
  horizon: z.int().min(1).max(100_000).default(1).describe('candles ahead that the forecast covers'),
});

/** What a model learns from, what it learns and when it learns anew. */
export type ModelBlock = z.input<typeof modelBlock>;
/** Which regime module, learning when. */
export type RegimeBlock = z.input<typeof regimeBlock>;
/** Which volatility module, learning when. */
export type VolatilityBlock = z.input<typeof volatilityBlock>;
export type TrainBlock = ModelBlock | RegimeBlock | VolatilityBlock;

export type ModelSettings = z.output<typeof modelBlock>;
export type RegimeSettings = z.output<typeof regimeBlock>;
export type VolatilitySettings = z.output<typeof volatilityBlock>;
/** When something learns: shared by all blocks. */
export type ScheduleSettings = Pick<RegimeSettings, 'window' | 'every' | 'anchored' | 'handoverDelay'>;

/** A train block of a strategy, checked: what `m.model(…)` and its like take. */
export interface ModelRef {
  readonly kind: 'model';
  readonly name: string;
  readonly settings: ModelSettings;
}
export interface RegimeRef {
  readonly kind: 'regime';
  readonly name: string;
  readonly settings: RegimeSettings;
}
export interface VolatilityRef {
  readonly kind: 'volatility';
  readonly name: string;
  readonly settings: VolatilitySettings;
}
export type LearnedRef = ModelRef | RegimeRef | VolatilityRef;

/** The reference that each block becomes. */
export type RefOf<B> = B extends { readonly regime: unknown }
  ? RegimeRef
  : B extends { readonly volatility: unknown }
    ? VolatilityRef
    : ModelRef;

/**
 * Checks a block, with what a configuration replaces in it.
 * @throws TidegateError TRAIN_BLOCK naming the setting, the value received and what it takes
 */
export function checkBlock(name: string, block: TrainBlock, given: Readonly<Record<string, unknown>> = {}): LearnedRef {
  const merged = { ...block, ...given };
  const parse = <S extends z.ZodObject>(schema: S): z.output<S> => {
    const parsed = schema.safeParse(merged);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const key = issue.code === 'unrecognized_keys' ? issue.keys[0]! : issue.path.join('.');
    const names = namesAt(schema, issue.path);
    const where = ['train', name, ...(issue.code === 'unrecognized_keys' ? issue.path : [])].join('.');
    const value = issue.path.reduce<unknown>(
      (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
      merged,
    );
    throw new TidegateError(
      'TRAIN_BLOCK',
      issue.code === 'unrecognized_keys'
        ? `the train block "${name}" has no setting "${key}"`
        : `the train block "${name}" cannot take ${key} = ${JSON.stringify(value)}: ${issue.message}`,
      { where, remedy: didYouMean(key, names) || (names.length > 0 ? `Its settings: ${names.join(', ')}.` : '') },
    );
  };
  if ('regime' in merged) return { kind: 'regime', name, settings: parse(regimeBlock) };
  if ('volatility' in merged) return { kind: 'volatility', name, settings: parse(volatilityBlock) };
  return { kind: 'model', name, settings: parse(modelBlock) };
}

/** Names of the settings at a place in a block; none where there is a plain value. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.ZodType | undefined = schema;
  for (const step of path) {
    at = at instanceof z.ZodObject ? (at.shape as Record<PropertyKey, z.ZodType>)[step] : undefined;
    while (at instanceof z.ZodOptional || at instanceof z.ZodDefault || at instanceof z.ZodPrefault)
      at = at.unwrap() as z.ZodType;
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
