/** Fee rates as fractions of notional; negative is a rebate. */
export interface FeeModel {
  /** @param tradedValue everything traded so far in quote units, for tiers */
  rate(isMaker: boolean, tradedValue: number): number;
}

/** One maker and one taker rate. */
export function makerTaker(rates: { readonly maker: number; readonly taker: number }): FeeModel {
  return { rate: (isMaker) => (isMaker ? rates.maker : rates.taker) };
}

/** Rates from a traded value (quote units) on. */
export interface FeeTier {
  readonly fromValue: number;
  readonly maker: number;
  readonly taker: number;
}

/** Rates by traded value: the last tier whose `fromValue` (quote units) has been reached counts. Tiers ascend, the first from 0. */
export function tieredFees(tiers: readonly FeeTier[]): FeeModel {
  return {
    rate(isMaker, tradedValue) {
      let found = tiers[0]!;
      for (const tier of tiers) if (tradedValue >= tier.fromValue) found = tier;
      return isMaker ? found.maker : found.taker;
    },
  };
}

/**
 * Position and money of one instrument, as one side knows them (exchange and trader keep one each). Position in lots and cash in ticks ×
 * lots are exact integers; fees are a double in the same unit. Multiply by tick size × lot size for quote units.
 */
export class BookAccount {
  position = 0;
  /** Minus what was bought, plus what was sold, ticks × lots. Fees and funding are apart. */
  cash = 0;
  /** Paid, ticks × lots; negative when rebates outweigh. */
  fees = 0;
  /** Received, ticks × lots. */
  funding = 0;
  fills = 0;
  /** Lots and ticks × lots traded. */
  volume = 0;
  value = 0;
  readonly #fee: FeeModel;
  readonly #unit: number;

  /** @param unit quote units per tick × lot, for the fee tiers */
  constructor(fee: FeeModel, unit: number) {
    this.#fee = fee;
    this.#unit = unit;
  }

  /** Goes on with a position that was held before, bought (sold) at `price` ticks. */
  adopt(position: number, price: number): void {
    this.position += position;
    this.cash -= position * price;
  }

  fill(side: 1 | -1, price: number, lots: number, isMaker: boolean): void {
    const value = price * lots;
    this.fees += value * this.#fee.rate(isMaker, this.value * this.#unit);
    this.position += side * lots;
    this.cash -= side * value;
    this.fills++;
    this.volume += lots;
    this.value += value;
  }

  /** Books a funding payment at `markPrice` (ticks): longs pay a positive rate, shorts receive it. */
  payFunding(rate: number, markPrice: number): void {
    this.funding -= rate * this.position * markPrice;
  }

  /** Cash plus position at `price` (ticks) less fees plus funding, ticks × lots. */
  equity(price: number): number {
    return this.cash + this.position * price - this.fees + this.funding;
  }
}
