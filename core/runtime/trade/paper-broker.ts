import type { Engine } from '../../engine/engine.ts';
import { Effects } from '../../engine/events.ts';
import { Resting } from '../../engine/fills/honest/resting.ts';
import { CandleVenue } from '../../engine/fills/honest/venue.ts';
import type { VenueOptions } from '../../engine/fills/honest/venue-options.ts';
import { type Order, PURPOSE } from '../../engine/order.ts';
import type { PairState } from '../../engine/slot.ts';
import type { OrderNames } from './ledger-rows.ts';
import type { ClosedCandle, TradeBroker } from './trade-broker.ts';

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
  /** Prices that the venue has not been shown yet. */
  isNew: boolean;
  /** Range of the trades that were told of since the pair's last candle closed, NaN where none was, and their volume. */
  toldHigh: number;
  toldLow: number;
  toldVolume: number;
  /** The market tells volumes (forex does not): what rests shares them. */
  hasVolume: boolean;
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
    // What the market is at is not known before it tells: the last candle's close may be minutes old.
    this.#spans = states.map(() => ({
      ...flat(Number.NaN),
      ...marksAt(Number.NaN),
      ...toldNothing(),
      isNew: false,
      hasVolume: false,
    }));
  }

  /** Orders that rested before a restart rest again, and cancels that were under way are sent again. */
  resume(orders: Iterable<Order>, time: number): void {
    const known = new Effects();
    known.submits.push(...orders);
    const withdrawn = new Effects();
    withdrawn.cancels.push(...known.submits.filter((order) => order.isWithdrawn));
    this.accept(known, time);
    this.accept(withdrawn, time);
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
    span.toldHigh = largest(span.toldHigh, price);
    span.toldLow = least(span.toldLow, price);
    span.toldVolume += amount;
    this.#take(span, price, price, price, amount);
  }

  /**
   * A candle of the live market that closed. Prices in it that no trade told of, since the stream or the bot was down, count like those that were, for
   * what had been resting since before it opened; for orders made later only its close does. So does what its volume is above that of trades told of.
   * @param openedAt engine time
   */
  candle(pair: PairState, { open, high, low, close, volume }: ClosedCandle, openedAt: number): void {
    const span = this.#spans[pair.index]!;
    const { toldHigh, toldLow, toldVolume } = span;
    Object.assign(span, toldNothing());
    if (toldHigh >= high && toldLow <= low) return;
    const isSilent = Number.isNaN(toldHigh);
    const untold = Math.max(0, volume - toldVolume);
    const isBefore = [...this.open].every(({ slot, createdAt }) => slot.pair !== pair || createdAt <= openedAt);
    if (isBefore) {
      if (isSilent && !span.isNew) Object.assign(span, flat(open));
      this.#take(span, high, low, isSilent ? close : span.close, untold);
    } else if (isSilent) this.#take(span, close, close, close, untold);
  }

  /** A mark price of the live market: liquidation is judged on it. */
  mark(pair: PairState, price: number): void {
    const span = this.#spans[pair.index]!;
    if (!(price > 0)) return;
    span.mark = price;
    span.markHigh = largest(span.markHigh, price);
    span.markLow = least(span.markLow, price);
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

  #take(span: Span, high: number, low: number, close: number, volume: number): void {
    if (Number.isNaN(span.open)) span.open = close;
    span.high = largest(span.high, high);
    span.low = least(span.low, low);
    span.close = close;
    span.volume += volume;
    span.hasVolume ||= volume > 0;
    span.isNew = true;
  }

  /** Shows the venue the pair's prices since the last step, and begins the next span where this one ended. */
  #show(state: PairState): void {
    const span = this.#spans[state.index]!;
    state.isHere = span.close > 0;
    if (!state.isHere) return;
    const { open, high, low, close, volume, hasVolume, mark, markHigh, markLow } = span;
    const marks = mark > 0 ? { markHigh, markLow } : { markHigh: high, markLow: low };
    Object.assign(state, { open, high, low, close, volume, ...marks });
    state.volumeLimits = hasVolume;
    Object.assign(span, { ...flat(close), ...marksAt(mark), isNew: false });
  }
}

/** Prices of a span that begins. */
function flat(price: number): Pick<Span, 'open' | 'high' | 'low' | 'close' | 'volume'> {
  return { open: price, high: price, low: price, close: price, volume: 0 };
}

function marksAt(price: number): Pick<Span, 'mark' | 'markHigh' | 'markLow'> {
  return { mark: price, markHigh: price, markLow: price };
}

function toldNothing(): Pick<Span, 'toldHigh' | 'toldLow' | 'toldVolume'> {
  return { toldHigh: Number.NaN, toldLow: Number.NaN, toldVolume: 0 };
}

/** The larger of two, where the first may not be known yet (NaN). */
function largest(known: number, price: number): number {
  return known >= price ? known : price;
}

function least(known: number, price: number): number {
  return known <= price ? known : price;
}
