import { defineTickFeature, MidClock, OuSignal, RollingHurst, z } from 'tidegate';

/** Mean reversion of the mid by an Ornstein-Uhlenbeck fit, allowed to speak where Hurst says that it reverts. */
export default defineTickFeature({
  name: 'mid-ou',
  version: '1.0.0',
  doc: 'mean reversion of the mid by an Ornstein-Uhlenbeck fit, allowed to speak where Hurst says that it reverts (ticks)',
  options: z.object({
    sampleMs: z.number().positive().default(1000).describe('clock of the mids, ms'),
    window: z.int().min(4).max(100000).default(100).describe('mids in the fit'),
    zThreshold: z.number().positive().default(2).describe('deviations from the mean that make a signal'),
    hurstThreshold: z.number().positive().default(0.4).describe('the exponent has to be below'),
    decay: z.number().min(0).max(1).default(0.93).describe('factor per sample while there is nothing to say'),
  }),
  stream({ sampleMs, window, zThreshold, hurstThreshold, decay }) {
    const hurst = new RollingHurst();
    const ou = new OuSignal({ window, zThreshold, hurstThreshold, decay });
    let last = Number.NaN;
    const clock = new MidClock(sampleMs, (mid) => {
      if (last > 0) hurst.add(Math.log(mid / last));
      last = mid;
      ou.update(mid, hurst.value);
    });
    return {
      values: {
        get signal() {
          return ou.signal;
        },
        get z() {
          return ou.z;
        },
        get hurst() {
          return hurst.value;
        },
      },
      onTime(time, mid) {
        clock.advanceTo(time, mid);
      },
    };
  },
});
