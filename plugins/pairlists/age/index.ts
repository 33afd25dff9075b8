import { definePlugin, z } from 'tidegate';

const DAY_MS = 86_400_000;

/** Pairs by how long they have been stored: new listings move in ways that history does not tell of. */
export default definePlugin({
  kind: 'pairlist',
  name: 'age',
  version: '1.0.0',
  doc: 'only pairs whose stored candles begin long enough ago',
  options: z.object({
    minDays: z.number().min(0).default(30).describe('least age: days since the first stored candle'),
    maxDays: z.number().positive().optional().describe('greatest age'),
  }),
  create: ({ minDays, maxDays = Number.POSITIVE_INFINITY }) => ({
    name: 'age',
    async pairs(given, { data, exchange, time }) {
      const first = new Map<string, number>();
      for (const series of await data.list())
        if (series.exchange === exchange && series.type === 'candles')
          first.set(series.pair, Math.min(series.first, first.get(series.pair) ?? series.first));
      return given.filter((pair) => {
        const days = (time - (first.get(pair) ?? Number.NaN)) / DAY_MS;
        return days >= minDays && days <= maxDays;
      });
    },
  }),
});
