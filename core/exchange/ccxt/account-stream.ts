import type { Rng } from '../../foundation/rng.ts';
import type { AccountEvent, ExchangeCapabilities, ExchangeOrder, Subscription } from '../../ports/exchange.ts';
import { backoffMs } from '../backoff.ts';
import { type ExchangeClock, pause } from '../exchange-clock.ts';
import type { MarketClock } from '../market-clock.ts';
import type { CcxtClient, CcxtOrder, CcxtPosition, CcxtTrade } from './ccxt-client.ts';
import { fillOf, orderOf, type ParseContext } from './parse.ts';

const RECONNECT = { firstMs: 500, mostMs: 30_000 } as const;
const LOOK_AGAIN_MS = 100;
/** An order that the venue confirmed should come on the private stream within this time, ms. */
const ECHO_MS = 5_000;
/** Orders whose echo came before their confirmation; older ones are forgotten. */
const REMEMBERED = 200;

export interface AccountStreamParts extends ParseContext {
  readonly client: CcxtClient;
  readonly capabilities: ExchangeCapabilities;
  readonly kind: 'spot' | 'perpetual';
  readonly clock: ExchangeClock;
  readonly rng: Rng;
  readonly marketClock: MarketClock;
  /** The private stream tells nothing any more: log in anew. */
  readonly onDeaf: (reason: string) => void;
  readonly onTrouble: (error: unknown) => void;
  /** Runs a watch so that its login does not wait behind market data and reconciliation: until it is through, fills are not heard. */
  readonly urgently: <T>(watch: () => Promise<T>) => Promise<T>;
}

/** The private stream: own orders, fills, positions, balances. Keeps its subscriptions while anybody listens, and notices when it has gone deaf. */
export class AccountStream {
  readonly #parts: AccountStreamParts;
  readonly #sinks = new Set<(event: AccountEvent) => void>();
  readonly #echoed = new Set<string>();
  readonly #awaited = new Map<string, () => void>();
  #end: AbortController | null = null;

  constructor(parts: AccountStreamParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#end !== null;
  }

  watch(sink: (event: AccountEvent) => void): Subscription {
    this.#sinks.add(sink);
    if (!this.#end && this.#parts.capabilities.streams.account) this.#open();
    return {
      pairs: [],
      setPairs: () => {},
      close: () => {
        this.#sinks.delete(sink);
        if (this.#sinks.size === 0) this.close();
      },
    };
  }

  /** The venue confirmed an order: its echo should come. */
  expect(order: ExchangeOrder): void {
    const id = order.clientOrderId ?? order.exchangeId;
    if (!this.#end || this.#echoed.has(id) || this.#echoed.has(order.exchangeId) || this.#awaited.has(id)) return;
    const cancel = this.#parts.clock.after(ECHO_MS, () => {
      this.#awaited.delete(id);
      this.#parts.onDeaf(`order ${id} was confirmed ${ECHO_MS} ms ago and the private stream has not told of it`);
    });
    this.#awaited.set(id, cancel);
  }

  order(raw: CcxtOrder): void {
    const order = orderOf(raw, this.#parts);
    if (!order) return;
    this.#heardOf(order.clientOrderId ?? order.exchangeId);
    this.#heardOf(order.exchangeId);
    this.#tell({ kind: 'order', order, ...this.#stamp(order.updatedAt) });
  }

  fill(raw: CcxtTrade): void {
    const fill = fillOf(raw, this.#parts);
    if (fill) this.#tell({ kind: 'fill', fill, ...this.#stamp(fill.at) });
  }

  position({ symbol, side, contracts, entryPrice, timestamp }: CcxtPosition): void {
    if (!symbol || contracts === undefined || contracts === null) return;
    const size = this.#parts.market(symbol)?.contractSize ?? 1;
    const amount = Number((Math.abs(contracts) * size).toPrecision(15));
    this.#tell({
      kind: 'position',
      pair: symbol,
      side: side === 'short' ? 'short' : 'long',
      amount,
      entryPrice: entryPrice ?? Number.NaN,
      ...this.#stamp(timestamp ?? 0),
    });
  }

  balance(totals: Readonly<Record<string, number | undefined | null>>): void {
    for (const [asset, total] of Object.entries(totals))
      if (total !== undefined && total !== null) this.#tell({ kind: 'balance', asset, total, ...this.#stamp(0) });
  }

  close(): void {
    this.#end?.abort();
    this.#end = null;
    this.forgetAwaited();
  }

  /** The stream is opened anew: what it did not tell so far, it never will. */
  forgetAwaited(): void {
    for (const cancel of this.#awaited.values()) cancel();
    this.#awaited.clear();
  }

  #open(): void {
    const { client, kind, profile } = this.#parts;
    const end = new AbortController();
    this.#end = end;
    const keep = (watch: () => Promise<unknown>) => void this.#keep(watch, end.signal);
    keep(() => client.watchOrders());
    if (client.has.watchMyTrades) keep(() => client.watchMyTrades());
    for (const params of profile.triggerWatchParams ?? [])
      keep(() => client.watchOrders(undefined, undefined, undefined, params));
    if (kind === 'perpetual' && client.has.watchPositions) keep(() => client.watchPositions());
    if (client.has.watchBalance) keep(() => client.watchBalance());
  }

  async #keep(watch: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { clock, rng, onTrouble, urgently } = this.#parts;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await urgently(watch);
        failures = 0;
        await pause(clock, LOOK_AGAIN_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        onTrouble(error);
        await pause(clock, backoffMs(RECONNECT, failures, rng), signal);
      }
    }
  }

  #heardOf(id: string): void {
    this.#awaited.get(id)?.();
    this.#awaited.delete(id);
    this.#echoed.delete(id);
    this.#echoed.add(id);
    if (this.#echoed.size > REMEMBERED) this.#echoed.delete(this.#echoed.values().next().value!);
  }

  #stamp(time: number): { readonly exchangeTime: number; readonly receivedAt: number } {
    const { clock, marketClock } = this.#parts;
    return { exchangeTime: time > 0 ? time : marketClock.now(), receivedAt: clock.now() };
  }

  #tell(event: AccountEvent): void {
    for (const sink of this.#sinks) sink(event);
  }
}
