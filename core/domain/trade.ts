export type Side = 'long' | 'short';
export type OrderSide = 'buy' | 'sell';

/** One filled order of a trade. Times ms UTC, price in quote per base, amount in base units, fee and funding in stake currency. */
export interface TradeOrder {
  readonly side: OrderSide;
  readonly time: number;
  readonly price: number;
  readonly amount: number;
  /** Entry tag, exit reason or tag of an addition. */
  readonly tag: string | null;
  readonly fee: number;
  /** Funding received (+) or paid (-) in the segment that this fill ended; null where nothing was open before. */
  readonly funding: number | null;
}

/** A position from its first entry fill to its last exit fill. Money in stake currency; ratios are fractions of the stake, leverage included. */
export interface ClosedTrade {
  readonly id: number;
  readonly strategy: string;
  readonly pair: string;
  readonly side: Side;
  readonly openTime: number;
  readonly closeTime: number;
  /** Average entry and exit prices. */
  readonly openRate: number;
  readonly closeRate: number;
  /** Base units at the close of the last exit (freqtrade profile) or the largest held (honest). */
  readonly amount: number;
  readonly stake: number;
  readonly leverage: number;
  readonly fees: number;
  readonly funding: number;
  readonly profitAbs: number;
  readonly profitRatio: number;
  readonly exitReason: string;
  readonly entryTag: string | null;
  readonly exitTag: string | null;
  readonly initialStop: number | null;
  readonly lastStop: number | null;
  readonly liquidationPrice: number | null;
  /** Lowest and highest prices seen while it was open. */
  readonly minRate: number;
  readonly maxRate: number;
  readonly orders: readonly TradeOrder[];
}
