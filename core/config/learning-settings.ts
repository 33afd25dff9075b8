import { z } from 'zod';

/** A module by name, or by name with its options: `kelly`, `{ name: kelly, fraction: 0.5 }`. */
export const moduleChoice = z.union([z.string(), z.looseObject({ name: z.string() })]);

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
  prepare: z
    .array(moduleChoice)
    .default([])
    .describe(
      'steps fitted on training rows only: standard, robust, min-max, quantile, winsor, impute, variance, correlation, pca; dissimilarity and isolation: no opinion of rows unlike them. Trees need none',
    ),
  train: z.number().positive().max(1).default(0.7).describe('share of rows, the first, that are learned from'),
  validation: z.number().min(0).max(1).default(0.15).describe('share of the rows after them; the rest tests'),
});

/** The section, with its defaults filled in. */
export type LearningSettings = z.infer<typeof learningSettings>;
