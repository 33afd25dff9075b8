import type { Instrument } from '../domain/tradable.ts';
import type { Side } from '../domain/trade.ts';
import type { PositionView } from '../domain/views.ts';
import type { PositionContext } from '../strategy/strategy.ts';
import type { Order } from './order.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/**
 * A position from its first entry fill to its last exit fill. Inventory in whole lots; money in stake currency. Written only by the ledger
 * (fills, funding) and the position manager (stops, orders). Long and short are `sign` 1 and -1. Fields are declared or begin as numbers: a
 * number that begins as undefined is boxed anew at each change.
 */
export class Position implements PositionView {
  declare readonly id: number;
  declare readonly slot: Slot;
  declare readonly instrument: Instrument;
  declare readonly sign: 1 | -1;
  declare readonly leverage: number;
  declare readonly entryTag: string | null;
  /** Engine time of the first entry fill, ns. */
  declare readonly openedAt: number;
  readonly #clock: EngineClock;

  /** Base units held: kept beside the lots, since every candle asks for it. */
  amount = 0;
  #lots = 0;
  /** Largest inventory held. */
  peakLots = 0;
  /** Cost of what is still held, at entry prices, without fees. */
  cost = 0;
  /** Entry fees that belong to what is still held. */
  entryFees = 0;
  /** Margin locked (derivatives) or cost paid (spot) for what is still held. */
  margin = 0;
  /** Cost, fees and margin of all entries, and proceeds and fees of all exits. */
  totalCost = 0;
  totalEntryFees = 0;
  totalMargin = 0;
  totalEntryLots = 0;
  exitValue = 0;
  exitFees = 0;
  exitLots = 0;
  /** Received (+) and paid (-) since the opening, and the part of it that belongs to what is still held. */
  funding = 0;
  heldFunding = 0;
  /** Realised so far, fees and funding included. */
  realised = 0;
  entries = 0;
  exits = 0;
  /** Best and worst price of the candles that it has taken in. */
  declare bestSoFar: number;
  declare worstRate: number;
  /** Brings them up to now, where they may be behind: in stretches of several pairs. */
  behind: (() => void) | null = null;
  initialStopTicks = 0;
  stopTicks = 0;
  stopMoved = false;
  /** A resting limit opened it, and the candle in which it did is not over. */
  cameInside = false;
  liquidation = 0;
  stopOrder: Order | null = null;
  roiOrder: Order | null = null;
  /** Engine time at which the next row of the ROI table comes into force. */
  nextRoiAt = Number.POSITIVE_INFINITY;
  roiRatio = Number.NaN;

  constructor(
    id: number,
    slot: Slot,
    instrument: Instrument,
    sign: 1 | -1,
    leverage: number,
    entryTag: string | null,
    openedAt: number,
    rate: number,
    clock: EngineClock,
  ) {
    this.id = id;
    this.slot = slot;
    this.instrument = instrument;
    this.sign = sign;
    this.leverage = leverage;
    this.entryTag = entryTag;
    this.openedAt = openedAt;
    this.bestSoFar = rate;
    this.worstRate = rate;
    this.#clock = clock;
  }

  get pair(): string {
    return this.instrument.pair;
  }
  get side(): Side {
    return this.sign > 0 ? 'long' : 'short';
  }
  get lots(): number {
    return this.#lots;
  }
  set lots(lots: number) {
    this.#lots = lots;
    this.amount = this.instrument.amount(lots);
  }
  get openRate(): number {
    return this.cost / this.amount;
  }
  get openTime(): number {
    return this.#clock.toMs(this.openedAt);
  }
  get stake(): number {
    return this.margin;
  }
  get stopRate(): number | null {
    return this.stopTicks > 0 ? this.instrument.price(this.stopTicks) : null;
  }
  get liquidationRate(): number | null {
    return this.liquidation > 0 ? this.liquidation : null;
  }

  /** What it adds to equity beyond cash and locked margin, at the last price: unrealised profit, or the base asset's worth on spot. */
  get value(): number {
    const worth = this.amount * this.slot.pair.last;
    return this.instrument.isMargined ? this.sign * (worth - this.cost) : worth;
  }

  get bestRate(): number {
    this.behind?.();
    return this.bestSoFar;
  }
  set bestRate(rate: number) {
    this.bestSoFar = rate;
  }
  /** Takes in a candle's range: best and worst price so far. */
  track(high: number, low: number): void {
    if (this.sign > 0) {
      if (high > this.bestSoFar) this.bestSoFar = high;
      if (low < this.worstRate) this.worstRate = low;
    } else {
      if (low < this.bestSoFar) this.bestSoFar = low;
      if (high > this.worstRate) this.worstRate = high;
    }
  }

  /**
   * Takes in the candle in which a resting limit opened it: the worse end came with that fill or after it, while of the better one only the close
   * is known to have.
   */
  trackOpening({ high, low, close }: { readonly high: number; readonly low: number; readonly close: number }): void {
    this.cameInside = false;
    if (this.sign > 0) this.track(close, low);
    else this.track(high, close);
  }

  /** `track` with rows [from, to) of candles. Taking some in twice changes nothing. */
  trackRows(high: Float64Array, low: Float64Array, from: number, to: number): void {
    const isLong = this.sign > 0;
    let highest = isLong ? this.bestSoFar : this.worstRate;
    let lowest = isLong ? this.worstRate : this.bestSoFar;
    for (let row = from; row < to; row++) {
      const top = high[row]!;
      const bottom = low[row]!;
      if (top > highest) highest = top;
      if (bottom < lowest) lowest = bottom;
    }
    this.bestSoFar = isLong ? highest : lowest;
    this.worstRate = isLong ? lowest : highest;
  }

  /** Unrealised profit at a price, before fees of leaving. */
  unrealised(rate: number): number {
    return this.sign * (this.amount * rate - this.cost);
  }

  /** Profit of closing what is held at `rate` as a ratio of the margin put up for it: fees both ways and funding included. */
  profitRatio(rate: number): number {
    const value = this.amount * rate;
    return (
      ((this.sign * (value - this.cost) - this.entryFees - value * this.instrument.takerFee + this.heldFunding) *
        this.leverage) /
      this.cost
    );
  }

  /** What a callback is told about it at a price. Time in ms UTC. */
  context(rate: number, time: number): PositionContext {
    return {
      pair: this.pair,
      side: this.side,
      time,
      rate,
      entryTag: this.entryTag,
      position: this,
      profit: this.profitRatio(rate),
    };
  }

  /** Price at which `profitRatio` is `ratio`, leaving as a maker or taker at fee rate `fee`. */
  rateAtProfit(ratio: number, fee: number): number {
    const wanted = (ratio * this.cost) / this.leverage + this.entryFees - this.heldFunding;
    return (wanted + this.sign * this.cost) / (this.amount * (this.sign - fee));
  }
}
