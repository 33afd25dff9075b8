import type { CandleTable } from '../domain/candles.ts';

/** Columns that candles of quotes have beside the middle of both sides. */
export const QUOTE_COLUMNS = [
  ...['bidOpen', 'bidHigh', 'bidLow', 'bidClose'],
  ...['askOpen', 'askHigh', 'askLow', 'askClose'],
] as const;

/** A candle of one side of the market. */
class Side {
  open = Number.NaN;
  high = Number.NaN;
  low = Number.NaN;
  close = Number.NaN;
}

/** Bid and ask of the candle at hand, of a pair whose candles have both. */
export class Quotes {
  readonly bid = new Side();
  readonly ask = new Side();

  /** Half of what lies between the two as the candle opens, in quote currency. */
  get half(): number {
    return (this.ask.open - this.bid.open) / 2;
  }

  show({ extra }: CandleTable, row: number): void {
    const { bid, ask } = this;
    bid.open = extra!.bidOpen![row]!;
    bid.high = extra!.bidHigh![row]!;
    bid.low = extra!.bidLow![row]!;
    bid.close = extra!.bidClose![row]!;
    ask.open = extra!.askOpen![row]!;
    ask.high = extra!.askHigh![row]!;
    ask.low = extra!.askLow![row]!;
    ask.close = extra!.askClose![row]!;
  }
}
