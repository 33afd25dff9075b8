import type { LeverageTier } from '../../../domain/instrument.ts';
import { roundTo } from './rounding.ts';
import type { TradeState } from './trade-state.ts';

/** The tier that a stake falls into. Quirk of the reference engine: it compares the stake, not the notional, with the tiers' bounds. */
export function tierOf(tiers: readonly LeverageTier[], stake: number): LeverageTier | undefined {
  let found = tiers[0];
  for (const tier of tiers) if (stake >= tier.minNotional) found = tier;
  return found;
}

/**
 * Isolated liquidation price of a linear contract, (stake + cum - side·amount·openRate) / (amount·mmr - side·amount), moved by
 * `buffer` × its distance to the entry towards the entry, at least 0, rounded half-up to tick. Null without tiers.
 */
export function liquidationPrice(
  trade: TradeState,
  tiers: readonly LeverageTier[] | undefined,
  buffer: number,
): number | null {
  const tier = tiers && tierOf(tiers, trade.stake);
  if (!tier) return null;
  const { amount, openRate, direction: side, stake } = trade;
  const raw =
    (stake + tier.maintenanceAmount - side * amount * openRate) / (amount * tier.maintenanceMarginRate - side * amount);
  return roundTo(Math.max(0, raw + side * buffer * Math.abs(openRate - raw)), trade.tick);
}
