import { definePlugin, gaussianRegime, z } from 'tidegate';

/**
 * A Gaussian hidden Markov model of returns and their size. Fitted to past candles; in use it filters forward only, so that what it says of a
 * candle never changes when later ones come.
 */
export default definePlugin({
  kind: 'regime',
  name: 'hmm',
  version: '1.0.0',
  doc: 'hidden Markov model: trend, chop or high stress, learned from past candles and filtered forward only',
  options: z.object({
    states: z
      .int()
      .min(2)
      .max(8)
      .default(3)
      .describe('2: calm, high-stress; 3: trend, chop, high-stress; more: by rising volatility'),
    period: z.int().min(2).max(10_000).default(20).describe('candles that trend and volatility are taken over'),
    covariance: z
      .enum(['full', 'diagonal'])
      .default('full')
      .describe('whether the features may move together in a state'),
    restarts: z.int().min(1).max(100).default(5).describe('seeded starts of the fit'),
    fitRows: z.int().min(200).default(20_000).describe('latest candles that it learns from'),
    minDwell: z.int().min(1).max(1000).default(3).describe('candles that another state must lead before it is named'),
    seed: z.int().min(0).default(0).describe('of the starts: same seed and candles, same states'),
  }),
  create: (options) => gaussianRegime('hmm', options),
});
