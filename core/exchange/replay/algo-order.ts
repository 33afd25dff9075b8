import type { PositionSide } from './replay-order.ts';
import type { ReplaySymbol } from './replay-symbol.ts';

/** States of a conditional order, as Binance names them. */
export type AlgoStatus = 'NEW' | 'TRIGGERING' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';

/** What a conditional order asks for; prices in ticks. */
export interface AlgoRequest {
  readonly symbol: ReplaySymbol;
  readonly clientId: string;
  readonly side: 1 | -1;
  readonly positionSide: PositionSide;
  readonly type: string;
  readonly timeInForce: string;
  readonly triggerTick: number;
  readonly tick: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly isMark: boolean;
  /** Trailing distance as a fraction; 0 = none. */
  readonly callback: number;
  /** Trailing starts at this price in ticks; 0 = at once. */
  readonly activationTick: number;
}

/** A conditional order: it waits for a price and then places an ordinary order, its child. */
export interface AlgoOrder extends AlgoRequest {
  readonly id: bigint;
  readonly time: number;
  status: AlgoStatus;
  updateTime: number;
  triggerTime: number;
  childId: bigint | null;
  /** Why it failed. */
  reason: string;
  /** Trailing: the best price since activation, in ticks; 0 before it. */
  extreme: number;
}

/** The types that `/fapi/v1/algoOrder` takes. */
export const ALGO_TYPES = ['STOP_MARKET', 'STOP', 'TAKE_PROFIT_MARKET', 'TAKE_PROFIT', 'TRAILING_STOP_MARKET'];

/** Waiting orders of a conditional order's type trigger when the price is at or beyond their trigger on this side: 1 above, -1 below. */
export function triggerSide(algo: AlgoRequest): 1 | -1 {
  return algo.type.startsWith('TAKE_PROFIT') ? (-algo.side as 1 | -1) : algo.side;
}

/** Whether the conditional order fires at a price (ticks, may be fractional); trailing orders remember the best price. */
export function isTriggered(algo: AlgoOrder, price: number): boolean {
  if (price <= 0) return false;
  if (algo.type !== 'TRAILING_STOP_MARKET') return (price - algo.triggerTick) * triggerSide(algo) >= 0;
  if (algo.extreme === 0) {
    if (algo.activationTick > 0 && (price - algo.activationTick) * algo.side > 0) return false;
    algo.extreme = price;
    return false;
  }
  algo.extreme = algo.side > 0 ? Math.min(algo.extreme, price) : Math.max(algo.extreme, price);
  const turned = (price - algo.extreme) * algo.side;
  return turned >= algo.extreme * algo.callback && turned > 0;
}
