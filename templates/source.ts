import { definePlugin, type MarketData, openData, z } from 'tidegate';

/** Source __NAME__: a folder of data of which only the pairs in one currency are shown. */
export default definePlugin({
  kind: 'source',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'the pairs of a folder in one currency',
  options: z.object({
    folder: z.string().min(1).default('user_data/data').describe('a catalogue, or data files'),
    quote: z.string().min(1).default('USDT').describe('currency that prices are in'),
  }),
  create: ({ folder, quote }) => ({
    name: '__NAME__',
    async open(): Promise<MarketData> {
      const data = await openData(folder);
      const isShown = (pair: string) => pair.split('/')[1]?.split(':')[0] === quote;
      return { ...data, list: async () => (await data.list()).filter(({ pair }) => isShown(pair)) };
    },
  }),
});
