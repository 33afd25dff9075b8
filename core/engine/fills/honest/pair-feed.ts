import type { CandleTable } from '../../../domain/candles.ts';
import type { CandleSpan } from '../../quiet-candles.ts';

/** What the run needs of one pair. Main-grid row i is `candles` row i. */
export interface PairFeed extends CandleSpan {
  /** Closing time of each candle, ms UTC: spares the equity curve its time column where all pairs have the same candles. */
  readonly closeTime?: Float64Array;
  /** First row that is traded: those before only warm features up. */
  readonly startRow: number;
  /** What strategies read at its closes, row by row: several pairs read it ahead. */
  readonly features?: readonly Float64Array[];
  /** Candles of the detail timeframe, if any. The range of the mark price is then theirs, row by row. */
  readonly detail?: CandleTable;
  readonly detailLength?: number;
  /** Funding settlements: when (ms UTC), at what rate, on what mark price, and what both sides pay besides. */
  readonly funding?: {
    readonly time: Float64Array;
    readonly rate: Float64Array;
    readonly mark: Float64Array;
    readonly markup?: Float64Array;
  };
}
