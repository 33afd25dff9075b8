import type { ExactSum } from '../../foundation/exact-sum.ts';
import type { PairState } from '../slot.ts';

/** Spot buys pay their fee in what they bought; all other fills pay in the stake currency. */
export interface BaseFees {
  readonly kind: 'base';
}

/** Fees are paid from a stock of an exchange's coin, at a discount, as long as it lasts. */
export interface CoinFees {
  readonly kind: 'coin';
  readonly asset: string;
  /** The coin against the stake currency: its last price converts. */
  readonly market: Pick<PairState, 'last'>;
  /** Fraction off the fee. */
  readonly discount: number;
}

/** How fees are paid other than in the stake currency. */
export type FeeAsset = BaseFees | CoinFees;

/** A stock of an asset, and the market whose last price says what it is worth. */
interface Stock {
  readonly balance: ExactSum;
  readonly market: Pick<PairState, 'last'>;
}

/** Assets beside the stake currency that belong to equity, at the last prices of their markets. */
export class OtherAssets {
  readonly #stocks = new Map<string, Stock>();

  /** Counts an asset from now on; once is enough. */
  hold(asset: string, balance: ExactSum, market: Pick<PairState, 'last'>): void {
    if (!this.#stocks.has(asset)) this.#stocks.set(asset, { balance, market });
  }

  get held(): readonly (readonly [asset: string, market: Pick<PairState, 'last'>])[] {
    return [...this.#stocks].map(([asset, { market }]) => [asset, market]);
  }

  /** Worth in stake currency. */
  get value(): number {
    let sum = 0;
    for (const { balance, market } of this.#stocks.values())
      if (balance.value !== 0) sum += balance.value * market.last;
    return sum;
  }
}
