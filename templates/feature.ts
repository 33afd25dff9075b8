import { definePlugin, type Market, type Series, userFeature, z } from 'tidegate';

/** A series of one's own: how far price is from its slow mean. The inner function gets each row once, in order; what it remembers is in variables. */
export const pull = userFeature({
  name: '__NAME__-pull',
  doc: 'distance of a series from its slow mean, as a fraction',
  inputs: ['x'],
  options: z.object({ period: z.int().min(2).default(20) }),
  args: ['period'],
  warmup: ({ period }) => period - 1,
  // The mean has forgotten where history began: 0.95 ** 500 of the first distance is left, with a period of 20.
  settle: ({ period }) => 25 * period,
  next: ({ period }) => {
    let mean = Number.NaN;
    return (x) => {
      mean = Number.isNaN(mean) ? x : mean + (x - mean) / period;
      return x / mean - 1;
    };
  },
});

/** Feature set __NAME__, by name: `m.set('__NAME__', { period: 30 })`, `--feature __NAME__`, or `features: [__NAME__]` of what learns. */
export default definePlugin({
  kind: 'feature',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'how far price is from its slow mean',
  options: z.object({ period: z.int().min(2).default(20).describe('candles') }),
  create: ({ period }) => ({
    name: '__NAME__',
    define(market): Record<string, Series> {
      const { close } = (market as Market).candles;
      return { near: pull(close, period), far: pull(close, 5 * period) };
    },
  }),
});
