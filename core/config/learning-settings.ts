import { z } from 'zod';

const moduleChoice = z.union([z.string(), z.looseObject({ name: z.string() })]);

/** The `learning` section of a configuration: what models learn from, and how. Command-line options replace its parts. */
export const learningSettings = z.strictObject({
  features: z
    .union([moduleChoice, z.array(moduleChoice).min(1)])
    .default('technical')
    .describe(
      'feature sets and single features, by name or with options: technical, or [{ name: rsi, period: 7 }, { name: momentum, expand: { periods: [7, 14], timeframes: [1h], lags: [1], pairs: [BTC/USDT] } }]',
    ),
  label: moduleChoice.default('direction').describe('label module'),
  model: moduleChoice.default('gradient-boosting').describe('model module'),
  scaler: z
    .enum(['none', 'standard', 'robust', 'min-max'])
    .default('none')
    .describe('fitted on training rows only; trees need none'),
  train: z.number().positive().max(1).default(0.7).describe('share of rows, the first, that are learned from'),
  validation: z.number().min(0).max(1).default(0.15).describe('share of the rows after them; the rest tests'),
});

export type LearningSettings = z.infer<typeof learningSettings>;
