import { append, empty, listOf, takeOut } from '../../../foundation/short-list.ts';
import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../order.ts';
import type { Position } from '../../position.ts';
import type { PairState, Slot } from '../../slot.ts';
import type { SlippageModel } from '../slippage.ts';
import { arrivalPrice, gapsLimit, gapsStop, reachesStop, sideOf, tradesThrough, worseOf } from './candle-prices.ts';
import { gapsLiquidation, type Resting, reachesLiquidation } from './resting.ts';

export interface VenueOptions {
  /** From decision to market, ns. */
  readonly latency: number;
  readonly slippage: SlippageModel;
  /** Half the spread, as a fraction of the price: takers pay it where the data has no bid and ask. */
  readonly halfSpread: number;
  /** Share of a candle's volume that resting limits may get. */
  readonly volumeShare: number;
}

/** Makes the candle at hand of a pair be seen in its state. */
interface Candles {
  show(pair: PairState): void;
}

/** What `#sweep` looks for. */
const SWEEP = { gappedStops: 0, gappedProfits: 1, gappedEntries: 2, entries: 3, stops: 4, profits: 5 } as const;

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
  /** Orders to be acknowledged, and the states that they reached. */
  readonly #acked = listOf<Order>();
  readonly #ackStates: number[] = [];
  readonly #fill: FillEvent;
  readonly #ack: OrderEvent;
  /** By pair: lots that resting limits may still get from the candle of that phase. */
  readonly #volumeLots: Float64Array;
  readonly #volumePhase: Float64Array;
  /** Even while a candle opens, odd inside it: tells orders that were there before from those made on the way. */
  #phase = 0;
  #orderIds = -1;
  /** Inside a candle: where the market (the middle of bid and ask) is known to have been last, by a fill of ours. NaN before. */
  #here = Number.NaN;

  /** @param pairs how many there are */
  constructor(engine: Engine, pairs: number, resting: Resting, options: VenueOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#resting = resting;
    this.#volumeLots = new Float64Array(pairs);
    this.#volumePhase = new Float64Array(pairs).fill(-1);
    const none = undefined as unknown as Order;
    this.#fill = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, rest: 0, fee: 0, maker: false };
    this.#ack = { kind: EVENT.order, time: 0, order: none, state: 0, reason: null };
  }

  get hasArriving(): boolean {
    return this.#exits.length > 0 || this.#entries.length > 0;
  }

  /** Takes an event's effects, acknowledges them, and so on until nothing is left to say. */
  accept(effects: Effects, time: number): void {
    this.#take(effects, time);
    const ack = this.#ack;
    for (let k = 0; k < this.#acked.length; k++) {
      ack.time = time;
      ack.order = this.#acked[k]!;
      ack.state = this.#ackStates[k]!;
      ack.reason = null;
      const more = this.#engine.order(ack);
      if (!more.isEmpty) this.#take(more, time);
    }
    if (this.#acked.length === 0) return;
    empty(this.#acked);
    empty(this.#ackStates);
  }

  /** A new candle begins. */
  begin(): void {
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
   * Market orders that have arrived fill at the open: exits of all pairs first, then entries. `length` is the candle's, ns.
   * @param candles shows the candles of pairs as they are needed; absent: all are shown
   */
  open(time: number, length: number, candles: Candles | null = null): void {
    this.#drain(this.#exits, time, length, candles);
    this.#drain(this.#entries, time, length, candles);
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
  }

  /** The end of the data: what still waits to enter never will. */
  refuseEntries(time: number): void {
    for (const order of this.#entries.splice(0)) this.#reject(order, time, 'end_of_data');
  }

  /** Everything that waits to leave goes at the last price. */
  finish(time: number): void {
    for (const order of this.#exits.splice(0))
      if (order.isOpen) this.#fillMarket(order, sideOf(order.sign, order.slot.pair).close, time);
  }

  #take(effects: Effects, time: number): void {
    for (let k = 0; k < effects.submits.length; k++) {
      const order = effects.submits[k]!;
      this.#resting.unsettle(order.slot.pair);
      order.arrivesAt = order.createdAt + this.#options.latency;
      order.restingSince = this.#phase;
      if (order.kind === ORDER_KIND.market) {
        if (order.purpose === PURPOSE.entry) append(this.#entries, order);
        else append(this.#exits, order);
      } else {
        this.#resting.add(order);
        this.#acknowledge(order, ORDER_STATE.working);
      }
    }
    for (let k = 0; k < effects.amends.length; k++) {
      const order = effects.amends[k]!;
      this.#resting.unsettle(order.slot.pair);
      order.restingSince = this.#phase;
      if (order.purpose === PURPOSE.entry) order.arrivesAt = time + this.#options.latency;
    }
    for (let k = 0; k < effects.cancels.length; k++) {
      const order = effects.cancels[k]!;
      if (!order.isOpen) continue;
      this.#resting.unsettle(order.slot.pair);
      if (order.kind === ORDER_KIND.market)
        takeOut(order.purpose === PURPOSE.entry ? this.#entries : this.#exits, order);
      else this.#resting.remove(order);
      this.#acknowledge(order, ORDER_STATE.cancelled);
    }
  }

  #acknowledge(order: Order, state: number): void {
    append(this.#acked, order);
    append(this.#ackStates, state);
  }

  /** Tries each resting order of a kind once per phase. Fills change the list, so it starts over after each. */
  #sweep(what: number, pair: PairState, time: number, length: number): void {
    const orders = this.#resting.of(pair);
    const phase = this.#phase;
    for (let k = 0; k < orders.length; ) {
      const order = orders[k]!;
      // What came to rest in this very phase may have missed the price that would fill it; a stop is taken to be there at once.
      const isNew = order.restingSince === phase && order.kind !== ORDER_KIND.stop;
      if (order.seenAt === phase || isNew || !sweeps(what, order)) {
        k++;
        continue;
      }
      order.seenAt = phase;
      if (what === SWEEP.gappedStops) {
        const { open } = sideOf(order.sign, pair);
        if (gapsStop(order.sign, order.price, open)) this.#fillMarket(order, open, time);
      } else if (what === SWEEP.stops) this.#tryStop(order, pair, time);
      else if (what === SWEEP.gappedEntries || what === SWEEP.gappedProfits) this.#tryGappedLimit(order, pair, time);
      else this.#tryLimit(order, pair, time, length);
      k = 0;
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
      const { sign, arrivesAt } = order;
      this.#fillMarket(order, arrivalPrice(sign, sideOf(sign, pair), arrivesAt - time, length), time);
      // A fill may have withdrawn orders before this one.
      k = 0;
    }
  }

  /** A market order takes `price`, worsened by spread and slippage, stepped against it to the next tick. */
  #fillMarket(order: Order, price: number, time: number): void {
    const { slot, sign } = order;
    const { instrument } = slot.pair;
    const { position } = slot;
    if (order.reduceOnly && position === null) return this.#reject(order, time, 'nothing_to_reduce');
    let lots = order.reduceOnly ? Math.min(order.restLots, position!.lots) : order.restLots;
    const paid = price * (1 + sign * this.#worsening(lots, slot.pair));
    const ticks = Math.max(1, sign > 0 ? instrument.ticksUp(paid) : instrument.ticksDown(paid));
    if (order.purpose === PURPOSE.entry) {
      lots = this.#engine.ledger.affordableFor(order, lots, ticks);
      if (lots < 1 || lots < instrument.minLots) return this.#reject(order, time, 'insufficient_funds');
    }
    this.#here = price - sign * halfOf(slot.pair);
    this.#report(order, ticks, lots, 0, false, time);
  }

  /** A limit that the market opens beyond, resting since before: filled at the open as a maker. */
  #tryGappedLimit(order: Order, pair: PairState, time: number): void {
    const { sign } = order;
    const { open } = sideOf(sign, pair);
    if (order.arrivesAt >= time || !gapsLimit(sign, order.price, open)) return;
    const ticks = sign > 0 ? pair.instrument.ticksUp(open) : pair.instrument.ticksDown(open);
    this.#fillLimit(order, pair, ticks, true, time);
  }

  /** A limit inside a candle: one that just arrived may take at once; one that rests fills when it is traded through. */
  #tryLimit(order: Order, pair: PairState, time: number, length: number): void {
    const { sign, arrivesAt } = order;
    const { instrument } = pair;
    if (arrivesAt >= time + length) return;
    const limit = order.price;
    const side = sideOf(sign, pair);
    if (arrivesAt >= time || order.restingSince === this.#phase - 1) {
      const price = arrivalPrice(sign, side, arrivesAt - time, length);
      if (gapsLimit(sign, limit, price)) {
        if (order.postOnly) return this.#end(order, ORDER_STATE.expired, time, 'would_take');
        const paid = price * (1 + sign * this.#worsening(order.restLots, pair));
        const ticks = sign > 0 ? instrument.ticksUp(paid) : instrument.ticksDown(paid);
        const isBeyond = sign > 0 ? ticks > order.ticks : ticks < order.ticks;
        return this.#fillLimit(order, pair, isBeyond ? order.ticks : ticks, false, time);
      }
    }
    if (!tradesThrough(sign, order.ticks, instrument, side)) return;
    if (order.purpose === PURPOSE.entry && leavesBefore(order, limit, pair)) return;
    this.#here = limit - sign * halfOf(pair);
    this.#fillLimit(order, pair, order.ticks, true, time);
  }

  /** Fills what the volume of the candle still allows. */
  #fillLimit(order: Order, pair: PairState, ticks: number, maker: boolean, time: number): void {
    const { slot } = order;
    let lots = order.restLots;
    if (order.reduceOnly && slot.position !== null) lots = Math.min(lots, slot.position.lots);
    if (pair.volumeLimits) {
      const p = pair.index;
      const candle = this.#phase - (this.#phase & 1);
      if (this.#volumePhase[p] !== candle) {
        this.#volumePhase[p] = candle;
        this.#volumeLots[p] = pair.instrument.lots(this.#options.volumeShare * pair.volume);
      }
      lots = Math.min(lots, this.#volumeLots[p]!);
      if (lots < 1) return;
      this.#volumeLots[p]! -= lots;
    }
    let rest = order.restLots - lots;
    if (order.purpose === PURPOSE.entry) {
      const affordable = this.#engine.ledger.affordableFor(order, lots, ticks);
      if (affordable < lots) {
        if (affordable < Math.max(1, pair.instrument.minLots)) return this.#reject(order, time, 'insufficient_funds');
        lots = affordable;
        rest = 0;
      }
    }
    this.#report(order, ticks, lots, rest, maker, time);
  }

  #tryStop(order: Order, pair: PairState, time: number): void {
    const { sign } = order;
    const trigger = order.price;
    const side = sideOf(sign, pair);
    if (!reachesStop(sign, trigger, side)) return;
    // Made on the way: the market may be beyond it already. Made as the candle opened: likewise.
    const { restingSince } = order;
    const here = this.#here + sign * halfOf(pair);
    const from = restingSince === this.#phase ? here : restingSince === this.#phase - 1 ? side.open : trigger;
    this.#fillMarket(order, Number.isNaN(from) ? trigger : worseOf(sign, trigger, from), time);
  }

  /** Positions whose liquidation price is reached; with `beforeStops` only those whose stop is not nearer to the entry. */
  #tryLiquidations(pair: PairState, time: number, beforeStops: boolean): void {
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) {
      const { position } = slots[k]!;
      if (position === null || !reachesLiquidation(position, pair)) continue;
      const { sign, liquidation, stopTicks } = position;
      if (beforeStops && stopTicks > 0 && sign * (pair.instrument.price(stopTicks) - liquidation) >= 0) continue;
      // The mark price may reach it where trades do not: then the worst trade of the candle is taken.
      const { low, high } = sideOf(-sign, pair);
      this.#liquidate(slots[k]!, position, Math.min(Math.max(liquidation, low), high), time);
    }
  }

  #liquidate(slot: Slot, position: Position, price: number, time: number): void {
    const { sign, lots } = position;
    const { market } = ORDER_KIND;
    const order = new Order(this.#orderIds--, slot, PURPOSE.liquidation, market, -sign, 0, lots, time, null);
    this.#fillMarket(order, price, time);
  }

  #worsening(lots: number, pair: PairState): number {
    const { halfSpread, slippage } = this.#options;
    return (pair.quotes === null ? halfSpread : 0) + slippage(pair.instrument.amount(lots), pair);
  }

  /** @param rest lots that stay on the order */
  #report(order: Order, ticks: number, lots: number, rest: number, maker: boolean, time: number): void {
    this.#resting.unsettle(order.slot.pair);
    const { instrument } = order.slot.pair;
    if (rest === 0 && order.kind !== ORDER_KIND.market) this.#resting.remove(order);
    const fill = this.#fill;
    fill.time = time;
    fill.order = order;
    fill.ticks = ticks;
    fill.lots = lots;
    fill.rest = rest;
    fill.fee = instrument.amount(lots) * instrument.price(ticks) * (maker ? instrument.makerFee : instrument.takerFee);
    fill.maker = maker;
    this.accept(this.#engine.fill(fill), time);
  }

  #reject(order: Order, time: number, reason: string): void {
    this.#end(order, ORDER_STATE.rejected, time, reason);
  }

  #end(order: Order, state: number, time: number, reason: string): void {
    this.#resting.unsettle(order.slot.pair);
    this.#resting.remove(order);
    const ack = this.#ack;
    ack.time = time;
    ack.order = order;
    ack.state = state;
    ack.reason = reason;
    this.accept(this.#engine.order(ack), time);
  }
}

/** An addition that lies beyond its position's stop or liquidation price: on the way to it the position would have been left. */
function leavesBefore(order: Order, limit: number, pair: PairState): boolean {
  const { position } = order.slot;
  if (position === null) return false;
  const { sign, stopTicks, liquidation } = position;
  if (stopTicks > 0 && sign * (pair.instrument.price(stopTicks) - limit) >= 0) return true;
  return liquidation > 0 && sign * (liquidation - limit) >= 0 && reachesLiquidation(position, pair);
}

/** Half of what lies between bid and ask, where the data has them. */
function halfOf({ quotes }: PairState): number {
  return quotes === null ? 0 : quotes.half;
}

function sweeps(what: number, { kind, purpose }: Order): boolean {
  if (what === SWEEP.gappedStops || what === SWEEP.stops) return kind === ORDER_KIND.stop;
  if (what === SWEEP.gappedEntries || what === SWEEP.entries) return purpose === PURPOSE.entry;
  return kind === ORDER_KIND.limit && purpose !== PURPOSE.entry;
}
