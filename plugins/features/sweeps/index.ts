import { defineTickFeature, SweepDetector, z } from 'tidegate';

/** Trades of one side that walk through several prices at once. */
export default defineTickFeature({
  name: 'sweeps',
  version: '1.0.0',
  doc: 'trades of one side that walk through several prices at once (ticks)',
  options: z.object({
    minLevels: z.int().min(2).max(100).default(3).describe('prices that make a sweep'),
    maxGapMs: z.number().positive().default(10).describe('longest pause between its trades, ms'),
  }),
  stream({ minLevels, maxGapMs }) {
    const sweeps = new SweepDetector({ minLevels, maxGapMs });
    return {
      values: {
        get isSweep() {
          return sweeps.isSweep ? 1 : 0;
        },
        get side() {
          return sweeps.side;
        },
        get levels() {
          return sweeps.levels;
        },
      },
      onTrade({ time, price, size, side }) {
        sweeps.add(time, price, size, side);
      },
    };
  },
});
