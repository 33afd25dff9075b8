/** The best levels of a book, best first, in arrays that their owner reuses: read them at once, never keep them. Times ms UTC. */
export interface TickBook {
  readonly time: number;
  readonly bids: number;
  readonly asks: number;
  readonly bidPrice: ArrayLike<number>;
  readonly bidSize: ArrayLike<number>;
  readonly askPrice: ArrayLike<number>;
  readonly askSize: ArrayLike<number>;
}

/** A public trade: price in quote, size in base units, `side` 1 where the taker bought and -1 where it sold, as far as can be told. */
export interface TickTrade {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side: 1 | -1;
}

/** The market that a streaming feature belongs to. */
export interface TickHost {
  readonly pair: string;
  /** Price tick, quote units. */
  readonly priceTick: number;
  /** Share of recent trades whose side was only guessed from price changes, 0..1; flow features are worthless above 0.4. */
  readonly fallbackShare: () => number;
  /** Values of the features that the module asked for as its inputs, in that order; they are fed before it. */
  readonly inputs?: readonly Readonly<Record<string, number>>[];
}

/** Another feature of ticks that a feature lives on: the name of its module, and its options. */
export interface TickInput {
  readonly name: string;
  readonly [option: string]: unknown;
}

/**
 * A feature of one market over its events: fed in the order of receipt, read at any moment. Trades come before the book change that they caused.
 * All methods are optional but `values`, whose properties are numbers as of now (getters, as a rule); NaN is "not known yet".
 */
export interface TickFeature {
  readonly values: Readonly<Record<string, number>>;
  onTrade?(trade: TickTrade): void;
  /** At each changed book, own resting orders taken out of it. */
  onBook?(book: TickBook): void;
  /** Market time, ms UTC, passes; the mid that has held until then (NaN without one). Before the trade or book of that time. */
  onTime?(time: number, mid: number): void;
  onFunding?(rate: number, time: number): void;
  onLiquidation?(time: number, price: number, size: number, side: 1 | -1): void;
  onOpenInterest?(amount: number, time: number): void;
  /** The book was cleared for a snapshot: changes across it are not order flow. */
  onGap?(): void;
}
