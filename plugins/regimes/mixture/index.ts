import { definePlugin, gaussianRegime, mixtureChain, z } from 'tidegate';

/** A Gaussian mixture of trend and volatility: states without memory, which change as fast as the market does. */
export default definePlugin({
  kind: 'regime',
  name: 'mixture',
  version: '1.0.0',
  doc: 'Gaussian mixture of trend and volatility, learned from past candles; states without memory',
  options: z.object({
    states: z
      .int()
      .min(2)
      .max(8)
      .default(3)
      .describe('2: calm, high-stress; 3: trend, chop, high-stress; more: by rising volatility'),
    period: z.int().min(2).max(10_000).default(20).describe('candles that trend and volatility are taken over'),
    covariance: z.enum(['full', 'diagonal']).default('full').describe('whether the features may move together'),
    restarts: z.int().min(1).max(100).default(5).describe('seeded starts of the fit'),
    fitRows: z.int().min(200).default(20_000).describe('latest candles that it learns from'),
    minDwell: z.int().min(1).max(1000).default(3).describe('candles that another state must lead before it is named'),
    seed: z.int().min(0).default(0).describe('of the starts: same seed and candles, same states'),
  }),
  create: (options) => gaussianRegime('mixture', options, mixtureChain),
});
