import { defineTickFeature, ParkinsonBlend, SESSION_WEIGHTS, z } from 'tidegate';

/** Volatility per bar of the mid, Parkinson and close-to-close blended: for stops, never for sizing or value at risk. */
export default defineTickFeature({
  name: 'parkinson-blend',
  version: '1.0.0',
  doc: 'volatility per bar of the mid, Parkinson and close-to-close blended: for stops, never for sizing or value at risk (ticks)',
  options: z.object({
    barMs: z.number().positive().default(5000).describe('length of a bar, ms'),
    window: z.int().min(2).max(100000).default(20).describe('bars'),
    weight: z.number().min(0).max(1).default(0.5).describe('weight of the part of Parkinson'),
    sessions: z.boolean().default(false).describe('70/30 from the European open to the American close, 50/50 outside'),
  }),
  stream({ barMs, window, weight, sessions }) {
    const blend = new ParkinsonBlend({ window, weight: sessions ? SESSION_WEIGHTS : weight });
    let end = Number.NaN;
    let high = Number.NaN;
    let low = Number.NaN;
    return {
      values: {
        get value() {
          return blend.value;
        },
        get parkinson() {
          return blend.parkinson;
        },
        get realised() {
          return blend.realized;
        },
        get isReady() {
          return blend.isReady ? 1 : 0;
        },
      },
      onTime(time, mid) {
        if (!(mid > 0)) return;
        if (Number.isNaN(end)) end = Math.floor(time / barMs + 1) * barMs;
        if (!(mid <= high)) high = mid;
        if (!(mid >= low)) low = mid;
        while (time >= end) {
          blend.add(high, low, mid, end - barMs);
          high = mid;
          low = mid;
          end += barMs;
        }
      },
    };
  },
});
