import type { MarketData } from '../../ports/market-data.ts';

const none = (): never => {
  throw new Error('a live session reads no stored data');
};

/** The data of options that were assembled for a live session: there is none. */
export const noStoredData: MarketData = {
  root: 'live',
  dataKind: 'real',
  list: async () => [],
  candles: none,
  events: none,
  trades: none,
  book: none,
  latest: async () => null,
  contentHash: none,
  specAt: none,
};
