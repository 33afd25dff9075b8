import type { Order } from '../../engine/order.ts';
import type { ExchangePort, Outcome } from '../../ports/exchange.ts';

/** Brings leverage and margin mode of a pair to what an entry was sized for, before it is sent. */
export class LeverageDesk {
  readonly #exchange: ExchangePort;
  readonly #marginMode: 'isolated' | 'cross';
  /** By pair: what was set last. */
  readonly #set = new Map<string, number>();

  constructor(exchange: ExchangePort, marginMode: 'isolated' | 'cross') {
    this.#exchange = exchange;
    this.#marginMode = marginMode;
  }

  /** Null when the order may go; an answer in its place where the venue refuses. */
  async prepare({ slot, leverage }: Order): Promise<Outcome | null> {
    const { kind, capabilities } = this.#exchange;
    if (kind === 'spot' || !capabilities.leverage) return null;
    const { pair } = slot.pair;
    if (this.#set.get(pair) === leverage) return null;
    const mode = await this.#exchange.setMarginMode(pair, this.#marginMode);
    const set = mode.outcome === 'refused' ? mode : await this.#exchange.setLeverage(pair, leverage);
    if (set.outcome === 'refused') return { outcome: 'denied', code: 'leverage', reason: set.reason, until: null };
    this.#set.set(pair, leverage);
    return null;
  }
}
