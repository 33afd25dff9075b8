import type { Engine } from '../../engine.ts';
import { type Effects, EVENT, type FillEvent, type OrderEvent } from '../../events.ts';
import { ORDER_KIND, ORDER_STATE, Order, PURPOSE } from '../../order.ts';
import type { PairState, Slot } from '../../slot.ts';
import type { SlippageModel } from '../slippage.ts';

export interface VenueOptions {
  /** From decision to market, ns. */
  readonly latency: number;
  readonly slippage: SlippageModel;
  /** Half the spread, as a fraction of the price: takers pay it. */
  readonly halfSpread: number;
  /** Share of a candle's volume that resting limits may get. */
  readonly volumeShare: number;
}

/**
 * The simulated exchange of the `honest` profile: fills orders against one candle at a time, pessimistic where a candle cannot tell.
 * It knows orders and candles, and answers only with events.
 */
export class CandleVenue {
  readonly #engine: Engine;
  readonly #options: VenueOptions;
  readonly #resting: Order[][];
  readonly #exits: Order[] = [];
  readonly #entries: Order[] = [];
  readonly #acks: { order: Order; state: number; reason: string | null }[] = [];
  readonly #fill: FillEvent;
  readonly #ack: OrderEvent;
  /** Even while a candle opens, odd inside it: tells orders that were there before from those made on the way. */
  #phase = 0;
  #orderIds = -1;

  constructor(engine: Engine, pairs: readonly PairState[], options: VenueOptions) {
    this.#engine = engine;
    this.#options = options;
    this.#resting = pairs.map(() => []);
    const none = undefined as unknown as Order;
    this.#fill = { kind: EVENT.fill, time: 0, order: none, ticks: 0, lots: 0, fee: 0, maker: false };
    this.#ack = { kind: EVENT.order, time: 0, order: none, state: 0, reason: null };
  }

  get hasArriving(): boolean {
    return this.#exits.length > 0 || this.#entries.length > 0;
  }

  /** Something of the pair can happen inside its candle: a resting order trades, a position is liquidated. */
  watches(pair: PairState): boolean {
    if (this.#resting[pair.index]!.length > 0) return true;
    const { slots } = pair;
    for (let k = 0; k < slots.length; k++) if (slots[k]!.position !== null) return true;
    return false;
  }

  /** Takes an event's effects, acknowledges them, and so on until nothing is left to say. */
  accept(effects: Effects, time: number): void {
    this.#take(effects);
    for (let k = 0; k < this.#acks.length; k++) {
      const { order, state, reason } = this.#acks[k]!;
      const ack = this.#ack;
      ack.time = time;
      ack.order = order;
      ack.state = state;
      ack.reason = reason;
      const more = this.#engine.process(ack);
      if (!more.isEmpty) this.#take(more);
    }
    this.#acks.length = 0;
  }

  /** A new candle begins. */
  begin(): void {
    this.#phase += 2;
  }

  /** Market orders that have arrived fill at the open: exits of all pairs first, then entries. `length` is the candle's, ns. */
  open(time: number, length: number): void {
    this.#drain(this.#exits, time, length);
    this.#drain(this.#entries, time, length);
  }

  /** Resting orders of one pair against its candle: entries, then liquidation and stops, then limits that take profit. */
  trade(pair: PairState, time: number): void {
    this.#phase++;
    this.#sweep(pair, time, isEntry);
    for (const slot of pair.slots)
      if (slot.position !== null && slot.position.liquidation > 0) this.#tryLiquidation(slot, time);
    this.#sweep(pair, time, isStop);
    this.#sweep(pair, time, isProfit);
    this.#phase--;
  }

  /** Everything that waits to leave goes at the last price: the end of the data. */
  finish(time: number): void {
    for (const order of this.#entries.splice(0)) this.#reject(order, time, 'end_of_data');
    for (const order of this.#exits.splice(0)) if (order.isOpen) this.#fillMarket(order, order.slot.pair.close, time);
  }

  #take(effects: Effects): void {
    for (let k = 0; k < effects.submits.length; k++) {
      const order = effects.submits[k]!;
      order.arrivesAt = order.createdAt + this.#options.latency;
      order.restingSince = this.#phase;
      if (order.kind === ORDER_KIND.market) (order.purpose === PURPOSE.entry ? this.#entries : this.#exits).push(order);
      else {
        this.#resting[order.slot.pair.index]!.push(order);
        this.#acks.push({ order, state: ORDER_STATE.working, reason: null });
      }
    }
    for (let k = 0; k < effects.cancels.length; k++) {
      const order = effects.cancels[k]!;
      if (!order.isOpen) continue;
      remove(this.#resting[order.slot.pair.index]!, order);
      remove(this.#entries, order);
      remove(this.#exits, order);
      this.#acks.push({ order, state: ORDER_STATE.cancelled, reason: null });
    }
  }

  /** Tries each resting order of a kind once. Fills change the list, so it starts over after each. */
  #sweep(pair: PairState, time: number, wanted: (order: Order) => boolean): void {
    const orders = this.#resting[pair.index]!;
    const phase = this.#phase;
    for (let k = 0; k < orders.length; ) {
      const order = orders[k]!;
      if (order.seenAt === phase || !wanted(order)) {
        k++;
        continue;
      }
      order.seenAt = phase;
      if (order.kind === ORDER_KIND.stop) this.#tryStop(order, pair, time);
      // A limit that came to rest inside this candle may have missed the price that would have filled it.
      else if (order.purpose === PURPOSE.entry || order.restingSince !== phase) this.#tryLimit(order, pair, time);
      k = 0;
    }
  }

  #drain(queue: Order[], time: number, length: number): void {
    for (let k = 0; k < queue.length; ) {
      const order = queue[k]!;
      const { pair } = order.slot;
      if (!pair.isHere || order.arrivesAt >= time + length) {
        k++;
        continue;
      }
      queue.splice(k, 1);
      // Between open and close we only know both ends: price is taken to move straight, and never better than the open.
      const along = Math.max(0, order.arrivesAt - time) / length;
      const moved = pair.open + (pair.close - pair.open) * along;
      this.#fillMarket(order, order.sign > 0 ? Math.max(pair.open, moved) : Math.min(pair.open, moved), time);
    }
  }

  /** A market order takes `price`, worsened by spread and slippage, stepped against it to the next tick. */
  #fillMarket(order: Order, price: number, time: number): void {
    const { slot } = order;
    const { instrument } = slot.pair;
    const { position } = slot;
    if (order.reduceOnly && position === null) return this.#reject(order, time, 'nothing_to_reduce');
    let lots = order.reduceOnly ? Math.min(order.restLots, position!.lots) : order.restLots;
    const worse = this.#options.halfSpread + this.#options.slippage(instrument.amount(lots), slot.pair);
    const paid = price * (1 + order.sign * worse);
    const ticks = Math.max(1, order.sign > 0 ? instrument.ticksUp(paid) : instrument.ticksDown(paid));
    if (order.purpose === PURPOSE.entry) {
      lots = this.#engine.ledger.affordable(
        slot,
        lots,
        ticks,
        instrument.takerFee,
        position?.leverage ?? order.leverage,
      );
      if (lots < 1 || lots < instrument.minLots) return this.#reject(order, time, 'insufficient_funds');
      order.lots = order.filledLots + lots;
    } else if (lots < order.restLots) order.lots = order.filledLots + lots;
    this.#report(order, ticks, lots, false, time);
  }

  /** A limit fills when traded through by a tick, or at the open when the market gaps beyond it; for a share of the volume at most. */
  #tryLimit(order: Order, pair: PairState, time: number): void {
    const { instrument } = pair;
    const { slot, sign } = order;
    const limit = instrument.price(order.ticks);
    const through = instrument.price(order.ticks - sign);
    const gapped = sign * (limit - pair.open) > 0;
    if (!gapped && !(sign * (through - (sign > 0 ? pair.low : pair.high)) >= 0)) return;
    let lots = order.restLots;
    if (pair.volumeLimits) lots = Math.min(lots, instrument.lots(this.#options.volumeShare * pair.volume));
    if (order.reduceOnly && slot.position !== null) lots = Math.min(lots, slot.position.lots);
    if (lots < 1) return;
    const maker = !gapped || order.arrivesAt < time;
    if (order.purpose === PURPOSE.entry) {
      const leverage = slot.position?.leverage ?? order.leverage;
      const affordable = this.#engine.ledger.affordable(slot, lots, order.ticks, instrument.takerFee, leverage);
      if (affordable < lots) {
        if (affordable < Math.max(1, instrument.minLots)) return this.#reject(order, time, 'insufficient_funds');
        lots = affordable;
        order.lots = order.filledLots + lots;
      }
    }
    const price = gapped ? pair.open : limit;
    this.#report(order, sign > 0 ? instrument.ticksUp(price) : instrument.ticksDown(price), lots, maker, time);
  }

  #tryStop(order: Order, pair: PairState, time: number): void {
    const { sign } = order;
    const trigger = pair.instrument.price(order.ticks);
    if (!(sign * ((sign > 0 ? pair.high : pair.low) - trigger) >= 0)) return;
    const gapped = sign * (pair.open - trigger) >= 0 && order.restingSince < this.#phase;
    this.#fillMarket(order, gapped ? pair.open : trigger, time);
  }

  /** The venue closes a position whose liquidation price is reached before its stop. */
  #tryLiquidation(slot: Slot, time: number): void {
    const { pair } = slot;
    const position = slot.position!;
    const { sign, liquidation } = position;
    const reach = sign > 0 ? pair.markLow : pair.markHigh;
    if (!(sign * (liquidation - reach) >= 0)) return;
    const gapped = sign * (liquidation - pair.open) >= 0;
    const stop = position.stopTicks > 0 ? pair.instrument.price(position.stopTicks) : Number.NaN;
    if (!gapped && sign * (stop - liquidation) >= 0) return;
    const order = new Order(
      this.#orderIds--,
      slot,
      PURPOSE.liquidation,
      ORDER_KIND.market,
      -sign,
      0,
      position.lots,
      time,
      null,
    );
    this.#fillMarket(order, gapped ? pair.open : liquidation, time);
  }

  #report(order: Order, ticks: number, lots: number, maker: boolean, time: number): void {
    const { instrument } = order.slot.pair;
    if (lots >= order.restLots) remove(this.#resting[order.slot.pair.index]!, order);
    const fill = this.#fill;
    fill.time = time;
    fill.order = order;
    fill.ticks = ticks;
    fill.lots = lots;
    fill.fee = instrument.amount(lots) * instrument.price(ticks) * (maker ? instrument.makerFee : instrument.takerFee);
    fill.maker = maker;
    this.accept(this.#engine.process(fill), time);
  }

  #reject(order: Order, time: number, reason: string): void {
    remove(this.#resting[order.slot.pair.index]!, order);
    const ack = this.#ack;
    ack.time = time;
    ack.order = order;
    ack.state = ORDER_STATE.rejected;
    ack.reason = reason;
    this.accept(this.#engine.process(ack), time);
  }
}

const isEntry = (order: Order) => order.purpose === PURPOSE.entry;
const isStop = (order: Order) => order.kind === ORDER_KIND.stop;
const isProfit = (order: Order) => order.kind === ORDER_KIND.limit && order.purpose !== PURPOSE.entry;

function remove(list: Order[], order: Order): void {
  const at = list.indexOf(order);
  if (at >= 0) list.splice(at, 1);
}
