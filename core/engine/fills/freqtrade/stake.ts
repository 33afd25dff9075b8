import type { LeverageTier } from '../../../domain/instrument.ts';
import type { FreqtradeSettings, PairLimits } from './ports.ts';

/** The reference engine keeps 5 % above the exchange's minima, and for a first entry room for a 5 % loss. */
const RESERVE = 1.05;
const FIRST_ENTRY_RESERVE = RESERVE / (1 - 0.05);

/** Smallest stake of an order, in stake currency. */
export function minStake(limits: PairLimits, rate: number, leverage: number, isFirst: boolean): number {
  const reserve = Math.min(Math.max(isFirst ? FIRST_ENTRY_RESERVE : RESERVE, 1), 1.5);
  return Math.max(limits.minCost * reserve, limits.minAmount * rate * RESERVE) / leverage;
}

/** Least notional that a partial exit may leave: leverage does not count, and a tenth is kept for losses. */
export function minRest(limits: PairLimits, rate: number): number {
  return Math.max((limits.minCost * RESERVE) / (1 - 0.1), limits.minAmount * rate * RESERVE);
}

/** Most leverage that a stake may ask for: that of the first tier whose notional holds the stake at the tier's own leverage; Infinity without tiers. */
export function maxLeverage(tiers: readonly LeverageTier[] | undefined, stake: number): number {
  const tier = tiers?.find(({ maxNotional, maxLeverage: most }) => stake <= maxNotional / most);
  return tier?.maxLeverage ?? Number.POSITIVE_INFINITY;
}

/** Largest stake of an order: the notional of the last tier that still allows the leverage, divided by it. */
export function maxStake(tiers: readonly LeverageTier[] | undefined, leverage: number): number {
  if (!tiers) return Number.POSITIVE_INFINITY;
  let notional = 0;
  for (const tier of tiers) if (tier.maxLeverage >= leverage) notional = tier.maxNotional;
  return notional / leverage;
}

/** A stake within its limits, or 0 for no order: raised to the minimum by at most 30 %, cut to the maximum. */
export function fitStake(stake: number, min: number, max: number): number {
  if (!(stake > 0) || min > max) return 0;
  if (stake < min) return min > stake * 1.3 ? 0 : min;
  return Math.min(stake, max);
}

/**
 * Stake wanted for a new trade, 0 when a fixed stake exceeds what is available. `unlimited` shares the account out over its slots.
 * @param available stake currency that may be used; `tied` is in open trades
 */
export function proposedStake(settings: FreqtradeSettings, available: number, tied: number): number {
  const { stakeAmount, maxOpenTrades } = settings;
  if (stakeAmount !== 'unlimited') return available < stakeAmount ? 0 : stakeAmount;
  if (!Number.isFinite(maxOpenTrades)) return available;
  return Math.min((available + tied) / maxOpenTrades, available);
}
