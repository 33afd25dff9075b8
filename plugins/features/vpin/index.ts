import { calibrateBucketVolume, defineTickFeature, Vpin, z } from 'tidegate';

/** Volume-synchronised probability of informed trading: a filter that says when to stand aside. */
export default defineTickFeature({
  name: 'vpin',
  version: '1.0.0',
  doc: 'volume-synchronised probability of informed trading: a filter that says when to stand aside (ticks)',
  options: z.object({
    bucketVolume: z.number().positive().optional().describe('base units per bucket; absent: calibrated'),
    windowMs: z.number().positive().default(300_000).describe('span that all buckets together are calibrated for, ms'),
    calibrateMs: z.number().positive().default(30_000).describe('trades over so long calibrate the bucket, ms'),
    buckets: z.int().min(2).max(100000).default(50).describe('buckets in the window'),
  }),
  stream({ bucketVolume, windowMs, calibrateMs, buckets }) {
    let vpin = bucketVolume === undefined ? null : new Vpin({ bucketVolume, buckets });
    let seen = 0;
    let first = Number.NaN;
    return {
      values: {
        get value() {
          return vpin?.value ?? Number.NaN;
        },
        get multiplier() {
          return vpin?.multiplier ?? Number.NaN;
        },
        get isReady() {
          return vpin?.isReady ? 1 : 0;
        },
        get isKillSwitchOn() {
          return vpin?.isKillSwitchOn ? 1 : 0;
        },
        get bucketVolume() {
          return vpin?.bucketVolume ?? Number.NaN;
        },
      },
      onTrade({ time, size, side }) {
        if (vpin !== null) {
          vpin.add(size, side > 0);
          return;
        }
        if (Number.isNaN(first)) first = time;
        seen += size;
        if (time - first < calibrateMs) return;
        vpin = new Vpin({ bucketVolume: calibrateBucketVolume(seen / (time - first), windowMs, buckets), buckets });
      },
    };
  },
});
