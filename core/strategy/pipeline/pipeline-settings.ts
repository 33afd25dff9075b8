import { z } from 'zod';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';

const share = z.number().min(0).max(1);
const block = z.record(z.string(), z.unknown());

/** What may differ by regime. */
const trading = {
  direction: share.describe('least size of the direction that enters'),
  confidence: share.describe('least confidence that enters'),
  size: z.number().min(0).describe('stake as a multiple of what sizing says; 0: no entries'),
  stop: z
    .number()
    .positive()
    .nullable()
    .describe('stop in expected deviations from the entry; null: the stoploss alone'),
  hold: z.int().min(1).nullable().describe('candles after which a position is left; null: no limit'),
};

const settings = z.strictObject({
  timeframe: z.string().default('1h'),
  canShort: z.boolean().default(false),
  stoploss: z.number().max(0).default(-0.1),
  models: z.record(z.string(), block).default({}).describe('train blocks by name'),
  ensembles: z
    .record(
      z.string(),
      z.strictObject({
        members: z.array(z.string()).min(2).describe('names of models'),
        weighting: z.enum(['average', 'accuracy', 'stacking']).default('average'),
        halfLife: z.number().positive().default(200).describe('candles after which a hit or miss counts half'),
        without: z.string().optional().describe('a member that is left out, to see what it adds'),
        block: block
          .default({})
          .describe(
            'train block of the model that stacks; it learns from what the members said of rows they had not seen',
          ),
      }),
    )
    .default({}),
  regime: block
    .optional()
    .describe(
      'train block of a regime module, with hysteresis: { regime: hmm, window: 180d, hysteresis: { rows: 3 } }',
    ),
  volatility: block.optional().describe('train block of a volatility module: { volatility: garch, horizon: 12 }'),
  predict: z
    .union([z.string(), z.record(z.string(), z.string())])
    .describe('a model or ensemble by name, grid, or flat; or one for each state of the regime'),
  ...(Object.fromEntries(
    Object.entries({ direction: 0.1, confidence: 0, size: 1, stop: null, hold: null }).map(([name, value]) => [
      name,
      (trading[name as keyof typeof trading] as z.ZodType).default(value as never),
    ]),
  ) as { [K in keyof typeof trading]: z.ZodDefault<(typeof trading)[K]> }),
  exit: share.default(0).describe('a position is left when the direction against it is larger than this'),
  confidenceSizes: z.boolean().default(false).describe('stakes grow with the confidence, up to what sizing says'),
  gate: z
    .strictObject({
      above: share.default(0.9).describe('share of the window in which less was expected: above it, risk is off'),
      window: z.int().min(10).default(500),
      size: z.number().min(0).default(0).describe('stake while risk is off, as a multiple'),
      stop: z.number().positive().default(2).describe('stop distance while risk is off, as a multiple'),
    })
    .optional()
    .describe('volatility gate'),
  grid: z
    .strictObject({
      period: z.int().min(2).default(48).describe('candles of mean and deviation'),
      step: z.number().positive().default(1).describe('deviations between levels'),
      levels: z.int().min(1).max(20).default(3),
    })
    .prefault({})
    .describe('mean reversion: a part of the stake at each level below the mean, out at the mean'),
  byRegime: z
    .record(z.string(), z.strictObject(trading).partial())
    .default({})
    .describe('settings that differ in a state'),
});

/** What a pipeline is made of. */
export type PipelineSettings = z.output<typeof settings>;
/** The same as written, defaults left out. */
export type PipelineInput = z.input<typeof settings>;
/** Settings that a regime may change. */
export type TradingSettings = Pick<PipelineSettings, keyof typeof trading>;

/**
 * Checks the settings of a pipeline, and that the names in them mean something.
 * @throws TidegateError PIPELINE_SETTING naming the setting, the value received and what it takes
 */
export function checkPipeline(given: unknown): PipelineSettings {
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw refusal(parsed.error.issues[0]!, given);
  const { models, ensembles, predict, regime, byRegime } = parsed.data;
  for (const [name, { members, without }] of Object.entries(ensembles))
    for (const member of without === undefined ? members : [...members, without])
      expectName(member, Object.keys(models), `ensembles.${name}.members`, 'models');
  const known = [...Object.keys(models), ...Object.keys(ensembles), 'grid', 'flat'];
  if (typeof predict === 'string') expectName(predict, known, 'predict', 'predictors');
  else {
    if (!regime)
      throw wrong(
        'predict',
        'it names states, and there is no regime',
        'Add regime: { regime: hmm }, or name one predictor.',
      );
    for (const [state, name] of Object.entries(predict)) expectName(name, known, `predict.${state}`, 'predictors');
  }
  if (Object.keys(byRegime).length > 0 && !regime)
    throw wrong('byRegime', 'there is no regime', 'Add regime: { regime: hmm }.');
  if (parsed.data.gate && !parsed.data.volatility)
    throw wrong('gate', 'there is no volatility to gate by', 'Add volatility: { volatility: garch, horizon: 12 }.');
  return parsed.data;
}

/** @throws TidegateError PIPELINE_SETTING when a state that settings name is none of the regime's */
export function checkStates(states: readonly string[], { predict, byRegime }: PipelineSettings): void {
  const named = typeof predict === 'string' ? [] : Object.keys(predict);
  for (const [at, names] of [
    ['predict', named],
    ['byRegime', Object.keys(byRegime)],
  ] as const)
    for (const name of names) if (name !== 'otherwise') expectName(name, states, `${at}.${name}`, 'states');
}

function expectName(name: string, known: readonly string[], at: string, what: string): void {
  if (!known.includes(name))
    throw wrong(at, `there is no "${name}"`, didYouMean(name, known) || `There are the ${what} ${known.join(', ')}.`);
}

function wrong(at: string, what: string, remedy: string): TidegateError {
  return new TidegateError('PIPELINE_SETTING', `pipeline.${at}: ${what}`, { where: `pipeline.${at}`, remedy });
}

function refusal(issue: z.core.$ZodIssue, given: unknown): TidegateError {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const at = path ? `${path}.${key}` : key;
    return wrong(
      at,
      'there is no such setting',
      didYouMean(key, Object.keys(settings.shape)) || 'See docs/guides/learning.md.',
    );
  }
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], given);
  return wrong(
    path || 'settings',
    `cannot be ${JSON.stringify(value) ?? 'absent'}: ${issue.message}`,
    'See docs/guides/learning.md.',
  );
}
