import { ExactSum } from '../../foundation/exact-sum.ts';
import type { FeeAsset } from './fee-asset.ts';

/** One asset of an account: what can be spent, and what margin or resting orders hold. */
export interface AssetBalance {
  readonly free: ExactSum;
  readonly locked: ExactSum;
}

/**
 * Balances of one venue account. Every movement is a transfer between named places, so that cash + positions = equity can be checked after
 * any event. Free cash never goes below zero: a liquidation's shortfall is booked as bad debt, which the venue bears.
 */
export class Account {
  readonly name: string;
  readonly stakeCurrency: string;
  readonly #assets = new Map<string, AssetBalance>();
  readonly stake: AssetBalance;
  /** Losses beyond the margin that the venue took over. */
  readonly badDebt = new ExactSum();
  /** How fees are paid; null: in the stake currency. */
  readonly fees: FeeAsset | null;

  constructor(
    name: string,
    stakeCurrency: string,
    balances: Readonly<Record<string, number>>,
    fees: FeeAsset | null = null,
  ) {
    this.name = name;
    this.stakeCurrency = stakeCurrency;
    this.fees = fees;
    for (const [asset, amount] of Object.entries(balances)) this.asset(asset).free.add(amount);
    this.stake = this.asset(stakeCurrency);
  }

  asset(name: string): AssetBalance {
    let found = this.#assets.get(name);
    if (!found) {
      found = { free: new ExactSum(), locked: new ExactSum() };
      this.#assets.set(name, found);
    }
    return found;
  }

  get assets(): ReadonlyMap<string, AssetBalance> {
    return this.#assets;
  }

  /** Stake currency that can be spent now. */
  get free(): number {
    return this.stake.free.value;
  }

  /** Moves stake currency from free to locked (negative: back). */
  lock(amount: number): void {
    this.stake.free.add(-amount);
    this.stake.locked.add(amount);
    this.dropDust(amount);
  }

  /** Sets free cash to zero where rounding alone took it below: by less than 1e-9 of the amount moved. */
  dropDust(moved: number): void {
    const { free } = this.stake;
    const { value } = free;
    if (value < 0 && value > -1e-9 * moved) free.set(0);
  }
}
