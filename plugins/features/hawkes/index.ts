import { defineTickFeature, fitHawkes, HawkesIntensity, z } from 'tidegate';

/** One side's trades and the intensity that was last fitted to them; NaN before the first fit. */
function side(window: number) {
  const times: number[] = [];
  let intensity: HawkesIntensity | null = null;
  return {
    add(time: number) {
      times.push(time);
      if (times.length > window) times.shift();
      intensity?.add(time);
    },
    fit() {
      if (times.length < 20 || !(times.at(-1)! > times[0]!)) return;
      const fit = fitHawkes(times, 100);
      // Without any clustering the fit has no kernel: arrivals are as good as independent then.
      const isFound = Number.isFinite(fit.mu) && Number.isFinite(fit.alpha) && Number.isFinite(fit.beta);
      const seconds = (times.at(-1)! - times[0]!) / 1000;
      const fresh = new HawkesIntensity(isFound ? fit : { mu: times.length / seconds, alpha: 0, beta: 1 });
      for (const time of times) fresh.add(time);
      intensity = fresh;
    },
    at: (time: number) => intensity?.at(time) ?? Number.NaN,
  };
}

/** Self-exciting intensity of buys and sells, with an exponential kernel fitted to recent trades. */
export default defineTickFeature({
  name: 'hawkes',
  version: '1.0.0',
  doc: 'self-exciting intensity of buys and sells, with an exponential kernel fitted to recent trades (ticks)',
  options: z.object({
    window: z.int().min(20).max(5000).default(500).describe('trades of a side that the fit looks back on'),
    fitMs: z.number().positive().default(60_000).describe('how often it is fitted anew, ms'),
  }),
  stream({ window, fitMs }) {
    const sides = [side(window), side(window)] as const;
    let now = Number.NaN;
    let fitAt = Number.NaN;
    return {
      values: {
        get buys() {
          return sides[0].at(now);
        },
        get sells() {
          return sides[1].at(now);
        },
        get imbalance() {
          return (sides[0].at(now) - sides[1].at(now)) / (sides[0].at(now) + sides[1].at(now));
        },
      },
      onTime(time) {
        now = time;
        if (Number.isNaN(fitAt)) fitAt = time + fitMs;
        if (time < fitAt) return;
        fitAt = time + fitMs;
        for (const each of sides) each.fit();
      },
      onTrade({ time, side: taker }) {
        sides[taker > 0 ? 0 : 1].add(time);
      },
    };
  },
});
