import type { LeverageTier } from '../domain/instrument.ts';
import type { BookAccount } from './account.ts';

/** What the account is margined with. Money in quote units. */
export interface Margin {
  readonly startingBalance: number;
  /** Maintenance margin by notional, ascending. */
  readonly tiers: readonly LeverageTier[];
}

/** The order id of liquidations. */
export const LIQUIDATION_ID = 0;

/**
 * Watches an isolated account against its maintenance margin: equity at the mark price at or below notional × rate - amount of the tier that
 * the notional falls into. Where the feed has no mark prices, the last trade stands in.
 */
export class MarginWatch {
  /** True from the first mark price on: trades no longer stand in. */
  hasMark = false;
  readonly #margin: Margin;
  readonly #unit: number;

  /** @param unit quote units per tick × lot */
  constructor(margin: Margin, unit: number) {
    this.#margin = margin;
    this.#unit = unit;
  }

  /** Whether `account` is to be liquidated at `price` (ticks). */
  isBroken(account: BookAccount, price: number): boolean {
    if (account.position === 0) return false;
    const notional = Math.abs(account.position) * price * this.#unit;
    const equity = this.#margin.startingBalance + account.equity(price) * this.#unit;
    return equity <= this.#maintenance(notional);
  }

  #maintenance(notional: number): number {
    const { tiers } = this.#margin;
    const tier = tiers.find(({ maxNotional }) => notional <= maxNotional) ?? tiers.at(-1);
    return tier ? notional * tier.maintenanceMarginRate - tier.maintenanceAmount : 0;
  }
}
