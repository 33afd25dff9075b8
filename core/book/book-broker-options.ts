import type { FeeModel } from './account.ts';
import type { BookEvents, LotGrid } from './book-events.ts';
import type { Answer } from './book-order.ts';
import type { LatencyModel } from './latency.ts';
import type { Margin } from './margin-watch.ts';
import type { MatchingOptions } from './matching.ts';
import type { QueueModel } from './queue-models.ts';
import type { Tape } from './tape.ts';

/** New price (ticks) or open size (lots); what is left out stays. With `of`, the open size as known, what has filled since counts towards the new one. */
export interface Amendment {
  readonly price?: number;
  readonly left?: number;
  readonly of?: number;
}

/** Everything the simulated exchange and the way to it need. */
export interface BookBrokerOptions extends Pick<MatchingOptions, 'fills' | 'takesConsume' | 'selfTrade'> {
  /** One table, or parts of a longer run that follow each other in both times and share their origin. */
  readonly events: BookEvents | Iterable<BookEvents>;
  readonly grid: LotGrid;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  readonly fee: FeeModel;
  /** Makes the exchange liquidate the account below its maintenance margin; left out, it never does. */
  readonly margin?: Margin;
  /** Ticks held densely around mid. */
  readonly ladderWindow?: number;
  /** The trader's side keeps its orders by number (default true); a caller that keeps them itself says false. */
  readonly remembers?: boolean;
  /** Called for each answer as it reaches the trader; requests made here leave at that moment. The answer is reused: copy what is kept. */
  readonly onAnswer?: (answer: Answer) => void;
  /** Called for each row but book levels that reaches the trader, before a clear is applied; nothing may be requested here. */
  readonly onPrint?: (events: BookEvents, row: number) => void;
  /** Notes the range of mids and trades that the trader sees. */
  readonly tape?: Tape;
}
