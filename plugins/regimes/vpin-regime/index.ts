import { calibrateBucketVolume, definePlugin, needsTicks, Vpin, z } from 'tidegate';

const STATES = ['Low', 'Medium', 'High', 'Extreme'] as const;

/** Toxicity of order flow in four states; nothing is to be opened in the last. */
export default definePlugin({
  kind: 'regime',
  name: 'vpin-regime',
  version: '1.0.0',
  doc: 'toxicity of order flow by VPIN: low, medium, high or extreme, which opens nothing (ticks)',
  options: z.object({
    windowMs: z.number().positive().default(300_000).describe('span that all buckets together are calibrated for, ms'),
    calibrateMs: z.number().positive().default(30_000).describe('trades over so long calibrate the bucket, ms'),
  }),
  create: ({ windowMs, calibrateMs }) => ({
    name: 'vpin-regime',
    states: STATES,
    advance: () => {
      throw needsTicks('vpin-regime');
    },
    stream() {
      let vpin: Vpin | null = null;
      let seen = 0;
      let first = Number.NaN;
      return {
        values: {
          get state() {
            const regime = vpin?.isReady ? vpin.regime : null;
            return regime === null ? Number.NaN : STATES.indexOf(regime);
          },
          get multiplier() {
            return vpin?.isReady ? vpin.multiplier : Number.NaN;
          },
          get value() {
            return vpin?.value ?? Number.NaN;
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
          vpin = new Vpin({ bucketVolume: calibrateBucketVolume(seen / (time - first), windowMs) });
        },
      };
    },
  }),
});
