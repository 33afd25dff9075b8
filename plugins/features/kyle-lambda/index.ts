import { defineTickFeature, KyleLambda, MidClock, z } from 'tidegate';

/** Kyle's lambda: price change per unit of signed flow, over intervals. */
export default defineTickFeature({
  name: 'kyle-lambda',
  version: '1.0.0',
  doc: "Kyle's lambda: price change per unit of signed flow, over intervals (ticks)",
  options: z.object({
    intervalMs: z.number().positive().default(1000).describe('length of an interval, ms'),
    window: z.int().min(4).max(100000).default(100).describe('intervals'),
  }),
  stream({ intervalMs, window }) {
    const kyle = new KyleLambda({ window, minSamples: Math.min(30, window) });
    const clock = new MidClock(intervalMs, (mid) => kyle.closeInterval(mid));
    return {
      values: {
        get value() {
          return kyle.value;
        },
        get rSquared() {
          return kyle.rSquared;
        },
      },
      onTime(time, mid) {
        clock.advanceTo(time, mid);
      },
      onTrade({ size, side }) {
        kyle.addTrade(size, side);
      },
    };
  },
});
