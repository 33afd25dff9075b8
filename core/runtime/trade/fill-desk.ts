import type { Instrument } from '../../domain/tradable.ts';
import { EVENT } from '../../engine/events.ts';
import { ORDER_KIND, Order, PURPOSE } from '../../engine/order.ts';
import type { PairState, Slot } from '../../engine/slot.ts';
import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { ExchangeFill, ExchangePort } from '../../ports/exchange.ts';
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
}

/** Books each fill of the account once, on the order that it belongs to. */
export class FillDesk {
  readonly #broker: LiveBroker;
  readonly #states: ReadonlyMap<string, PairState>;
  readonly #loop: () => TradeLoop;
  readonly #parts: FillDeskParts;
  readonly #seen = new Set<string>();
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
    const { pair, exchangeId } = fill;
    const state = this.#states.get(pair);
    if (state === undefined || this.#isBooked(fill)) return;
    if (Number.isNaN(fill.fee)) return this.wanted(pair);
    const { orderId, clientOrderId } = fill;
    const found = this.#broker.find({ clientOrderId, exchangeId: orderId });
    if (found) this.#book(found.live, found.attempt, fill);
    else if (fill.isLiquidation || this.#liquidations.has(`${pair} ${orderId}`))
      this.#bookForeign(state, fill, 'liquidation');
    else if (!this.#strays.some((s) => s.fill.exchangeId === exchangeId && s.fill.pair === pair))
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
   * Strays that nobody claimed are somebody else's. What takes off our position is booked as closed outside; everything else is only told.
   * Inside a turn.
   */
  settleStrays(): void {
    this.onNames();
    const { clock, log } = this.#parts;
    for (const { fill, heardAt } of this.#strays.splice(0)) {
      const isOpen = [...this.#broker.orders.values()].some(
        (o) => o.isDoubtful && o.order.slot.pair.pair === fill.pair,
      );
      if (isOpen || clock.now() - heardAt < STRAY_MS) {
        this.#strays.push({ fill, heardAt });
        continue;
      }
      this.#remember(fill);
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

  #remember({ pair, exchangeId, at }: ExchangeFill): void {
    this.#seen.add(`${pair} ${exchangeId}`);
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.values().next().value!);
    this.#loop().keepCursor(`fills:${pair}`, String(at));
  }

  #book(live: LiveOrder, attempt: Attempt, fill: ExchangeFill): void {
    const { order } = live;
    const { instrument } = order.slot.pair;
    const lots = Math.round(fill.amount / instrument.lot);
    if (order.purpose !== PURPOSE.entry && order.slot.position === null) {
      // Nothing of ours is left to take off: the venue's position must differ from the books.
      this.#remember(fill);
      this.#parts.log('error', 'fill.without-position', { pair: fill.pair, order: order.id, amount: fill.amount });
      return this.#parts.onDoubt(fill.pair, 'a fill without a position');
    }
    this.#remember(fill);
    // A fill may be heard before the answer to the request: it names the order, too.
    if (!attempt.isTrigger) attempt.exchangeId ??= fill.orderId;
    attempt.booked += lots;
    if (attempt.booked >= attempt.lots) {
      attempt.state = 'ended';
      attempt.end = 'filled';
      attempt.claimed = Math.max(attempt.claimed, attempt.booked);
    }
    const rest = Math.max(0, order.restLots - lots);
    this.#give(order, fill, lots, rest);
    this.#broker.drive(live);
  }

  /** Somebody else's fill, the venue's own included: only what takes off positions of ours is booked. */
  #bookForeign(state: PairState, fill: ExchangeFill, reason: string): void {
    this.#remember(fill);
    const sign = fill.side === 'buy' ? 1 : -1;
    this.#parts.onDoubt(fill.pair, reason);
    // On spot they may have been coins of the account's owner: what is missing of ours shows in what is held.
    if (this.#parts.exchange.kind === 'spot') return;
    const { time } = this.#loop();
    const isLiquidation = reason === 'liquidation';
    const total = Math.round(fill.amount / state.instrument.lot);
    let left = total;
    for (const slot of state.slots as Slot[]) {
      if (slot.position === null || slot.position.sign !== -sign || left < 1) continue;
      const lots = Math.min(slot.position.lots, left);
      const purpose = isLiquidation ? PURPOSE.liquidation : PURPOSE.exit;
      const order = new Order(this.#foreignIds--, slot, purpose, ORDER_KIND.market, sign, 0, lots, time, null);
      if (!isLiquidation) order.reason = reason;
      // A fill that takes off several positions is booked in parts, each with a name of its own.
      const exchangeId = left === total ? fill.exchangeId : `${fill.exchangeId}-${order.id}`;
      this.#give(order, { ...fill, exchangeId, fee: (fill.fee * lots) / total }, lots, 0);
      left -= lots;
    }
    if (left === total || !isLiquidation) return;
    const loop = this.#loop();
    loop.decide({
      kind: 'alert',
      pair: fill.pair,
      reason: 'the position was liquidated: no more entries until "resume"',
    });
    loop.command({ name: 'stop-entries' });
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

/** Liquidations and settlements happen at prices off the grid, too: those stay as they are. */
function ticksOf(instrument: Instrument, price: number): number {
  const near = instrument.ticksNear(price);
  return Math.abs(instrument.price(near) - price) <= 1e-9 * price ? near : price / instrument.tick;
}
