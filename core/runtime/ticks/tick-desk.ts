import type { Answer, OrderRequest } from '../../book/book-order.ts';
import { claimedLots } from '../../engine/claimed-lots.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Effects } from '../../engine/events.ts';
import { BookVenue } from '../../engine/fills/book/book-venue.ts';
import { MarginHold } from '../../engine/fills/book/margin-hold.ts';
import type { MessageMeter } from '../../engine/fills/book/message-limits.ts';
import type { RequestSink } from '../../engine/fills/book/own-order.ts';
import { OwnOrders } from '../../engine/fills/book/own-orders.ts';
import { SpotCash } from '../../engine/fills/book/spot-cash.ts';
import { SpotCoins } from '../../engine/fills/book/spot-coins.ts';
import type { Order } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import { PairSurface } from '../../strategy/pair-surface.ts';
import type { TickMarket } from './tick-market.ts';
import { feeOf, type OrderWatch, type RealVenue, type TickVenueSettings } from './tick-options.ts';

/** What all desks of a run share. */
export interface TickDeskOptions {
  readonly engine: Engine;
  readonly meter: MessageMeter;
  readonly venue: TickVenueSettings;
  readonly takeId: () => number;
  readonly watch: OrderWatch | null;
  readonly live: RealVenue | null;
  /** Several strategies or pairs trade on the account. */
  readonly isShared: boolean;
  readonly accept: (effects: Effects, time: number) => void;
}

/** One strategy on one instrument of a run on ticks: its wishes, its orders, its timer. */
export class TickDesk {
  readonly slot: Slot;
  readonly market: TickMarket;
  readonly own: OwnOrders;
  readonly surface: PairSurface;
  readonly timerNs: number;
  /** Engine time of the next timer, ns. */
  nextTimer = Number.POSITIVE_INFINITY;
  readonly #venue: BookVenue;
  readonly #engine: Engine;
  readonly #watch: OrderWatch | null;
  readonly #margin: MarginHold | null;
  readonly #coins: SpotCoins | null;
  /** Sells only take off what is held. */
  readonly #onlyCloses: boolean;
  #isHeld = false;
  /** Asks were wanted of coins that the strategy's own resting stop is to sell: a spot exchange takes none beside it. */
  lacksCoins = false;
  /** Told the first time. */
  onLackingCoins: () => void = () => {};

  constructor(slot: Slot, market: TickMarket, options: TickDeskOptions) {
    const { engine, meter, venue, takeId, watch, live, isShared, accept } = options;
    const { spec } = market.options;
    const { instrument } = slot.pair;
    this.slot = slot;
    this.market = market;
    this.#engine = engine;
    this.#watch = watch;
    this.timerNs = slot.strategy.onTimer ? (slot.strategy.ticks().timerMs ?? 1000) * 1e6 : Number.NaN;
    this.surface = new PairSurface(slot.pair.pair, slot.bar.store, takeId);
    this.surface.position = () => slot.position;
    this.surface.book = () => market.topAt(engine.now);
    this.surface.bookState = () => market.bookStateAt(engine.now);
    this.surface.features = slot.bar.f;
    slot.here = this.surface;
    const leverage = Math.max(1, Math.min(venue.quoteLeverage ?? 1, instrument.maxLeverage(0)));
    const { isMargined } = instrument;
    this.#onlyCloses = !isMargined || !slot.strategy.canShort;
    const margin = isMargined && isShared ? new MarginHold(engine.ledger, instrument, leverage) : null;
    this.#margin = margin;
    const coins = isMargined ? null : new SpotCoins(() => this.#sellable);
    this.#coins = coins;
    const lastTicks = () => instrument.ticksNear(slot.pair.last);
    const mayOpen = () => this.mayOpen;
    const broker = live?.sinkOf(slot, leverage) ?? market.broker;
    this.own = new OwnOrders({
      surface: this.surface,
      instrument,
      sink:
        watch === null ? broker : watched(broker, (order) => watch.sent(slot, order, !this.surface.open.has(order.id))),
      meter,
      tolerance: venue.quoteTolerance ?? 0,
      cap: (sign, ticks, lots) => this.#affordable(sign, ticks, lots, leverage),
      mayOpen,
      lastTicks,
      onRefused: (reason) => engine.parts.entries.refuse(reason, slot),
      onlyCloses: this.#onlyCloses,
      ...(coins && { cash: new SpotCash(engine.ledger, instrument), coins }),
      ...(margin && { shareMargin: (orders) => margin.hold(orders, slot.position, lastTicks()) }),
    });
    this.#venue = new BookVenue({
      engine,
      slot,
      broker: market.broker,
      own: this.own,
      meter,
      fee: feeOf(spec, venue),
      leverage,
      accept,
      mayOpen,
      onFill: (fill) => market.recorder.onFill(fill, market.mid),
      look: () => market.look(),
    });
  }

  /** Something new may be sent: nothing holds it, and no other strategy trades the instrument. */
  get mayOpen(): boolean {
    if (this.#isHeld) return false;
    const { desks, owner } = this.market;
    return desks.length === 1 || owner === null || owner === this;
  }

  /** It has a position or orders here: no other strategy may trade the instrument meanwhile. */
  get isHere(): boolean {
    const { position, entry } = this.slot;
    return position !== null || entry !== null || this.own.open.size > 0 || this.#venue.working > 0;
  }

  submit(order: Order, time: number): void {
    this.#venue.submit(order, time);
  }

  amend(order: Order): void {
    this.#venue.amend(order);
  }

  cancel(order: Order): void {
    this.#venue.cancel(order);
  }

  /** Takes an answer; false where it is about no order of this desk. */
  answer(answer: Answer): boolean {
    if (this.#watch !== null && this.own.open.has(answer.orderId)) this.#watch.answered(answer);
    return this.#venue.answer(answer);
  }

  /** The exchange took the position off. */
  liquidated(answer: Answer): void {
    this.#venue.unasked(answer);
  }

  /** Takes what a real account says of a quote or an order by hand; it may be one from before a restart. `fee` of a fill, in stake currency. */
  told(answer: Answer, fee: number | undefined, text: string | null): void {
    this.#watch?.answered(answer, text);
    if (!this.#venue.answer(answer, fee)) this.#venue.unasked(answer, fee);
  }

  /** Resting lots of quotes and orders by hand at a price. */
  lotsAt(sign: 1 | -1, tick: number): number {
    return this.own.lotsAt(sign, tick);
  }

  /** Orders of the engine that may still be answered. */
  get engineOrders(): Iterable<Order> {
    return this.#venue.orders;
  }

  /** While held, nothing new is sent: quotes and orders by hand are withdrawn. The standing wish is taken up again after it. */
  hold(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    const { surface } = this;
    surface.hasNewWish = surface.wish !== null;
    if (isHeld) for (const id of surface.open) surface.requests.push({ kind: 'cancel', id });
  }

  /** Wishes for nothing any more: quotes and orders by hand are withdrawn. */
  withdraw(): void {
    const { surface } = this;
    surface.wish = { bids: [], asks: [] };
    surface.hasNewWish = true;
    for (const id of surface.open) surface.requests.push({ kind: 'cancel', id });
  }

  /** On spot: lots that quotes and orders by hand may sell. What the engine's exits are to sell is theirs. */
  get #sellable(): number {
    const { position } = this.slot;
    if (position === null || position.sign < 0) return 0;
    return position.lots - claimedLots(this.slot, this.#engine.parts.execution);
  }

  #noteLack(): void {
    if (this.slot.position?.stopOrder?.isOpen !== true) return;
    this.lacksCoins = true;
    this.onLackingCoins();
  }

  #affordable(sign: 1 | -1, ticks: number, lots: number, leverage: number): number {
    const { position, pair } = this.slot;
    // What its own orders hold back is theirs.
    if (this.#coins !== null && sign < 0) {
      const free = this.#coins.free + this.own.quotesHold(-1);
      if (free < lots && !this.lacksCoins) this.#noteLack();
      return Math.min(lots, free);
    }
    const closing = position !== null && position.sign !== sign ? Math.min(lots, position.lots) : 0;
    if (sign < 0 && this.#onlyCloses) return closing;
    const { ledger } = this.#engine;
    if (!pair.instrument.isMargined) return ledger.affordable(this.slot, lots, ticks, 1, this.own.quotesHold(1));
    const held = this.#margin?.held ?? 0;
    return closing + ledger.affordable(this.slot, lots - closing, ticks, position?.leverage ?? leverage, held);
  }
}

/** A sink that tells of new orders before it passes them on. */
function watched(sink: RequestSink, sent: (order: OrderRequest) => void): RequestSink {
  return {
    submit(order) {
      sent(order);
      sink.submit(order);
    },
    cancel: (id) => sink.cancel(id),
    amend: (id, change) => sink.amend(id, change),
  };
}
