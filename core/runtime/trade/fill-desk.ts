import type { Instrument } from '../../domain/tradable.ts';
import { EVENT } from '../../engine/events.ts';
import { ORDER_KIND, Order, PURPOSE } from '../../engine/order.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangeFill, ExchangePort } from '../../ports/exchange.ts';
import { FillHistory, madeBefore } from './fill-history.ts';
import { heldLots } from './held-lots.ts';
import type { LiveBroker } from './live-broker.ts';
import type { Attempt, LiveOrder } from './live-order.ts';
import type { TradeLoop } from './trade-loop.ts';
import type { TradeLog } from './trade-settings.ts';

/** Fills older than this, by machine time since they were first heard, that belong to no order of ours are somebody else's. */
const STRAY_MS = 4_000;
/** Keys of booked fills that are remembered; older ones are found in the store. */
const MOST_SEEN = 20_000;

interface Stray {
  readonly fill: ExchangeFill;
  readonly heardAt: number;
}

interface FillDeskParts {
  readonly exchange: ExchangePort;
  readonly clock: ExchangeClock;
  readonly log: TradeLog;
  readonly onDoubt: (pair: string, why: string) => void;
  /** Of the position that an owner's close leaves behind where ours was gone before it was heard; absent: nothing is opened. */
  readonly oppositeLeverage?: (slot: Slot) => number;
}

/** Books each fill of the account once, on the order that it belongs to. */
export class FillDesk {
  readonly #broker: LiveBroker;
  readonly #states: ReadonlyMap<string, PairState>;
  readonly #loop: () => TradeLoop;
  readonly #parts: FillDeskParts;
  readonly #seen = new Set<string>();
  readonly #history = new FillHistory();
  /** Whose order filled last, by pair. */
  readonly #lastFilled = new Map<PairState, Slot>();
  #strays: Stray[] = [];
  /** Orders by which the venue closed a position itself. */
  readonly #liquidations = new Set<string>();
  #foreignIds = -1;
  /** Says whether the store has a fill, beyond what is remembered here. */
  isStored: (pair: string, id: string) => boolean = () => false;

  constructor(broker: LiveBroker, states: readonly PairState[], loop: () => TradeLoop, parts: FillDeskParts) {
    this.#broker = broker;
    this.#states = new Map(states.map((state) => [state.pair, state]));
    this.#loop = loop;
    this.#parts = parts;
  }

  get hasStrays(): boolean {
    return this.#strays.length > 0;
  }

  /** Takes off a position what is gone from the venue without a trade that could be found. Inside a turn. */
  writeOff(slot: Slot, lots: number, price: number, reason: string): void {
    const { sign } = slot.position!;
    const { time, engine } = this.#loop();
    const order = new Order(this.#foreignIds--, slot, PURPOSE.exit, ORDER_KIND.market, -sign, 0, lots, time, null);
    order.reason = reason;
    const { instrument, pair } = slot.pair;
    const at = engine.clock.toMs(time);
    const fill = { pair, exchangeId: `${reason}-${at}-${order.id}`, price, fee: 0, feeAsset: instrument.spec.settle };
    this.#give(order, { ...fill, isMaker: false }, lots, 0);
  }

  /** A fill, from the stream or from REST. Inside a turn. */
  take(fill: ExchangeFill): void {
    const { pair } = fill;
    const state = this.#states.get(pair);
    if (state === undefined) return;
    if (this.#isBooked(fill)) {
      // From before a restart.
      if (!this.#history.has(fill)) this.#history.note(fill, signedLots(fill, state.instrument));
      return;
    }
    if (Number.isNaN(fill.fee)) return this.wanted(pair);
    const { orderId, clientOrderId } = fill;
    const found = this.#broker.find({ clientOrderId, exchangeId: orderId });
    if (found) {
      if (isEarly(found.live.order, fill)) return this.#wait(fill);
      this.#book(found.live, found.attempt, fill);
      if (this.#strays.length > 0) this.onNames();
    } else if (fill.isLiquidation || this.#liquidations.has(`${pair} ${orderId}`))
      this.#bookForeign(state, fill, 'liquidation');
    else this.#wait(fill);
  }

  #wait(fill: ExchangeFill): void {
    const { pair, exchangeId } = fill;
    if (!this.#strays.some((s) => s.fill.exchangeId === exchangeId && s.fill.pair === pair))
      this.#strays.push({ fill, heardAt: this.#parts.clock.now() });
  }

  /** The venue closes a position by an order of its own. Inside a turn. */
  onLiquidation(pair: string, orderId: string): void {
    this.#liquidations.add(`${pair} ${orderId}`);
    this.onNames();
  }

  /** Orders have become known: strays may belong to them. Inside a turn. */
  onNames(): void {
    const strays = this.#strays;
    this.#strays = [];
    for (const stray of strays) {
      this.take(stray.fill);
      const again = this.#strays.at(-1);
      if (again?.fill === stray.fill) this.#strays[this.#strays.length - 1] = stray;
    }
  }

  /**
   * Strays that nobody claimed are somebody else's, in the venue's order. What took off our position is booked as closed outside; everything else is
   * only told.
   * Inside a turn.
   */
  settleStrays(): void {
    this.onNames();
    const { clock, log } = this.#parts;
    const strays = this.#strays
      .splice(0)
      .sort((a, b) => (madeBefore(a.fill, b.fill) ? -1 : madeBefore(b.fill, a.fill) ? 1 : 0));
    for (const { fill, heardAt } of strays) {
      const isOpen = [...this.#broker.orders.values()].some(
        (o) => o.isDoubtful && o.order.slot.pair.pair === fill.pair,
      );
      if (isOpen || clock.now() - heardAt < STRAY_MS) {
        this.#strays.push({ fill, heardAt });
        continue;
      }
      const found = this.#broker.find({ clientOrderId: fill.clientOrderId, exchangeId: fill.orderId });
      if (found) {
        // What should have come before it never did.
        this.#book(found.live, found.attempt, fill);
        continue;
      }
      const state = this.#states.get(fill.pair)!;
      log('error', 'fill.foreign', { pair: fill.pair, side: fill.side, amount: fill.amount, id: fill.exchangeId });
      this.#loop().decide({
        kind: 'alert',
        pair: fill.pair,
        reason: `a trade of somebody else on this account: ${fill.side} ${fill.amount} at ${fill.price}`,
        data: { order: fill.orderId, fill: fill.exchangeId },
      });
      this.#bookForeign(state, fill, 'closed_outside');
    }
  }

  /** Fills of a pair are missing: asks for a reconciliation. */
  wanted(pair: string): void {
    this.#parts.onDoubt(pair, 'fills are missing');
  }

  #isBooked({ pair, exchangeId }: ExchangeFill): boolean {
    return this.#seen.has(`${pair} ${exchangeId}`) || this.isStored(pair, exchangeId);
  }

  /** @param lots signed, as they count in the books */
  #remember(fill: ExchangeFill, lots: number): void {
    const { pair, exchangeId, at } = fill;
    this.#seen.add(`${pair} ${exchangeId}`);
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.values().next().value!);
    this.#history.note(fill, lots);
    // What still waits for its owner is asked for again after a restart.
    const waiting = this.#strays.filter((stray) => stray.fill.pair === pair).map((stray) => stray.fill.at);
    this.#loop().keepCursor(`fills:${pair}`, String(Math.min(at, ...waiting)));
  }

  #book(live: LiveOrder, attempt: Attempt, fill: ExchangeFill): void {
    const { order } = live;
    const total = lotsOf(fill, order.slot.pair.instrument);
    const lots = order.purpose === PURPOSE.entry ? total : Math.min(total, opposite(order));
    if (lots < total) {
      // Nothing of ours is left to take off: the venue's position must differ from the books.
      this.#parts.log('error', 'fill.without-position', { pair: fill.pair, order: order.id, amount: fill.amount });
      this.#parts.onDoubt(fill.pair, 'a fill without a position');
    }
    this.#remember(fill, order.sign * lots);
    if (lots === 0) return;
    this.#lastFilled.set(order.slot.pair, order.slot);
    // A fill may be heard before the answer to the request: it names the order, too.
    if (!attempt.isTrigger) attempt.exchangeId ??= fill.orderId;
    attempt.booked += total;
    if (attempt.booked >= attempt.lots) {
      attempt.state = 'ended';
      attempt.end = 'filled';
      attempt.claimed = Math.max(attempt.claimed, attempt.booked);
    }
    const rest = Math.max(0, order.restLots - total);
    this.#give(order, fill, lots, rest);
    this.#broker.drive(live);
  }

  /**
   * Somebody else's fill, the venue's own included: only what takes off positions of ours is booked. Where a quote of ours was quicker to be heard,
   * less of the position is left than it took off: the rest of that much opened the opposite one.
   */
  #bookForeign(state: PairState, fill: ExchangeFill, reason: string): void {
    const sign = fill.side === 'buy' ? 1 : -1;
    this.#parts.onDoubt(fill.pair, reason);
    // On spot they may have been coins of the account's owner: what is missing of ours shows in what is held.
    if (this.#parts.exchange.kind === 'spot') return this.#remember(fill, 0);
    const isLiquidation = reason === 'liquidation';
    const total = Math.abs(signedLots(fill, state.instrument));
    const heldThen = heldLots(state) - this.#history.lotsAfter(fill);
    const closes = state.slots.flatMap(({ position }) => (position?.sign === -sign ? position.lots : []));
    const closing = Math.min(
      total,
      closes.reduce((sum, lots) => sum + lots, 0),
    );
    const opens = this.#parts.oppositeLeverage ? Math.min(total, Math.max(0, -sign * heldThen)) - closing : 0;
    this.#remember(fill, sign * (closing + Math.max(0, opens)));
    let left = total;
    const book = (slot: Slot, purpose: number, lots: number) => {
      const order = new Order(
        this.#foreignIds--,
        slot,
        purpose,
        ORDER_KIND.market,
        sign,
        0,
        lots,
        this.#loop().time,
        null,
      );
      if (!isLiquidation) order.reason = reason;
      if (purpose === PURPOSE.entry) order.leverage = this.#parts.oppositeLeverage!(slot);
      // A fill of several positions is booked in parts, each with a name of its own.
      const exchangeId = left === total ? fill.exchangeId : `${fill.exchangeId}-${-order.id}`;
      left -= lots;
      this.#give(order, { ...fill, exchangeId, fee: (fill.fee * lots) / total }, lots, 0);
    };
    for (const slot of state.slots as Slot[]) {
      if (slot.position === null || slot.position.sign !== -sign || left < 1) continue;
      book(slot, isLiquidation ? PURPOSE.liquidation : PURPOSE.exit, Math.min(slot.position.lots, left));
    }
    if (opens > 0) book(this.#owner(state), PURPOSE.entry, opens);
    if (left === total || !isLiquidation) return;
    const loop = this.#loop();
    loop.decide({
      kind: 'alert',
      pair: fill.pair,
      reason: 'the position was liquidated: no more entries until "resume"',
    });
    loop.command({ name: 'stop-entries' });
  }

  /** Whose position it is: on books one strategy has an instrument at a time. */
  #owner(state: PairState): Slot {
    const holder = state.slots.find(({ position }) => position !== null) ?? this.#lastFilled.get(state);
    return (holder ?? state.slots[0]) as Slot;
  }

  #give(
    order: Order,
    fill: Pick<ExchangeFill, 'exchangeId' | 'price' | 'fee' | 'feeAsset' | 'isMaker'>,
    lots: number,
    rest: number,
  ): void {
    const loop = this.#loop();
    const { instrument } = order.slot.pair;
    const { exchangeId, fee, feeAsset, price, isMaker: maker } = fill;
    const { base, settle } = instrument.spec;
    const inStake = feeAsset === settle ? fee : feeAsset === base ? fee * price : this.#worth(fee, feeAsset, settle);
    loop.journal.nextFill = { exchangeId, amount: instrument.amount(lots), fee, feeAsset };
    const { time } = loop;
    loop.process({ kind: EVENT.fill, time, order, ticks: ticksOf(instrument, price), lots, rest, fee: inStake, maker });
  }

  /** A fee in another coin: at the last price of its pair where that is traded here, else nothing, which reconciliation finds. */
  #worth(fee: number, asset: string, stake: string): number {
    const last = [...this.#states.values()].find(
      (s) => s.instrument.spec.base === asset && s.instrument.spec.quote === stake,
    );
    if (last && last.last > 0) return fee * last.last;
    this.#parts.log('warn', 'fee.unpriced', { asset, fee });
    return 0;
  }
}

function signedLots(fill: ExchangeFill, instrument: Instrument): number {
  return (fill.side === 'buy' ? 1 : -1) * lotsOf(fill, instrument);
}

function lotsOf({ amount }: ExchangeFill, { lot }: Instrument): number {
  return Math.round(amount / lot);
}

/** Lots of the position that an order can take off. */
function opposite({ slot: { position }, sign }: Order): number {
  return position === null || position.sign === sign ? 0 : position.lots;
}

/** An exit takes off more than the books hold: a fill from before it, of an entry or a quote, has not been heard. */
function isEarly(order: Order, fill: ExchangeFill): boolean {
  return order.purpose !== PURPOSE.entry && lotsOf(fill, order.slot.pair.instrument) > opposite(order);
}

/** Liquidations and settlements happen at prices off the grid, too: those stay as they are. */
function ticksOf(instrument: Instrument, price: number): number {
  const near = instrument.ticksNear(price);
  return Math.abs(instrument.price(near) - price) <= 1e-9 * price ? near : price / instrument.tick;
}
