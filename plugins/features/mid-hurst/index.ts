import { defineTickFeature, MidClock, RollingHurst, z } from 'tidegate';

/** Hurst exponent of mid returns on a clock: below 0.4 reverting, above 0.6 trending. */
export default defineTickFeature({
  name: 'mid-hurst',
  version: '1.0.0',
  doc: 'Hurst exponent of mid returns on a clock: below 0.4 reverting, above 0.6 trending (ticks)',
  options: z.object({
    sampleMs: z
      .number()
      .positive()
      .default(1000)
      .describe('clock of the returns, ms: tick by tick the exponent means nothing'),
    window: z.int().min(8).max(100000).default(256).describe('returns'),
    minSamples: z.int().min(8).max(100000).default(50).describe('fewest returns'),
  }),
  stream({ sampleMs, window, minSamples }) {
    const hurst = new RollingHurst({ window, minSamples });
    let last = Number.NaN;
    const clock = new MidClock(sampleMs, (mid) => {
      if (last > 0) hurst.add(Math.log(mid / last));
      last = mid;
    });
    return {
      values: {
        get value() {
          return hurst.value;
        },
        get isTrending() {
          return hurst.value > 0.6 ? 1 : 0;
        },
        get isReverting() {
          return hurst.value < 0.4 ? 1 : 0;
        },
      },
      onTime(time, mid) {
        clock.advanceTo(time, mid);
      },
    };
  },
});
