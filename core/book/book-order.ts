import type { QueuePlace } from './queue-models.ts';

/** 1 buy, -1 sell. */
export type BookSide = 1 | -1;
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'gtd';
export type TriggerSource = 'last' | 'mark' | 'index';

/** An order as the strategy sends it. Prices in ticks, amounts in lots, times in ns since the run's origin. */
export interface OrderRequest {
  /** The strategy's own number, used once. */
  readonly id: number;
  readonly side: BookSide;
  readonly lots: number;
  /** Limit price; left out for market orders (and for triggers that fire one). */
  readonly price?: number | undefined;
  readonly timeInForce?: TimeInForce | undefined;
  /** End of a GTD order, exchange time. */
  readonly expiresAt?: number | undefined;
  /** Expire on arrival rather than take. */
  readonly postOnly?: boolean | undefined;
  readonly reduceOnly?: boolean | undefined;
  /** Makes it a stop or take-profit: it sleeps until the watched price is at or beyond `price` (stop: against, takeProfit: in favour). */
  readonly trigger?:
    | {
        readonly kind: 'stop' | 'takeProfit';
        readonly price: number;
        readonly by?: TriggerSource;
      }
    | undefined;
}

export type AnswerKind =
  | 'accepted'
  | 'rejected'
  | 'filled'
  | 'partiallyFilled'
  | 'cancelled'
  | 'expired'
  | 'amended'
  | 'triggered'
  | 'cancelRejected'
  | 'amendRejected';

/** Why the exchange refused or ended an order. */
export type AnswerReason =
  | 'none'
  | 'wouldTake'
  | 'noLiquidity'
  | 'notFillable'
  | 'unfilledRest'
  | 'reduceOnly'
  | 'selfTrade'
  | 'timeUp'
  | 'unknownOrder'
  | 'duplicateId'
  | 'invalid'
  | 'overload'
  | 'liquidated';

/** One message from the exchange about an order. Reused once it has been told: copy what is kept. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly orderId: number;
  readonly side: BookSide;
  /** The order's price after this message; of a fill, the price paid. Ticks, NaN for market orders. */
  readonly price: number;
  /** Filled by this message, lots; 0 when it is no fill. */
  readonly lots: number;
  /** Still open after this message, lots. */
  readonly left: number;
  readonly isMaker: boolean;
  /** Of `accepted`: the order waits for its trigger. */
  readonly isSleeping: boolean;
  /** When it happened at the exchange, and when it reaches the trader, ns. */
  readonly exchangeTime: number;
  readonly localTime: number;
  readonly reason: AnswerReason;
}

/** An order as the exchange keeps it. */
export class BookOrder implements QueuePlace {
  readonly id: number;
  readonly side: BookSide;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly expiresAt: number;
  readonly trigger: OrderRequest['trigger'];
  /** NaN for market orders. */
  price: number;
  left: number;
  front = 0;
  traded = 0;
  isOpen = true;
  /** How many orders were open before it first was; -1 until then. */
  seq = -1;

  constructor(request: OrderRequest) {
    this.id = request.id;
    this.side = request.side;
    this.timeInForce = request.timeInForce ?? 'gtc';
    this.postOnly = request.postOnly ?? false;
    this.reduceOnly = request.reduceOnly ?? false;
    this.expiresAt = request.expiresAt ?? Number.POSITIVE_INFINITY;
    this.trigger = request.trigger;
    this.price = request.price ?? Number.NaN;
    this.left = request.lots;
  }
}

/** A limit order with all its fields: requests of one shape are read several times faster. `price` NaN: a market order. */
export function limitRequest(
  id: number,
  side: BookSide,
  lots: number,
  price: number,
  postOnly: boolean,
  reduceOnly: boolean,
  timeInForce: TimeInForce,
): OrderRequest {
  return {
    id,
    side,
    lots,
    price: Number.isNaN(price) ? undefined : price,
    timeInForce,
    expiresAt: undefined,
    postOnly,
    reduceOnly,
    trigger: undefined,
  };
}

/** What is wrong with a request in itself, or null. */
export function requestProblem(request: OrderRequest): string | null {
  const isPrice = (price: number) => Number.isInteger(price) && price > 0;
  if (!Number.isInteger(request.lots) || request.lots <= 0) return `${request.lots} lots`;
  if (request.price !== undefined && !isPrice(request.price)) return `a price of ${request.price} ticks`;
  if (request.trigger && !isPrice(request.trigger.price)) return `a trigger at ${request.trigger.price} ticks`;
  if (request.price === undefined && request.postOnly) return 'post-only without a price';
  if (request.postOnly && (request.timeInForce === 'ioc' || request.timeInForce === 'fok'))
    return `post-only with ${request.timeInForce}`;
  if (request.timeInForce === 'gtd' && !(request.expiresAt! > 0)) return 'gtd without expiresAt';
  return null;
}
