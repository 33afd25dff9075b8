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

/** Messages that have been taken are used again: a run makes millions, and each would be walked by the collector. */
export class MessagePools {
  readonly #requests: RequestMessage[] = [];
  readonly #answers: AnswerMessage[] = [];

  request(
    kind: RequestMessage['kind'],
    order: OrderRequest | null,
    id: number,
    side: BookSide,
    change: Amendment | null,
  ): RequestMessage {
    const request = this.#requests.pop();
    if (request === undefined) return { kind, order, id, side, change };
    request.kind = kind;
    request.order = order;
    request.id = id;
    request.side = side;
    request.change = change;
    return request;
  }

  /** An answer to be filled in: all fields. */
  answer(): AnswerMessage {
    return this.#answers.pop() ?? { ...NO_ANSWER };
  }

  takeRequest(request: RequestMessage): void {
    request.order = null;
    request.change = null;
    this.#requests.push(request);
  }

  takeAnswer(answer: AnswerMessage): void {
    this.#answers.push(answer);
  }
}

/** Fields that will hold times and prices begin as doubles: a shape that changes on the way is compiled again. */
const NO_ANSWER: AnswerMessage = {
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
