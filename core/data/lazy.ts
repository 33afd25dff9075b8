import type { MarketData } from '../ports/market-data.ts';
import type { OpenDataOptions } from './open-data.ts';
import type { SynthOptions } from './synth/synth-market.ts';

/** `openData`, its readers loaded on first use: who imports the framework does not wait for a database. */
export async function openData(folder: string, options?: OpenDataOptions): Promise<MarketData> {
  return (await import('./open-data.ts')).openData(folder, options);
}

/** `synthMarket`, loaded on first use. */
export async function synthMarket(options: SynthOptions): Promise<MarketData> {
  return (await import('./synth/synth-market.ts')).synthMarket(options);
}
