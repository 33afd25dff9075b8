import type { BookBroker } from '../../book/book-broker.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../../book/ladder-side.ts';
import { Markouts } from '../../book/markouts.ts';
import { PnlSplit } from '../../book/pnl-split.ts';
import { RecordLog } from '../../columns/record-log.ts';
import type { Instrument } from '../../domain/tradable.ts';
import type { BookedFill } from '../../engine/fills/book/book-venue.ts';
import type { MicroMarket } from '../../microstructure/micro-market.ts';

/** Levels of each side that a sample keeps. */
const LEVELS = 10;

/** The market and the trader at one moment. Prices in ticks, sizes in lots. */
export interface TickSample {
  /** ms UTC. */
  readonly time: number;
  readonly bids: readonly (readonly [ticks: number, lots: number])[];
  readonly asks: readonly (readonly [ticks: number, lots: number])[];
  /** Resting own orders: side, price, lots, estimated lots ahead. */
  readonly own: readonly (readonly [sign: number, ticks: number, lots: number, front: number])[];
  readonly inventory: number;
  readonly equity: number;
  /** NaN without both sides. */
  readonly mid: number;
  readonly spreadPnl: number;
  readonly inventoryPnl: number;
  readonly fees: number;
  readonly features: Readonly<Record<string, number>>;
}

/** Watches one market of a run on ticks for its result and page: samples, fills, P&L split, markouts. Changes nothing. */
export class TickRecorder {
  readonly samples: TickSample[] = [];
  /** Own fills in order: engine time, ns; ticks, lots, quote units. */
  readonly fills = new RecordLog(['time', 'sign', 'ticks', 'lots', 'fee', 'isMaker', 'isQuote', 'mid']);
  readonly split = new PnlSplit();
  readonly markouts = new Markouts();
  readonly #instrument: Instrument;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
  }

  /** Engine time at which it next wants to know the mid, ns. */
  get nextDue(): number {
    return this.markouts.nextDue;
  }

  /** The mid as of `time`, ns. */
  advance(time: number, mid: number): void {
    if (time >= this.markouts.nextDue) this.markouts.advance(time, mid);
  }

  /** A fill from before the first book (one of the session before, heard late) has nothing to be measured against. */
  onFill(fill: BookedFill, mid: number): void {
    if (!(mid > 0)) return;
    const price = this.#instrument.price(fill.ticks);
    const amount = this.#instrument.amount(fill.lots);
    this.split.onMid(mid);
    this.split.onFill(fill.sign, price, amount, fill.fee);
    this.markouts.onFill(fill.time, fill.sign, price, amount);
    const at = this.fills.append();
    const { data } = this.fills;
    data[at] = fill.time;
    data[at + 1] = fill.sign;
    data[at + 2] = fill.ticks;
    data[at + 3] = fill.lots;
    data[at + 4] = fill.fee;
    data[at + 5] = fill.isMaker ? 1 : 0;
    data[at + 6] = fill.isQuote ? 1 : 0;
    data[at + 7] = mid;
  }

  /** A funding row: rate and mark price. */
  onFunding(rate: number, mark: number): void {
    this.split.onFunding(rate, mark);
  }

  sample(time: number, broker: BookBroker, equity: number, micro: MicroMarket | null, mid: number): void {
    this.split.onMid(mid);
    const { bids, asks, bestBid, bestAsk } = broker.book;
    const near: { bids: [number, number][]; asks: [number, number][] } = { bids: [], asks: [] };
    for (let t = bestBid; t !== NO_LEVEL_BELOW && near.bids.length < LEVELS; t = bids.next(t))
      near.bids.push([t, bids.get(t)]);
    for (let t = bestAsk; t !== NO_LEVEL_ABOVE && near.asks.length < LEVELS; t = asks.next(t))
      near.asks.push([t, asks.get(t)]);
    const own: [number, number, number, number][] = [];
    for (const order of broker.exchange.openOrders)
      if (!broker.exchange.isSleeping(order)) own.push([order.side, order.price, order.left, Math.max(0, order.front)]);
    const { split } = this;
    this.samples.push({
      time,
      ...near,
      own,
      inventory: split.position,
      equity,
      mid,
      spreadPnl: split.spread,
      inventoryPnl: split.inventory,
      fees: split.fees,
      features: micro ? featuresOf(micro) : {},
    });
  }
}

function featuresOf(micro: MicroMarket): Record<string, number> {
  return {
    vpin: micro.vpin?.value ?? Number.NaN,
    ofi: micro.ofi.z,
    cvd: micro.cvd.value,
    hurst: micro.hurst.value,
    ou: micro.ou.signal,
    regime: micro.regime.multiplier,
    resilience: micro.liquidity.resilience,
    depthImbalance: micro.liquidity.depthImbalance,
    realisedSpreadBps: micro.spreads.realisedSpread,
    tradesPerSecond: micro.trades.perSecond,
    bidFlicker: micro.bidFlicker.score,
    askFlicker: micro.askFlicker.score,
  };
}
