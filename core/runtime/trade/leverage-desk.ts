import type { Order } from '../../engine/order.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangePort, Outcome } from '../../ports/exchange.ts';

/** So long what was set is taken to stand, ms: its owner may change it at the exchange at any time. */
const TRUSTED_MS = 60_000;

/** Brings leverage and margin mode of a pair to what an entry was sized for, before it is sent. */
export class LeverageDesk {
  readonly #exchange: ExchangePort;
  readonly #marginMode: 'isolated' | 'cross';
  readonly #clock: Pick<ExchangeClock, 'now'>;
  /** By pair: what was set last, and when. */
  readonly #set = new Map<string, { readonly leverage: number; readonly at: number }>();

  constructor(exchange: ExchangePort, marginMode: 'isolated' | 'cross', clock: Pick<ExchangeClock, 'now'>) {
    this.#exchange = exchange;
    this.#marginMode = marginMode;
    this.#clock = clock;
  }

  /** Null when the order may go; an answer in its place where the venue refuses. */
  async prepare({ slot, leverage }: Order): Promise<Outcome | null> {
    const { kind, capabilities } = this.#exchange;
    if (kind === 'spot' || !capabilities.leverage) return null;
    const { pair } = slot.pair;
    const last = this.#set.get(pair);
    if (last?.leverage === leverage && Math.abs(this.#clock.now() - last.at) < TRUSTED_MS) return null;
    const mode = await this.#exchange.setMarginMode(pair, this.#marginMode);
    const set = mode.outcome === 'refused' ? mode : await this.#exchange.setLeverage(pair, leverage);
    if (set.outcome === 'refused') return { outcome: 'denied', code: 'leverage', reason: set.reason, until: null };
    this.#set.set(pair, { leverage, at: this.#clock.now() });
    return null;
  }
}
