import { definePlugin, orderSchedule, z } from 'tidegate';

/** Follows a volume profile (volume-weighted average price): as much of the order is sent as of the volume is expected to have traded. */
export default definePlugin({
  kind: 'execution',
  name: 'vwap',
  version: '1.0.0',
  doc: 'slices in proportion to an expected volume profile, each a market order',
  options: z.object({
    minutes: z.number().positive().default(60).describe('time over which the order is worked'),
    profile: z
      .array(z.number().min(0))
      .min(1)
      .default([1.4, 1.1, 0.9, 0.8, 0.8, 0.9, 1.1, 1.4])
      .describe('expected volume of equal parts of that time, in any unit'),
  }),
  create({ minutes, profile }) {
    const total = profile.reduce((sum, v) => sum + v, 0);
    /** Share of the volume that is expected within a share of the time; even where the profile is all zeros. */
    const share = (elapsed: number) => {
      if (total === 0) return elapsed;
      const at = elapsed * profile.length;
      const whole = Math.floor(at);
      let sum = (profile[whole] ?? 0) * (at - whole);
      for (let i = 0; i < whole; i++) sum += profile[i]!;
      return sum / total;
    };
    return orderSchedule('vwap', minutes * 60_000, share);
  },
});
