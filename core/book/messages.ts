import type { Amendment } from './book-broker-options.ts';
import type { Answer, BookSide, OrderRequest } from './book-order.ts';

/** What is under way to the exchange. One shape for all kinds: the readers of the queue stay fast. */
export interface RequestMessage {
  kind: 'new' | 'overload' | 'cancel' | 'amend';
  order: OrderRequest | null;
  id: number;
  side: BookSide;
  change: Amendment | null;
}

/** What is under way to the trader. */
export type AnswerMessage = { -readonly [K in keyof Answer]: Answer[K] };

/** A request to be filled in. */
export function emptyRequest(): RequestMessage {
  return { kind: 'new', order: null, id: 0, side: 1, change: null };
}

/** An answer to be filled in. Fields that will hold times and prices begin as doubles: a shape that changes on the way is compiled again. */
export function emptyAnswer(): AnswerMessage {
  return {
    kind: 'accepted',
    orderId: 0,
    side: 1,
    price: Number.NaN,
    lots: 0,
    left: 0,
    isMaker: false,
    isSleeping: false,
    exchangeTime: Number.NaN,
    localTime: Number.NaN,
    reason: 'none',
  };
}
