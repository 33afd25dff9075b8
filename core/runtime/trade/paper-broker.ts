import type { Engine } from '../../engine/engine.ts';
import { Effects } from '../../engine/events.ts';
import { Resting } from '../../engine/fills/honest/resting.ts';
import { CandleVenue } from '../../engine/fills/honest/venue.ts';
import type { VenueOptions } from '../../engine/fills/honest/venue-options.ts';
import { type Order, PURPOSE } from '../../engine/order.ts';
import type { PairState } from '../../engine/slot.ts';
import type { OrderNames } from './ledger-rows.ts';
import type { TradeBroker } from './trade-broker.ts';

/** Prices of a pair since the last step. */
interface Span {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Last mark price and its range; NaN until one is heard. */
  mark: number;
  markHigh: number;
  markLow: number;
}

/**
 * The dry-run's exchange: the simulated `honest` venue on short candles made of what the live market just traded. Each step covers the time since
 * the last one; nothing is filled at a price that was not there.
 */
export class PaperBroker implements TradeBroker {
  readonly #venue: CandleVenue;
  readonly #resting: Resting;
  readonly #states: readonly PairState[];
  readonly #spans: Span[];
  readonly #open = new Map<number, Order>();
  #from = Number.NaN;

  constructor(engine: Engine, states: readonly PairState[], options: VenueOptions) {
    this.#resting = new Resting(states.length);
    this.#venue = new CandleVenue(engine, states.length, this.#resting, options);
    this.#states = states;
    this.#spans = states.map(({ last }) => ({
      open: last,
      high: last,
      low: last,
      close: last,
      volume: 0,
      ...spanOf(Number.NaN),
    }));
  }

  /** Orders that rested before a restart rest again, and cancels that were under way are sent again. */
  resume(orders: Iterable<Order>, time: number): void {
    const effects = new Effects();
    effects.submits.push(...orders);
    effects.cancels.push(...effects.submits.filter((order) => order.isWithdrawn));
    this.accept(effects, time);
  }

  /** Orders that wait for the market. */
  get waiting(): number {
    return [...this.open].length;
  }

  get open(): Iterable<Order> {
    for (const [id, order] of this.#open) if (!order.isOpen) this.#open.delete(id);
    for (const { slots } of this.#states)
      for (const { entry, exit, position } of slots)
        for (const order of [entry, exit, position?.stopOrder, position?.roiOrder])
          if (order?.isOpen) this.#open.set(order.id, order);
    return this.#open.values();
  }

  /** A price of the live market. */
  price(pair: PairState, price: number, amount: number): void {
    const span = this.#spans[pair.index]!;
    if (!(price > 0)) return;
    if (Number.isNaN(span.open)) span.open = price;
    span.high = Number.isNaN(span.high) ? price : Math.max(span.high, price);
    span.low = Number.isNaN(span.low) ? price : Math.min(span.low, price);
    span.close = price;
    span.volume += amount;
  }

  /** A mark price of the live market: liquidation is judged on it. */
  mark(pair: PairState, price: number): void {
    const span = this.#spans[pair.index]!;
    if (!(price > 0)) return;
    span.mark = price;
    span.markHigh = Number.isNaN(span.markHigh) ? price : Math.max(span.markHigh, price);
    span.markLow = Number.isNaN(span.markLow) ? price : Math.min(span.markLow, price);
  }

  accept(effects: Effects, time: number): void {
    for (const order of effects.submits) this.#open.set(order.id, order);
    this.#venue.accept(effects, time);
  }

  advanceTo(time: number): void {
    const from = this.#from;
    this.#from = time;
    if (!(time > from)) return;
    const venue = this.#venue;
    let isWatched = venue.hasArriving;
    for (const state of this.#states) {
      this.#show(state);
      isWatched ||= this.#resting.watches(state);
    }
    if (!isWatched) return;
    const length = time - from;
    venue.begin(from);
    for (const state of this.#states) if (state.isHere && this.#resting.watches(state)) venue.gap(state, from);
    venue.open(from, length);
    for (const state of this.#states)
      if (state.isHere && this.#resting.watches(state)) venue.trade(state, from, length);
  }

  names(order: Order): OrderNames {
    const clientId = order.purpose === PURPOSE.liquidation ? null : `paper-${order.id}`;
    return { clientId, exchangeId: null };
  }

  takeIntents(): readonly [] {
    return [];
  }

  takeSends(): readonly [] {
    return [];
  }

  /** Shows the venue the pair's prices since the last step, and begins the next span where this one ended. */
  #show(state: PairState): void {
    const span = this.#spans[state.index]!;
    state.isHere = span.close > 0;
    if (!state.isHere) return;
    const { open, high, low, close, volume, mark, markHigh, markLow } = span;
    const marks = mark > 0 ? { markHigh, markLow } : { markHigh: high, markLow: low };
    Object.assign(state, { open, high, low, close, volume, ...marks });
    state.volumeLimits = volume > 0;
    Object.assign(span, { open: close, high: close, low: close, volume: 0, ...spanOf(mark) });
  }
}

/** Mark prices of a span that begins. */
function spanOf(mark: number): Pick<Span, 'mark' | 'markHigh' | 'markLow'> {
  return { mark, markHigh: mark, markLow: mark };
}
