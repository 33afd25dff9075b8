import { append, listOf, takeOut } from '../../../foundation/short-list.ts';
import type { Engine } from '../../engine.ts';
import type { Effects } from '../../events.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../order.ts';
import type { Position } from '../../position.ts';
import type { PairState, Slot } from '../../slot.ts';
import {
  arrivalPrice,
  gapsLimit,
  gapsStop,
  halfOf,
  metBetween,
  reachesStop,
  sideOf,
  tradesThrough,
  wayTo,
  worseOf,
} from './candle-prices.ts';
import { beginsBeyond, followEntry, gapsLiquidation, leavesBefore, liquidationIn, type Resting } from './resting.ts';
import { nextOf, SWEEP } from './sweeps.ts';
import { type Change, UnderWay } from './under-way.ts';
import { VenueAnswers } from './venue-answers.ts';
import { type Candles, type VenueOptions, worsening } from './venue-options.ts';
import { VolumeShare } from './volume-share.ts';

const { entry: ENTRY, liquidation: LIQUIDATION } = PURPOSE;
const { market: MARKET, limit: LIMIT, stop: STOP } = ORDER_KIND;
const { working: WORKING, cancelled: CANCELLED, rejected: REJECTED, expired: EXPIRED } = ORDER_STATE;

/**
 * The simulated exchange of the `honest` profile: fills orders against one candle at a time, pessimistic where a candle cannot tell.
 * It knows orders and candles, and answers only with events. Per candle: `begin`, `gap` for each pair, `open`, `trade` for each pair.
 */
export class CandleVenue {
  readonly #engine: Engine;
  readonly #options: VenueOptions;
  readonly #resting: Resting;
  readonly #exits = listOf<Order>();
  readonly #entries = listOf<Order>();
  readonly #underWay = new UnderWay();
  readonly #answers: VenueAnswers;
  readonly #volume: VolumeShare;
  /** Even while a candle opens, odd inside it: tells orders that were there before from those made on the way. */
  #phase = 0;
  #orderIds = -1;
  /** Inside a candle: where the market (the middle of bid and ask) is known to have been last, by a fill of ours. NaN before. */
  #here = Number.NaN;
  /** While an order is tried on the way to a change that arrives: when that is. */
  #wayEnds = 0;

  /** @param pairs how many there are */
  constructor(engine: Engine, pairs: number, resting: Resting, options: VenueOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#resting = resting;
    this.#answers = new VenueAnswers(engine);
    this.#volume = new VolumeShare(pairs, options.volumeShare);
  }

  /** Something has been sent that may arrive in the next candle. */
  get hasArriving(): boolean {
    return this.#exits.length > 0 || this.#entries.length > 0 || !this.#underWay.isEmpty;
  }

  /**
   * Takes an event's effects, acknowledges them, and so on until nothing is left to say.
   * @param filled the event is a fill of this order: the stop and the profit of the position follow it at once
   */
  accept(effects: Effects, time: number, filled: Order | null = null): void {
    const answers = this.#answers;
    this.#take(effects, time, filled);
    for (let k = 0; k < answers.waiting; k++) {
      const more = answers.tell(k, time);
      if (!more.isEmpty) this.#take(more, time, null);
    }
    answers.waiting = 0;
  }

  /** A new candle begins, at `time`: what was to arrive before it has. */
  begin(time: number): void {
    if (!this.#underWay.isEmpty) this.#arrive(time, time, 0, null);
    this.#phase += 2;
  }

  /** What is sure to happen at the open, before anything can arrive: liquidations, stops and exits beyond which the market opens. */
  gap(pair: PairState, time: number): void {
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) {
      const { position } = slots[k]!;
      if (position !== null && gapsLiquidation(position, pair))
        this.#liquidate(slots[k]!, position, sideOf(-position.sign, pair).open, time);
    }
    this.#sweep(SWEEP.gappedStops, pair, time, 0);
    this.#sweep(SWEEP.gappedProfits, pair, time, 0);
  }

  /**
   * Cancels and changes of price arrive, then market orders that have arrived fill at the open: exits of all pairs first, then entries. `length` is
   * the candle's, ns.
   * @param candles shows the candles of pairs as they are needed; absent: all are shown
   */
  open(time: number, length: number, candles: Candles | null = null): void {
    const until = time + length;
    if (!this.#underWay.isEmpty) this.#arrive(until, time, length, candles);
    this.#drain(this.#exits, time, length, candles);
    this.#drain(this.#entries, time, length, candles);
    // What those fills withdrew.
    if (!this.#underWay.isEmpty) this.#arrive(until, time, length, candles);
  }

  /** Resting orders of one pair inside its candle: entries, then liquidation and stops, then limits that take profit. */
  trade(pair: PairState, time: number, length: number): void {
    this.#sweep(SWEEP.gappedEntries, pair, time, length);
    this.#phase++;
    this.#here = Number.NaN;
    this.#sweep(SWEEP.entries, pair, time, length);
    this.#tryLiquidations(pair, time, true);
    this.#sweep(SWEEP.stops, pair, time, length);
    this.#tryLiquidations(pair, time, false);
    this.#sweep(SWEEP.profits, pair, time, length);
    this.#phase--;
    if (!this.#underWay.isEmpty) this.#arrive(time + length, time, 0, null);
  }

  /** The end of the data: what still waits to enter never will. */
  refuseEntries(time: number): void {
    for (const order of this.#entries.splice(0)) this.#end(order, REJECTED, time, 'end_of_data');
  }

  /** Everything that waits to leave goes at the last price. */
  finish(time: number): void {
    for (const order of this.#exits.splice(0))
      if (order.isOpen) this.#fillMarket(order, sideOf(order.sign, order.slot.pair).close, time);
    this.#arrive(Number.POSITIVE_INFINITY, time, 0, null);
  }

  #take(effects: Effects, time: number, filled: Order | null): void {
    const { latency } = this.#options;
    // Before new stops and changes of price: an entry that fills on the way to its cancel does so before the stop beyond it.
    for (let k = 0; k < effects.cancels.length; k++) {
      const order = effects.cancels[k]!;
      if (!order.isOpen) continue;
      // What only reduces ends with its position, without a word of ours.
      if (latency > 0 && !(order.reduceOnly && order.slot.position === null)) {
        // A market order was sent before: it arrives first, and the cancel is too late.
        if (order.kind !== MARKET) this.#underWay.send(order, time + latency, 0);
        continue;
      }
      if (order.kind === MARKET) takeOut(order.purpose === ENTRY ? this.#entries : this.#exits, order);
      else this.#resting.remove(order);
      this.#answers.acknowledge(order, CANCELLED);
    }
    for (let k = 0; k < effects.submits.length; k++) {
      const order = effects.submits[k]!;
      order.arrivesAt = order.createdAt + latency;
      order.restingTicks = order.ticks;
      if (order.kind === MARKET) {
        if (order.purpose === ENTRY) append(this.#entries, order);
        else append(this.#exits, order);
      } else {
        // A stop that comes with an entry is there at once. One that a close makes travels, as a move would.
        if (order.kind === STOP && latency > 0 && filled === null) this.#underWay.sendStop(order, time + latency);
        this.#place(order, filled, time);
        order.takes = beginsBeyond(order, this.#phase, this.#here);
        this.#resting.add(order);
        this.#answers.acknowledge(order, WORKING);
      }
    }
    for (let k = 0; k < effects.amends.length; k++) {
      const order = effects.amends[k]!;
      if (latency > 0 && (filled === null || this.#underWay.has(order))) {
        this.#underWay.send(order, time + latency, order.ticks);
        continue;
      }
      this.#resting.unsettle(order.slot.pair);
      // What a partial exit resizes rests on as it was. A stop does so after any fill: a move of it may have arrived in this very candle.
      const staysPut = order.kind === STOP ? latency > 0 : filled?.reduceOnly;
      if (staysPut && order.ticks === order.restingTicks) continue;
      order.restingTicks = order.ticks;
      // What a close moves takes where it lies beyond the market.
      if (order.purpose === ENTRY || filled === null) order.arrivesAt = time;
      this.#place(order, filled?.reduceOnly ? null : filled, time);
      if (filled === null || !filled.reduceOnly) order.takes = beginsBeyond(order, this.#phase, this.#here);
    }
  }

  /** An order stands from now on. What protects a position does from where the entry arrived that it follows, a profit after a fill on the way. */
  #place(order: Order, entry: Order | null, time: number): void {
    const isNew = order.restingSince !== this.#phase;
    order.restingSince = this.#phase;
    if (entry === null || !order.reduceOnly) return;
    order.arrivesAt = Math.max(time, entry.arrivesAt, order.kind === LIMIT ? this.#wayEnds : 0);
    if (isNew && order.kind === STOP) followEntry(order, entry, this.#phase, this.#here);
  }

  /**
   * Cancels and changes of price that arrive before `until`. Up to then an order is as it was: with `length`, that of the candle at hand, it may fill
   * on the way there.
   */
  #arrive(until: number, time: number, length: number, candles: Candles | null): void {
    for (let change = this.#underWay.next(until); change !== null; change = this.#underWay.next(until)) {
      const { order, dueAt, ticks } = change;
      // Filled or ended before: too late, and nothing changes. It may also be at that price already.
      if (!order.isOpen || ticks === order.restingTicks) continue;
      const { pair } = order.slot;
      if (length > 0 && pair.isHere) {
        if (candles !== null) candles.show(pair);
        this.#tryUntil(order, pair, time, length, dueAt);
      }
      if (order.isOpen) this.#change(change, time);
    }
  }

  #change({ order, dueAt, ticks }: Change, time: number): void {
    if (ticks === 0) return this.#end(order, CANCELLED, time, null);
    this.#resting.unsettle(order.slot.pair);
    order.restingTicks = ticks;
    order.restingSince = this.#phase;
    order.arrivesAt = dueAt;
    order.takes = beginsBeyond(order, this.#phase, this.#here);
    if (order.purpose === ENTRY) this.accept(this.#answers.change(order, WORKING, null, time), time);
  }

  /** An order at its open and on the way from there to where the market is at `until`. */
  #tryUntil(order: Order, pair: PairState, time: number, length: number, until: number): void {
    if (order.kind === STOP) {
      const { sign, restingPrice: trigger } = order;
      const side = sideOf(sign, pair);
      // Most are not met in the whole candle.
      if (!reachesStop(sign, trigger, side) || !reachesStop(sign, trigger, wayTo(side, until - time, length))) return;
      // It may have come in this very candle, by a change that arrived before this one.
      const from = arrivalPrice(sign, side, order.arrivesAt - time, length);
      return this.#fillMarket(order, worseOf(sign, trigger, from), time);
    }
    this.#tryGappedLimit(order, pair, time);
    this.#wayEnds = until;
    if (order.isOpen) this.#tryLimit(order, pair, time, length, until);
    this.#wayEnds = 0;
  }

  /** Tries each resting order of a kind once per phase. */
  #sweep(what: number, pair: PairState, time: number, length: number): void {
    const orders = this.#resting.of(pair);
    const phase = this.#phase;
    for (let order = nextOf(what, orders, phase); order !== null; order = nextOf(what, orders, phase)) {
      order.seenAt = phase;
      if (what === SWEEP.gappedStops) {
        const { open } = sideOf(order.sign, pair);
        if (gapsStop(order.sign, order.restingPrice, open)) this.#fillMarket(order, open, time);
      } else if (what === SWEEP.stops) this.#tryStop(order, pair, time, length);
      else if (what === SWEEP.gappedEntries || what === SWEEP.gappedProfits) this.#tryGappedLimit(order, pair, time);
      else this.#tryLimit(order, pair, time, length, time + length);
    }
  }

  #drain(queue: Order[], time: number, length: number, candles: Candles | null): void {
    for (let k = 0; k < queue.length; ) {
      const order = queue[k]!;
      const { pair } = order.slot;
      if (!pair.isHere || order.arrivesAt >= time + length) {
        k++;
        continue;
      }
      takeOut(queue, order);
      if (candles !== null) candles.show(pair);
      this.#fillMarket(order, arrivalPrice(order.sign, sideOf(order.sign, pair), order.arrivesAt - time, length), time);
      // A fill may have withdrawn orders before this one.
      k = 0;
    }
  }

  /** A market order takes `price`, worsened by spread and slippage, stepped against it to the next tick. */
  #fillMarket(order: Order, price: number, time: number): void {
    const { slot, sign } = order;
    const { position, pair } = slot;
    if (order.reduceOnly && position === null) return this.#end(order, REJECTED, time, 'nothing_to_reduce');
    let lots = order.reduceOnly ? Math.min(order.restLots, position!.lots) : order.restLots;
    const paid = price * (1 + sign * worsening(this.#options, lots, pair));
    const ticks = Math.max(1, sign > 0 ? pair.instrument.ticksUp(paid) : pair.instrument.ticksDown(paid));
    if (order.purpose === ENTRY) {
      lots = this.#engine.ledger.affordableFor(order, lots, ticks);
      if (lots < 1 || lots < pair.instrument.minLots) return this.#end(order, REJECTED, time, 'insufficient_funds');
    }
    this.#here = price - sign * halfOf(pair);
    this.#report(order, ticks, lots, 0, false, time);
  }

  /** A limit that the market opens beyond, resting since before: filled at the open as a maker. */
  #tryGappedLimit(order: Order, pair: PairState, time: number): void {
    const { sign, restingPrice: limit } = order;
    const { open } = sideOf(sign, pair);
    if (order.arrivesAt >= time || !gapsLimit(sign, limit, open)) return;
    // Met before the open, in the candle that made it or for want of volume: no gap, so no better price.
    const isLate = gapsLimit(sign, limit, pair.last + sign * halfOf(pair));
    if (isLate && order.takes) return;
    // The market had come back to its other side: from there on it rests, whatever of it had taken before.
    order.takes = false;
    const ticks = sign > 0 ? pair.instrument.ticksUp(open) : pair.instrument.ticksDown(open);
    this.#fillLimit(order, pair, isLate ? order.restingTicks : ticks, true, time);
  }

  /**
   * A limit inside a candle: one that just arrived may take at once; one that rests fills when it is traded through.
   * @param until when it is gone, or the candle over
   */
  #tryLimit(order: Order, pair: PairState, time: number, length: number, until: number): void {
    const { sign, arrivesAt, restingTicks, restingPrice: limit } = order;
    const { instrument } = pair;
    const side = sideOf(sign, pair);
    if (arrivesAt >= until) return;
    if (arrivesAt >= time || order.restingSince === this.#phase - 1 || order.takes) {
      order.takes = false;
      const price = arrivalPrice(sign, side, arrivesAt - time, length);
      // In whole ticks: the way to there leaves binary noise, and a touch is no fill.
      if (sign > 0 ? instrument.ticksDown(price) < restingTicks : instrument.ticksUp(price) > restingTicks) {
        if (order.postOnly) return this.#end(order, EXPIRED, time, 'would_take');
        const paid = price * (1 + sign * worsening(this.#options, order.restLots, pair));
        const ticks = sign > 0 ? instrument.ticksUp(paid) : instrument.ticksDown(paid);
        const isBeyond = sign > 0 ? ticks > restingTicks : ticks < restingTicks;
        this.#here = price - sign * halfOf(pair);
        this.#fillLimit(order, pair, isBeyond ? restingTicks : ticks, false, time);
        // What the volume does not allow goes on taking in the next candle, also where that comes later.
        order.arrivesAt = time + length;
        order.takes = true;
        return;
      }
    }
    const met = metBetween(side, arrivesAt - time, until - time, length);
    if (!tradesThrough(sign, restingTicks, instrument, met)) return;
    if (order.purpose === ENTRY && leavesBefore(order, limit, pair)) return;
    this.#here = limit - sign * halfOf(pair);
    this.#fillLimit(order, pair, restingTicks, true, time);
  }

  /** Fills what the volume of the candle still allows. */
  #fillLimit(order: Order, pair: PairState, ticks: number, maker: boolean, time: number): void {
    const { slot } = order;
    const most = order.reduceOnly && slot.position !== null ? slot.position.lots : order.restLots;
    let lots = this.#volume.take(pair, this.#phase - (this.#phase & 1), Math.min(order.restLots, most));
    if (lots < 1) return;
    let rest = order.restLots - lots;
    if (order.purpose === ENTRY) {
      const affordable = this.#engine.ledger.affordableFor(order, lots, ticks);
      if (affordable < lots) {
        if (affordable < Math.max(1, pair.instrument.minLots))
          return this.#end(order, REJECTED, time, 'insufficient_funds');
        lots = affordable;
        rest = 0;
      }
    }
    this.#report(order, ticks, lots, rest, maker, time);
  }

  #tryStop(order: Order, pair: PairState, time: number, length: number): void {
    const { sign, restingPrice: trigger, restingSince, arrivesAt } = order;
    const side = sideOf(sign, pair);
    if (!reachesStop(sign, trigger, side)) return;
    // Made as the candle opened: the market may be beyond it already.
    const isArriving = restingSince === this.#phase - 1;
    const from = isArriving ? arrivalPrice(sign, side, arrivesAt - time, length) : trigger;
    this.#fillMarket(order, worseOf(sign, trigger, from), time);
  }

  /** Positions whose liquidation price is reached; with `beforeStops` only those whose stop is not nearer to the entry. */
  #tryLiquidations(pair: PairState, time: number, beforeStops: boolean): void {
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) {
      const { position } = slots[k]!;
      if (position === null) continue;
      const price = liquidationIn(position, pair, beforeStops);
      if (!Number.isNaN(price)) this.#liquidate(slots[k]!, position, price, time);
    }
  }

  #liquidate(slot: Slot, position: Position, price: number, time: number): void {
    const { sign, lots } = position;
    const order = new Order(this.#orderIds--, slot, LIQUIDATION, MARKET, -sign, 0, lots, time, null);
    this.#fillMarket(order, price, time);
  }

  /** @param rest lots that stay on the order */
  #report(order: Order, ticks: number, lots: number, rest: number, maker: boolean, time: number): void {
    const { slot } = order;
    this.#resting.unsettle(slot.pair);
    if (rest === 0 && order.kind !== MARKET) this.#resting.remove(order);
    const effects = this.#answers.fill(order, ticks, lots, rest, maker, time);
    const isOver = slot.position === null;
    this.accept(effects, time, order);
    if (!isOver || this.#underWay.isEmpty) return;
    for (const other of this.#underWay.reducing(slot)) this.#end(other, CANCELLED, time, null);
  }

  #end(order: Order, state: number, time: number, reason: string | null): void {
    this.#resting.remove(order);
    this.accept(this.#answers.change(order, state, reason, time), time);
  }
}
