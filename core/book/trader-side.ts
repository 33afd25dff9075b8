import type { BookAccount } from './account.ts';
import type { Answer, BookSide, OrderRequest } from './book-order.ts';

export type KnownStatus = 'sent' | 'resting' | 'sleeping' | 'filled' | 'cancelled' | 'expired' | 'rejected';

/** An order as the trader knows it: what was asked, and what has been answered so far. */
export interface KnownOrder {
  readonly id: number;
  readonly side: BookSide;
  /** Ticks; NaN for market orders. */
  price: number;
  left: number;
  filled: number;
  status: KnownStatus;
  /** The request that has not been answered yet. */
  pending: 'none' | 'new' | 'cancel' | 'amend';
  reason: Answer['reason'];
}

/** The trader's half of the simulation: orders, position and cash as of the answers that have arrived. */
export class TraderSide {
  readonly account: BookAccount;
  /** Known orders by ascending age; finished ones stay until `forget` is called. */
  readonly orders = new Map<number, KnownOrder>();

  constructor(account: BookAccount) {
    this.account = account;
  }

  sent(request: OrderRequest): void {
    this.orders.set(request.id, {
      id: request.id,
      side: request.side,
      price: request.price ?? Number.NaN,
      left: request.lots,
      filled: 0,
      status: 'sent',
      pending: 'new',
      reason: 'none',
    });
  }

  /** Drops an order from the known ones. */
  forget(id: number): void {
    this.orders.delete(id);
  }

  /** Books an answer. Fills count even for orders that were forgotten. */
  receive(answer: Answer): void {
    if (answer.lots > 0) this.account.fill(answer.side, answer.price, answer.lots, answer.isMaker);
    const order = this.orders.size > 0 ? this.orders.get(answer.orderId) : undefined;
    if (order) apply(order, answer);
  }
}

function apply(order: KnownOrder, answer: Answer): void {
  order.reason = answer.reason;
  switch (answer.kind) {
    case 'cancelRejected':
    case 'amendRejected':
      order.pending = 'none';
      return;
    case 'partiallyFilled':
      order.filled += answer.lots;
      order.left = answer.left;
      return;
    case 'filled':
      order.filled += answer.lots;
      order.left = 0;
      order.status = 'filled';
      order.pending = 'none';
      return;
    case 'accepted':
      if (order.pending === 'new') order.pending = 'none';
      order.left = answer.left;
      order.status = answer.isSleeping ? 'sleeping' : 'resting';
      return;
    case 'amended':
      order.price = answer.price;
      order.left = answer.left;
      order.pending = 'none';
      return;
    case 'triggered':
      order.left = answer.left;
      return;
    case 'cancelled':
    case 'expired':
    case 'rejected':
      order.left = answer.left;
      order.status = answer.kind;
      order.pending = 'none';
  }
}
