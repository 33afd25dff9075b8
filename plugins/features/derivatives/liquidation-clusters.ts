import { defineFeature, type Series, z } from 'tidegate';

/** Price levels kept in memory, and those handed on, strongest first. */
const KEPT = 64;
export const LEVELS = 6;
const numbers = Array.from({ length: LEVELS }, (_, k) => k);

/**
 * Where liquidations have gathered: their notional by price level (of `width` relative height), halved every `halfLife` hours; the
 * strongest levels first. On the grid of liquidation events. A level that is not there is NaN.
 */
export const liquidationLevels = defineFeature({
  name: 'liquidation-levels',
  doc: 'Strongest price levels of past liquidations and their decayed notional',
  source: 'notional by log-price bucket with exponential decay',
  units: 'price; quote',
  inputs: ['when', 'price', 'amount'],
  outputs: [...numbers.map((k) => `level${k}`), ...numbers.map((k) => `strength${k}`)],
  options: z.object({
    width: z.number().min(0.0001).max(0.2).default(0.005),
    halfLife: z.number().positive().default(72),
  }),
  args: ['width', 'halfLife'],
  warmup: (_o, output) => output % LEVELS,
  settle: () => Number.POSITIVE_INFINITY,
  create: ({ width, halfLife }, [when, price, amount], outputs) => {
    // [events, time of the last, then KEPT buckets, then KEPT notionals; a notional of 0 is a free place]
    const state = new Float64Array(2 + 2 * KEPT);
    const step = Math.log1p(width);
    const rate = Math.LN2 / (halfLife * 3_600_000);
    return {
      state,
      advance(from, to) {
        const s = state;
        for (let i = from; i < to; i++) {
          const t = when!.values[i - when!.base]!;
          const p = price!.values[i - price!.base]!;
          const a = amount!.values[i - amount!.base]!;
          if (!(p > 0) || Number.isNaN(t) || Number.isNaN(a)) {
            s.fill(0);
            for (const out of outputs) out.values[i - out.base] = Number.NaN;
            continue;
          }
          const keep = s[0] === 0 ? 1 : Math.exp(-rate * Math.max(0, t - s[1]!));
          s[0]!++;
          s[1] = t;
          const bucket = Math.floor(Math.log(p) / step);
          let place = -1;
          let weakest = 0;
          for (let k = 0; k < KEPT; k++) {
            s[2 + KEPT + k]! *= keep;
            if (s[2 + KEPT + k]! > 0 && s[2 + k] === bucket) place = k;
            if (s[2 + KEPT + k]! < s[2 + KEPT + weakest]!) weakest = k;
          }
          if (place < 0) {
            place = weakest;
            s[2 + place] = bucket;
            s[2 + KEPT + place] = 0;
          }
          s[2 + KEPT + place]! += a * p;
          let below = Number.POSITIVE_INFINITY;
          let belowPlace = -1;
          for (let k = 0; k < LEVELS; k++) {
            let best = -1;
            for (let j = 0; j < KEPT; j++) {
              const x = s[2 + KEPT + j]!;
              const isNext = x < below || (x === below && j > belowPlace);
              if (x > 0 && isNext && (best < 0 || x > s[2 + KEPT + best]!)) best = j;
            }
            const level = outputs[k]!;
            const strength = outputs[LEVELS + k]!;
            level.values[i - level.base] = best < 0 ? Number.NaN : Math.exp((s[2 + best]! + 0.5) * step);
            strength.values[i - strength.base] = best < 0 ? Number.NaN : s[2 + KEPT + best]!;
            if (best < 0) {
              below = 0;
              belowPlace = KEPT;
            } else {
              below = s[2 + KEPT + best]!;
              belowPlace = best;
            }
          }
        }
      },
    };
  },
});

/** The nearest of some levels above and below a price, as relative distances, and the share of all strength that each has; NaN where there is none. */
export const nearestLevels = defineFeature({
  name: 'nearest-levels',
  doc: 'Nearest levels above and below a price, with their share of the strength',
  source: 'level / price - 1',
  units: 'ratio',
  inputs: ['price', ...numbers.map((k) => `level${k}`), ...numbers.map((k) => `strength${k}`)],
  outputs: ['above', 'aboveShare', 'below', 'belowShare'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create: (_o, inputs, outputs) => ({
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++) {
        const at = (k: number) => inputs[k]!.values[i - inputs[k]!.base]!;
        const price = at(0);
        let total = 0;
        let above = -1;
        let below = -1;
        for (let k = 1; k <= LEVELS; k++) {
          const level = at(k);
          if (Number.isNaN(level)) continue;
          total += at(LEVELS + k);
          if (level > price && (above < 0 || level < at(above))) above = k;
          if (level <= price && (below < 0 || level > at(below))) below = k;
        }
        const put = (k: number, x: number) => {
          outputs[k]!.values[i - outputs[k]!.base] = x;
        };
        put(0, above < 0 ? Number.NaN : at(above) / price - 1);
        put(1, above < 0 ? Number.NaN : at(LEVELS + above) / total);
        put(2, below < 0 ? Number.NaN : at(below) / price - 1);
        put(3, below < 0 ? Number.NaN : at(LEVELS + below) / total);
      }
    },
  }),
});

/** Both together: from liquidation events to levels around a price. `bring` joins a series of events to the price's grid. */
export function liquidationClusters(
  price: Series,
  events: { readonly when: Series; readonly price: Series; readonly amount: Series },
  bring: (series: Series) => Series,
  options: { readonly width: number; readonly halfLife: number },
) {
  const levels = liquidationLevels(events.when, events.price, events.amount, options) as unknown as Record<
    string,
    Series
  >;
  const joined = [...numbers.map((k) => levels[`level${k}`]!), ...numbers.map((k) => levels[`strength${k}`]!)].map(
    bring,
  );
  return (
    nearestLevels as unknown as (...series: Series[]) => Record<'above' | 'aboveShare' | 'below' | 'belowShare', Series>
  )(price, ...joined);
}
