import type { BookBroker } from '../book/book-broker.ts';
import { NO_LEVEL_ABOVE, NO_LEVEL_BELOW } from '../book/ladder-side.ts';
import { Markouts } from '../book/markouts.ts';
import { PnlSplit } from '../book/pnl-split.ts';
import type { Instrument } from '../domain/tradable.ts';
import type { BookedFill } from '../engine/fills/book/book-venue.ts';
import type { MicroMarket } from '../microstructure/micro-market.ts';
import type { Decision } from '../strategy/quotes.ts';

/** Levels of each side that a sample keeps. */
const LEVELS = 10;
/** Decisions kept whole; counts go on. */
const MAX_DECISIONS = 20_000;

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
  readonly spreadPnl: number;
  readonly inventoryPnl: number;
  readonly fees: number;
  readonly features: Readonly<Record<string, number>>;
}

/** Watches a run on ticks for its result and page: samples, fills, P&L split, markouts, decisions. Changes nothing. */
export class TickRecorder {
  readonly samples: TickSample[] = [];
  readonly fills: (BookedFill & { readonly mid: number })[] = [];
  readonly split = new PnlSplit();
  readonly markouts = new Markouts();
  readonly decisions: Decision[] = [];
  /** By `gate: reason`, passed and not. */
  readonly decisionCounts = new Map<string, { passed: number; refused: number }>();
  readonly #instrument: Instrument;
  readonly #last = new Map<string, string>();

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
  }

  /** The mid changed. Engine time, ns. */
  onMid(time: number, mid: number): void {
    this.markouts.advance(time, this.split.mid);
    this.split.onMid(mid);
  }

  onFill(fill: BookedFill): void {
    const price = this.#instrument.price(fill.ticks);
    const amount = this.#instrument.amount(fill.lots);
    this.split.onFill(fill.sign, price, amount, fill.fee);
    this.markouts.onFill(fill.time, fill.sign, price, amount);
    this.fills.push({ ...fill, mid: this.split.mid });
  }

  /** Keeps a decision where it differs from the gate's last one; counts all. */
  decide(time: number, gate: string, passed: boolean, reason: string, value: number): void {
    const key = `${gate}: ${reason}`;
    const count = this.decisionCounts.get(key) ?? { passed: 0, refused: 0 };
    count[passed ? 'passed' : 'refused']++;
    this.decisionCounts.set(key, count);
    const said = `${passed}${reason}`;
    if (this.#last.get(gate) === said || this.decisions.length >= MAX_DECISIONS) return;
    this.#last.set(gate, said);
    this.decisions.push({ time, gate, passed, reason, value });
  }

  sample(time: number, broker: BookBroker, equity: number, micro: MicroMarket | null): void {
    const { bids, asks, bestBid, bestAsk } = broker.book;
    const near: { bids: [number, number][]; asks: [number, number][] } = { bids: [], asks: [] };
    for (let t = bestBid; t !== NO_LEVEL_BELOW && near.bids.length < LEVELS; t = bids.nextBelow(t))
      near.bids.push([t, bids.get(t)]);
    for (let t = bestAsk; t !== NO_LEVEL_ABOVE && near.asks.length < LEVELS; t = asks.nextAbove(t))
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
