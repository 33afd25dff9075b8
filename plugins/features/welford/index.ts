import { defineTickFeature, MidClock, SlidingNormaliser, z } from 'tidegate';

/** Z-score of mid returns by Welford's rolling moments. */
export default defineTickFeature({
  name: 'welford',
  version: '1.0.0',
  doc: "z-score of mid returns by Welford's rolling moments (ticks)",
  options: z.object({
    sampleMs: z.number().positive().default(1000).describe('clock of the returns, ms'),
    window: z.int().min(2).max(100000).default(100).describe('returns: 500 to 1000 for slow features'),
  }),
  stream({ sampleMs, window }) {
    const normaliser = new SlidingNormaliser({ window, minStd: 1e-12 });
    let last = Number.NaN;
    const clock = new MidClock(sampleMs, (mid) => {
      if (last > 0) normaliser.update(Math.log(mid / last));
      last = mid;
    });
    return {
      values: {
        get z() {
          return normaliser.z;
        },
        get mean() {
          return normaliser.mean;
        },
        get deviation() {
          return normaliser.std;
        },
      },
      onTime(time, mid) {
        clock.advanceTo(time, mid);
      },
    };
  },
});
