import type { LeverageTier } from '../domain/instrument.ts';
import type { BookAccount } from './account.ts';

/** What the account is margined with. Money in quote units. */
export interface Margin {
  readonly startingBalance: number;
  /** Maintenance margin by notional, ascending. */
  readonly tiers: readonly LeverageTier[];
  /** The watches of all instruments that share the balance; absent: this one has it alone. */
  readonly shared?: MarginWatch[];
}

/** The order id of liquidations. */
export const LIQUIDATION_ID = 0;

/**
 * Watches an account against its maintenance margin: equity at mark prices at or below the sum over its positions of notional × rate - amount of
 * the tier that the notional falls into. Where the feed has no mark prices, the last trade stands in. Instruments that share a balance are
 * margined across: each is looked at with the others at their last marks, and the one whose price broke the account is closed first.
 */
export class MarginWatch {
  /** True from the first mark price on: trades no longer stand in. */
  hasMark = false;
  readonly #margin: Margin;
  readonly #account: BookAccount;
  readonly #unit: number;
  readonly #all: readonly MarginWatch[];
  #mark = 0;

  /** @param unit quote units per tick × lot */
  constructor(margin: Margin, account: BookAccount, unit: number) {
    this.#margin = margin;
    this.#account = account;
    this.#unit = unit;
    const all = margin.shared ?? [];
    all.push(this);
    this.#all = all;
  }

  /** Whether the position is to be liquidated at `price` (ticks). */
  isBroken(price: number): boolean {
    this.#mark = price;
    if (this.#account.position === 0) return false;
    let equity = this.#margin.startingBalance;
    let needed = 0;
    for (let k = 0; k < this.#all.length; k++) {
      const watch = this.#all[k]!;
      equity += watch.#account.equity(watch.#mark) * watch.#unit;
      needed += watch.#maintenance();
    }
    return equity <= needed;
  }

  #maintenance(): number {
    const notional = Math.abs(this.#account.position) * this.#mark * this.#unit;
    const { tiers } = this.#margin;
    if (tiers.length === 0) return 0;
    let k = 0;
    while (k < tiers.length - 1 && notional > tiers[k]!.maxNotional) k++;
    const tier = tiers[k]!;
    return notional * tier.maintenanceMarginRate - tier.maintenanceAmount;
  }
}
