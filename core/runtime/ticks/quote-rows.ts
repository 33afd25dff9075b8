import type { Answer, OrderRequest } from '../../book/book-order.ts';
import type { Slot } from '../../engine/slot.ts';
import type { EngineClock } from '../../engine/time.ts';
import type { StoredFill, StoredOrder } from '../../ports/stored-rows.ts';
import type { OrderNames } from '../trade/ledger-rows.ts';
import type { OrderWatch } from './tick-options.ts';

type Draft = { -readonly [K in keyof StoredOrder]: StoredOrder[K] };

/** States of a stored order by what the exchange answered; others leave it as it is. */
const STATES: Readonly<Partial<Record<Answer['kind'], StoredOrder['state']>>> = {
  accepted: 'working',
  amended: 'working',
  filled: 'filled',
  cancelled: 'cancelled',
  expired: 'expired',
  rejected: 'rejected',
};

/** Quotes and orders by hand as rows of the trade store: what changed since the last look, one row each. */
export class QuoteRows implements OrderWatch {
  readonly #account: string;
  readonly #clock: EngineClock;
  /** Engine time, ns. */
  readonly #now: () => number;
  /** What the venue calls an order, where orders are real. */
  names: (id: number) => OrderNames = (id) => ({ clientId: `paper-${id}`, exchangeId: null });
  readonly #open = new Map<number, { readonly slot: Slot; readonly row: Draft }>();
  readonly #changed = new Set<number>();

  constructor(account: string, clock: EngineClock, now: () => number) {
    this.#account = account;
    this.#clock = clock;
    this.#now = now;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  sent(slot: Slot, { id, side, lots, price }: OrderRequest, isQuote: boolean): void {
    const { position, pair, strategyName } = slot;
    const { instrument } = pair;
    const closes = position !== null && position.sign !== side;
    const at = this.#clock.toMs(this.#now());
    const row: Draft = {
      id,
      account: this.#account,
      strategy: strategyName,
      pair: pair.pair,
      positionSide: (closes ? position.sign : side) > 0 ? 'long' : 'short',
      trade: null,
      parent: null,
      purpose: closes ? 'exit' : 'entry',
      kind: price === undefined ? 'market' : 'limit',
      side: side > 0 ? 'buy' : 'sell',
      price: price === undefined ? null : instrument.price(price),
      amount: instrument.amount(lots),
      filled: 0,
      average: null,
      ticks: price ?? 0,
      lots,
      filledLots: 0,
      state: 'created',
      ...this.names(id),
      tag: isQuote ? 'quote' : null,
      reason: null,
      createdAt: at,
      updatedAt: at,
      engine: null,
    };
    this.#open.set(id, { slot, row });
    this.#changed.add(id);
  }

  /** Goes on with the row of an order that rested when the last session ended. */
  resume(slot: Slot, row: StoredOrder): void {
    this.#open.set(row.id, { slot, row: { ...row, reason: 'restart' } });
  }

  /** @param text the venue's own words, where there are any */
  answered({ orderId, kind, price, lots, left, reason, localTime }: Answer, text: string | null = null): void {
    const known = this.#open.get(orderId);
    if (known === undefined) return;
    const { row, slot } = known;
    const { instrument } = slot.pair;
    if (lots > 0) {
      const filled = row.filledLots + lots;
      row.average = ((row.average ?? 0) * row.filledLots + instrument.price(price) * lots) / filled;
      row.filledLots = filled;
      row.filled = instrument.amount(filled);
    } else if (kind === 'amended' && price > 0) {
      row.ticks = price;
      row.price = instrument.price(price);
    }
    if (kind === 'amended' || kind === 'accepted') {
      row.lots = row.filledLots + left;
      row.amount = instrument.amount(row.lots);
    }
    row.state = STATES[kind] ?? (row.state === 'created' && lots > 0 ? 'working' : row.state);
    if (reason !== 'none' && kind !== 'cancelRejected' && kind !== 'amendRejected') row.reason = text ?? reason;
    row.updatedAt = this.#clock.toMs(localTime);
    this.#changed.add(orderId);
  }

  /** Whatever still rests is withdrawn with the session. `at` in ms UTC. */
  end(reason: string, at: number): void {
    for (const [id, { row }] of this.#open) {
      Object.assign(row, { state: 'cancelled', reason, updatedAt: at });
      this.#changed.add(id);
    }
  }

  /** Rows that changed since the last call; those that `fills` took in name their trade. */
  take(fills: readonly StoredFill[]): StoredOrder[] {
    for (const { order, trade } of fills) {
      const known = this.#open.get(order);
      if (known) known.row.trade = trade;
    }
    const rows = [...this.#changed].map((id) => ({ ...Object.assign(this.#open.get(id)!.row, this.names(id)) }));
    this.#changed.clear();
    for (const { id, state } of rows) if (state !== 'created' && state !== 'working') this.#open.delete(id);
    return rows;
  }
}
