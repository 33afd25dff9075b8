import type { MarketData } from '../ports/market-data.ts';
import type { OpenDataOptions } from './open-data.ts';
import type { SynthOptions } from './synth/synth-market.ts';

/** `openData`, its readers loaded on first use: who imports the framework does not wait for a database. */
export async function openData(folder: string, options?: OpenDataOptions): Promise<MarketData> {
  return (await import('./open-data.ts')).openData(folder, options);
}

/** `synthMarket`, loaded on first use; longer timeframes are made of its candles, as those of stored data are. */
export async function synthMarket(options: SynthOptions): Promise<MarketData> {
  const [{ synthMarket }, { withDerivedTimeframes }] = await Promise.all([
    import('./synth/synth-market.ts'),
    import('./derived-timeframes.ts'),
  ]);
  return withDerivedTimeframes(synthMarket(options));
}
