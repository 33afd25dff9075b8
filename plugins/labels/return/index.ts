import { definePlugin, z } from 'tidegate';

/** The return of the close over some candles ahead. */
export default definePlugin({
  kind: 'label',
  name: 'return',
  version: '1.0.0',
  doc: 'the return over the next N candles',
  options: z.object({
    horizon: z.int().min(1).max(100_000).default(12).describe('candles ahead'),
    type: z.enum(['simple', 'log']).default('simple').describe('simple: later / now - 1; log: ln(later / now)'),
  }),
  create: ({ horizon, type }) => ({
    name: 'return',
    horizon,
    classes: 0,
    label({ close, length }) {
      const out = new Float64Array(length).fill(Number.NaN);
      for (let i = 0; i + horizon < length; i++) {
        const growth = close[i + horizon]! / close[i]!;
        out[i] = type === 'log' ? Math.log(growth) : growth - 1;
      }
      return out;
    },
  }),
});
