import type { MarketData } from '../ports/market-data.ts';

/** Whose ticks of a pair are meant where no exchange is named: the only one with tick days of it, else the one whose data runs take. */
export async function tickExchange(data: MarketData, pair: string): Promise<string> {
  const { tickKeys } = await import('../data/ticks/tick-store.ts');
  const having = (await tickKeys(data.root)).filter((key) => key.pair === pair);
  if (having.length === 1) return having[0]!.exchange;
  const { exchangeOf } = await import('../runtime/assemble.ts');
  return exchangeOf(data);
}
