import type { VenueProfile } from '../venue-profile.ts';
import { BINANCE_SPOT, BINANCE_USDM } from './binance.ts';
import { bybit } from './bybit.ts';
import { COINBASE } from './coinbase.ts';
import { generic } from './generic.ts';
import { HYPERLIQUID } from './hyperliquid.ts';
import { KRAKEN } from './kraken.ts';
import { okx } from './okx.ts';

/** Venues with a profile of their own: what `tidegate list exchanges` names first. */
export const KNOWN_VENUES = ['binance', 'binanceusdm', 'bybit', 'okx', 'kraken', 'coinbase', 'hyperliquid'] as const;

/** Where a venue trades when nothing is said. */
export function usualKind(id: string): 'spot' | 'perpetual' {
  return id === 'binanceusdm' || id === 'hyperliquid' || id === 'bybit' || id === 'okx' ? 'perpetual' : 'spot';
}

/** The profile of a ccxt exchange on one of its markets. */
export function profileOf(id: string, kind: 'spot' | 'perpetual'): VenueProfile {
  const isPerpetual = kind === 'perpetual';
  if (id === 'binanceusdm') return BINANCE_USDM;
  if (id === 'binance') return BINANCE_SPOT;
  if (id === 'bybit') return bybit(isPerpetual);
  if (id === 'okx') return okx(isPerpetual);
  if (id === 'kraken' && !isPerpetual) return KRAKEN;
  if (id === 'coinbase' && !isPerpetual) return COINBASE;
  if (id === 'hyperliquid' && isPerpetual) return HYPERLIQUID;
  return generic(isPerpetual);
}
