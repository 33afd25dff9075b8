import type { PairState } from '../../slot.ts';
import type { SlippageModel } from '../slippage.ts';

export interface VenueOptions {
  /** From decision to market, ns: of orders, cancels and changes of price. */
  readonly latency: number;
  readonly slippage: SlippageModel;
  /** Half the spread, as a fraction of the price: takers pay it where the data has no bid and ask. */
  readonly halfSpread: number;
  /** Share of a candle's volume that resting limits may get. */
  readonly volumeShare: number;
}

/** Makes the candle at hand of a pair be seen in its state. */
export interface Candles {
  show(pair: PairState): void;
}

/** What a taker of some lots pays beyond the price, as a fraction of it: half the spread where the data has no bid and ask, and slippage. */
export function worsening({ halfSpread, slippage }: VenueOptions, lots: number, pair: PairState): number {
  return (pair.quotes === null ? halfSpread : 0) + slippage(pair.instrument.amount(lots), pair);
}
