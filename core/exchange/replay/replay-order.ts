import type { ReplayOrderList } from './order-list.ts';
import type { ReplaySymbol } from './replay-symbol.ts';

/** States of an order, as Binance names them. */
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';

/** Who caused an order; the ground truth tells the bot's from the others. */
export type OrderOrigin = 'client' | 'algo' | 'manual' | 'liquidation' | 'adl' | 'settlement';

/** A fill: prices in ticks, sizes in lots, `cost`, `fee` and `realised` in money units of 1e-8. */
export interface ReplayFill {
  readonly id: number;
  readonly orderId: bigint;
  readonly symbol: ReplaySymbol;
  readonly side: 1 | -1;
  readonly positionSide: PositionSide;
  readonly tick: number;
  readonly lots: number;
  readonly cost: number;
  readonly fee: number;
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly realised: number;
  readonly time: number;
  /** Spot: the list of its order; -1 for an order by itself. */
  readonly listId?: number;
}

export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';

/** An order of either market. Times in market ms. */
export interface ReplayOrder {
  readonly id: bigint;
  readonly clientId: string;
  readonly symbol: ReplaySymbol;
  readonly side: 1 | -1;
  readonly type: string;
  readonly timeInForce: string;
  /** 0 = market order. */
  tick: number;
  lots: number;
  filled: number;
  cost: number;
  status: OrderStatus;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly positionSide: PositionSide;
  /** Trigger of a spot stop order in ticks; 0 = none or already triggered. */
  stopTick: number;
  readonly stopText: string;
  /** Spot: money units held back for this order. */
  locked: number;
  readonly time: number;
  updateTime: number;
  readonly origin: OrderOrigin;
  readonly fills: ReplayFill[];
  /** Market or limit part of what an algo order was. */
  readonly algoId: bigint | null;
  /** Spot: the order list that it is one half of. */
  list: ReplayOrderList | null;
}

/** What a client asks for, already parsed into ticks and lots. */
export interface OrderRequest {
  readonly symbol: ReplaySymbol;
  readonly side: 1 | -1;
  readonly type: string;
  readonly timeInForce: string;
  readonly tick: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly positionSide: PositionSide;
  readonly clientId: string;
  readonly stopTick: number;
  readonly stopText: string;
  readonly origin: OrderOrigin;
  readonly algoId?: bigint;
  /** Spot market buys may say how much quote to spend (money units). */
  readonly quoteMoney?: number;
}

/** Still able to fill. */
export function isOpen(order: { readonly status: OrderStatus }): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

/** An order from a request. */
export function newOrder(id: bigint, request: OrderRequest, time: number): ReplayOrder {
  return {
    ...request,
    id,
    algoId: request.algoId ?? null,
    filled: 0,
    cost: 0,
    status: 'NEW',
    locked: 0,
    time,
    updateTime: time,
    fills: [],
    list: null,
  };
}

/** Average fill price in ticks; 0 before the first fill. */
export function averageTicks(order: ReplayOrder): number {
  return order.filled === 0 ? 0 : order.cost / (order.filled * order.symbol.moneyPerTickLot);
}
