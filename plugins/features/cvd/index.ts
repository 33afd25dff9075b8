import { Cvd, defineTickFeature, z } from 'tidegate';

/** Cumulative volume delta with divergence from price, which outranks momentum above 0.3. */
export default defineTickFeature({
  name: 'cvd',
  version: '1.0.0',
  doc: 'cumulative volume delta with divergence from price, which outranks momentum above 0.3 (ticks)',
  options: z.object({
    bucketMs: z.number().positive().default(1000).describe('length of a bucket, ms'),
    buckets: z.int().min(4).max(100000).default(60).describe('buckets in the window'),
    override: z.number().min(0).max(1).default(0.3).describe('divergence that outranks momentum'),
  }),
  stream({ bucketMs, buckets, override }) {
    const cvd = new Cvd({ bucketMs, buckets, override });
    return {
      values: {
        get value() {
          return cvd.value;
        },
        get window() {
          return cvd.windowDelta;
        },
        get divergence() {
          return cvd.divergence;
        },
        get isOverriding() {
          return cvd.isOverriding ? 1 : 0;
        },
      },
      onTrade({ time, price, size, side }) {
        cvd.add(time, price, size, side);
      },
    };
  },
});
