import { isOwnOrderId } from '../../exchange/client-order-id.ts';
import type { ExchangeOrder, ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { intentRow } from './intent-rows.ts';
import type { LiveBroker } from './live-broker.ts';
import type { TradeLog } from './trade-settings.ts';

interface StrayOrderParts {
  readonly exchange: ExchangePort;
  readonly broker: LiveBroker;
  readonly reader: Pick<TradeStore['reader'], 'placeOf'>;
  readonly log: TradeLog;
}

/** Orders of this database that rest at the venue although nothing here stands for them any more: they are taken off. */
export class StrayOrders {
  readonly #parts: StrayOrderParts;
  /** Venue's ids of orders whose cancel is on its way. */
  readonly #leaving = new Set<string>();

  constructor(parts: StrayOrderParts) {
    this.#parts = parts;
  }

  /** Takes an open order off when it is a stray. False when it is none. Inside a turn. */
  take(order: ExchangeOrder): boolean {
    const { exchange, broker, log } = this.#parts;
    const owner = this.#owner(order);
    if (owner === null) return false;
    const key = `${order.isTrigger ? 't' : 'o'}:${order.exchangeId}`;
    if (this.#leaving.has(key)) return true;
    this.#leaving.add(key);
    const { pair, exchangeId, isTrigger } = order;
    const clientId = order.clientOrderId ?? '';
    log('warn', 'order.stray', { pair, exchangeId, clientId, order: owner });
    const named = { intent: broker.nextIntent(), attempt: 1, clientId, sentAt: broker.now() };
    const intent = intentRow(exchange.account, 'cancel', owner, named, { exchangeId });
    broker.requests.send(
      intent,
      () => exchange.cancel({ pair, clientOrderId: clientId, exchangeId, isTrigger }),
      () => void this.#leaving.delete(key),
    );
    return true;
  }

  /** True for an order that this database sent. */
  isOwn(order: ExchangeOrder): boolean {
    return this.#parts.broker.find(order) !== undefined || this.#stored(order) !== null;
  }

  /** Number of the order that a stray was sent for; null when it is none. */
  #owner(order: ExchangeOrder): number | null {
    const found = this.#parts.broker.find(order);
    if (found === undefined) return this.#stored(order);
    // What a trigger became counts as the trigger's.
    return found.attempt.state === 'ended' ? found.live.order.id : null;
  }

  #stored({ clientOrderId }: ExchangeOrder): number | null {
    if (!isOwnOrderId(clientOrderId)) return null;
    return this.#parts.reader.placeOf(this.#parts.exchange.account, clientOrderId!)?.order ?? null;
  }
}
