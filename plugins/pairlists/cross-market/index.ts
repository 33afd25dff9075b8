import { definePlugin, z } from 'tidegate';

/** Pairs by whether the same asset is traded in another market too, such as spot pairs that have a perpetual contract. */
export default definePlugin({
  kind: 'pairlist',
  name: 'cross-market',
  version: '1.0.0',
  doc: 'only pairs whose asset is, or is not, traded in another market too',
  options: z.object({
    market: z.enum(['spot', 'perpetual']).default('perpetual').describe('kind of the other market'),
    exchange: z.string().optional().describe('where; the same exchange when absent'),
    quote: z.string().optional().describe("the other pair's quote currency; the pair's own when absent"),
    mode: z.enum(['keep', 'drop']).default('keep').describe('what happens to pairs that are there'),
  }),
  create: ({ market, exchange: other, quote: otherQuote, mode }) => ({
    name: 'cross-market',
    async pairs(given, { data, exchange, time }) {
      const stored = new Set<string>();
      for (const { exchange: where, pair, type, first } of await data.list())
        if (where === (other ?? exchange) && type === 'candles' && first <= time) stored.add(pair);
      return given.filter((pair) => {
        const [base, quote] = pair.split(':')[0]!.split('/');
        const wanted = otherQuote ?? quote;
        const twin = market === 'spot' ? `${base}/${wanted}` : `${base}/${wanted}:${wanted}`;
        return stored.has(twin) === (mode === 'keep');
      });
    },
  }),
});
