import type { Effects } from '../../engine/events.ts';
import type { Order } from '../../engine/order.ts';
import type { PairState } from '../../engine/slot.ts';
import type { CandleEvent } from '../../ports/exchange.ts';
import type { StoredIntent } from '../../ports/stored-rows.ts';
import type { OrderNames } from './ledger-rows.ts';

/** A candle that closed, without how that became known. */
export type ClosedCandle = Omit<CandleEvent, 'closedBy' | 'exchangeTime' | 'receivedAt'>;

/** What the loop needs of a broker, paper or live. Answers come only as later events to the engine. */
export interface TradeBroker {
  /** Takes what the engine wants after an event. Engine time. */
  accept(effects: Effects, time: number): void;
  /** Before an event: what happened at a simulated venue until then. Engine time. */
  advanceTo(time: number): void;
  /** Of a simulated venue: a candle closed, of which the stream of trades may not have told all. `openedAt`: engine time. */
  candle?(pair: PairState, candle: ClosedCandle, openedAt: number): void;
  /** Orders that may still be answered. */
  readonly open: Iterable<Order>;
  names(order: Order): OrderNames;
  /** Intents of the turn at hand: they are stored with it. */
  takeIntents(): readonly StoredIntent[];
  /** What the turn wants sent: called once it is durable. */
  takeSends(): readonly (() => void)[];
}
