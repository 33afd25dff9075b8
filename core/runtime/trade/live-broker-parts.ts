import type { Order } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeLog } from './trade-settings.ts';

/** What a live broker is made of. */
export interface LiveBrokerParts {
  readonly exchange: ExchangePort;
  /** Ids of intents: install id and epoch of the store, and the next free number. */
  readonly ids: { readonly installId: string; readonly epoch: number; next: number };
  readonly clock: ExchangeClock;
  readonly log: TradeLog;
  readonly marginMode: 'isolated' | 'cross';
  /** Several strategies may hold a pair at a time: the venue's position is the sum of theirs. */
  readonly netting: boolean;
  /** Something does not fit what the venue says: reconcile soon. */
  readonly onDoubt: (pair: string, why: string) => void;
  /** A stop could not rest because the market is beyond it already. */
  readonly onStopPassed: (order: Order) => void;
  /** A profit could not rest because the market has reached it already. */
  readonly onProfitPassed: (order: Order) => void;
  /** An exit was refused, its position may still be there. */
  readonly onExitRefused: (order: Order, why: string) => void;
  /** Of the position that an owner's close leaves behind where ours was gone before it was heard; absent: nothing is opened. */
  readonly oppositeLeverage?: (slot: Slot) => number;
}
