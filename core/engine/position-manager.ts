import { listOf } from '../foundation/short-list.ts';
import type { PositionContext } from '../strategy/strategy.ts';
import type { CallSite } from './call-site.ts';
import { applyRoiTable, type RoiTable, roiTable, stopTicksFrom, trailingTicks } from './exit-rules.ts';
import { ORDER_KIND, type Order, PURPOSE } from './order.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Position } from './position.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

const { stop: STOP, roi: ROI } = PURPOSE;
const { stop: AT_TRIGGER, limit: LIMIT } = ORDER_KIND;

/** What `customStop` is told. */
type StopContext = PositionContext & { readonly afterFill: boolean };

/** What a strategy's exits need at each candle, worked out once: most strategies leave most of it off. */
interface ExitPlan {
  readonly roi: RoiTable;
  readonly trails: boolean;
  readonly asks: boolean;
}

/**
 * Holds a position's protective orders at the broker: a stop and, where there is an ROI table, a reduce-only limit. Runs on manage candles;
 * what it moves takes effect with the next one. The same in every mode.
 */
export class PositionManager {
  readonly #desk: OrderDesk;
  readonly #clock: EngineClock;
  /** ROI as a resting limit (default), or as a check at candle closes that leaves by a market order. */
  readonly #roiRests: boolean;
  readonly #site: CallSite;
  /** By slot index. */
  readonly #plans = listOf<ExitPlan>();

  constructor(desk: OrderDesk, clock: EngineClock, roiRests: boolean, site: CallSite) {
    this.#desk = desk;
    this.#clock = clock;
    this.#roiRests = roiRests;
    this.#site = site;
  }

  /** After an entry fill: stop, liquidation price and ROI for the position as it now is. */
  onEntry(slot: Slot, position: Position, time: number, rate: number): void {
    const { strategy } = slot;
    const plan = this.#plan(slot);
    setLiquidation(position);
    let stop =
      strategy.stoploss > -1 || position.leverage > 1
        ? stopTicksFrom(position, position.openRate, strategy.stoploss)
        : 0;
    if (slot.has.customStop) {
      const own = this.#askStop(slot, this.#context(position, rate, time, true));
      if (own !== null) stop = stopTicksFrom(position, rate, own);
    }
    if (position.entries <= 1) position.initialStopTicks = stop;
    this.#setStop(slot, position, tighter(position, stop), time, false);
    if (plan.roi.after.length > 0) {
      applyRoiTable(position, plan.roi, time);
      this.#setRoi(slot, position, time);
    }
  }

  /** After a partial exit: the protective orders shrink with the position. */
  onReduced(slot: Slot, position: Position, time: number): void {
    setLiquidation(position);
    this.#setStop(slot, position, position.stopTicks, time, false);
    if (!Number.isNaN(position.roiRatio)) this.#setRoi(slot, position, time);
  }

  /** Places the stop anew where the venue no longer holds it, and the profit. */
  protect(slot: Slot, time: number): void {
    const { position } = slot;
    if (position !== null && !position.stopOrder?.isOpen)
      this.#setStop(slot, position, position.stopTicks, time, false);
    if (position !== null && !position.roiOrder?.isOpen && !Number.isNaN(position.roiRatio))
      this.#setRoi(slot, position, time);
  }

  /** After funding: the ROI price moves with what was paid, and the liquidation price with what it took from the margin. */
  onFunding(slot: Slot, position: Position, time: number): void {
    setLiquidation(position);
    if (!Number.isNaN(position.roiRatio)) this.#setRoi(slot, position, time);
  }

  /** At the close of a manage candle: best and worst price, trailing, custom stop, ROI row. Returns a reason to leave now, or null. */
  onCandle(slot: Slot, position: Position, time: number): string | null {
    const { pair } = slot;
    const plan = this.#plan(slot);
    if (position.cameInside) position.trackOpening(pair);
    else position.track(pair.high, pair.low);
    if (plan.trails) {
      const ticks = trailingTicks(position, slot.strategy);
      if (ticks > 0) this.#setStop(slot, position, tighter(position, ticks), time, true);
    }
    if (time >= position.nextRoiAt) {
      applyRoiTable(position, plan.roi, time);
      this.#setRoi(slot, position, time);
    }
    const context = plan.asks ? this.#context(position, pair.close, time, false) : null;
    // Asked also where the candle leaves: by a limit it may take a while, or never.
    if (context !== null && slot.has.customStop) this.#followStop(slot, position, context, time);
    if (!this.#roiRests && !slot.roiPaused && position.profitRatio(pair.close) > position.roiRatio) return 'roi';
    return context === null ? null : this.#ask(slot, context);
  }

  /** Until the next row of its ROI table, candles do nothing to the position but move its best and worst price, unless its strategy adjusts it. */
  onlyTracks(slot: Slot): boolean {
    const { trails, asks } = this.#plan(slot);
    return !trails && !asks && this.#roiRests;
  }

  /** Takes the ROI order away while the strategy says to enter (`ignoreRoiIfEntrySignal`), for the next candle. */
  pauseRoi(slot: Slot, position: Position): void {
    slot.roiPaused = true;
    if (position.roiOrder) this.#desk.cancel(position.roiOrder);
    position.roiOrder = null;
  }

  /** Puts it back. */
  resumeRoi(slot: Slot, time: number): void {
    slot.roiPaused = false;
    const { position } = slot;
    if (position !== null && !Number.isNaN(position.roiRatio)) this.#setRoi(slot, position, time);
  }

  /** Withdraws the protective orders (the position is gone, or is about to go by another order). */
  release(position: Position): void {
    if (position.stopOrder) this.#desk.cancel(position.stopOrder);
    if (position.roiOrder) this.#desk.cancel(position.roiOrder);
    position.stopOrder = null;
    position.roiOrder = null;
  }

  #followStop(slot: Slot, position: Position, context: StopContext, time: number): void {
    const own = this.#askStop(slot, context);
    const ticks = own === null ? 0 : stopTicksFrom(position, slot.pair.close, own);
    if (ticks > 0) this.#setStop(slot, position, tighter(position, ticks), time, true);
  }

  #ask(slot: Slot, context: PositionContext): string | null {
    const { strategy } = slot;
    const site = this.#site;
    if (strategy.customRoi) {
      site.enter(slot, 'customRoi');
      const roi = site.optional(strategy.customRoi(context), Number.isFinite, 'a profit ratio, such as 0.02');
      if (roi !== null && context.profit > roi) return 'custom_roi';
    }
    if (!strategy.customExit) return null;
    site.enter(slot, 'customExit');
    return site.word(strategy.customExit(context));
  }

  #askStop(slot: Slot, context: StopContext): number | null {
    this.#site.enter(slot, 'customStop');
    const answer = slot.strategy.customStop!(context);
    return this.#site.optional(answer, Number.isFinite, 'a ratio of the margin, such as -0.05');
  }

  /** What a callback is told about an open position. */
  #context(position: Position, rate: number, time: number, afterFill: boolean): StopContext {
    return {
      pair: position.pair,
      side: position.side,
      time: this.#clock.toMs(time),
      rate,
      entryTag: position.entryTag,
      position,
      profit: position.profitRatio(rate),
      afterFill,
    };
  }

  #plan(slot: Slot): ExitPlan {
    let plan = this.#plans[slot.index];
    if (plan === undefined) {
      const { strategy } = slot;
      plan = {
        roi: roiTable(strategy),
        trails: strategy.trailingStop,
        asks: Boolean(strategy.customStop || strategy.customRoi || strategy.customExit),
      };
      this.#plans[slot.index] = plan;
    }
    return plan;
  }

  #setStop(slot: Slot, position: Position, ticks: number, time: number, moved: boolean): void {
    if (ticks <= 0) return;
    if (moved && ticks !== position.stopTicks) position.stopMoved = true;
    position.stopTicks = ticks;
    position.stopOrder = this.#hold(slot, position, position.stopOrder, STOP, AT_TRIGGER, ticks, time);
  }

  #setRoi(slot: Slot, position: Position, time: number): void {
    if (!this.#roiRests || slot.roiPaused) return;
    const price = Number.isNaN(position.roiRatio)
      ? Number.NaN
      : position.rateAtProfit(position.roiRatio, position.instrument.makerFee);
    // At a ratio that any price gives, a long leaves at any price.
    const isAny = price <= 0 && position.sign > 0;
    if (!(price > 0 || isAny)) {
      if (position.roiOrder) this.#desk.cancel(position.roiOrder);
      position.roiOrder = null;
      return;
    }
    const { instrument } = position;
    const ticks = isAny ? 1 : position.sign > 0 ? instrument.ticksUp(price) : instrument.ticksDown(price);
    position.roiOrder = this.#hold(slot, position, position.roiOrder, ROI, LIMIT, ticks, time);
  }

  #hold(
    slot: Slot,
    position: Position,
    order: Order | null,
    purpose: number,
    kind: number,
    ticks: number,
    time: number,
  ): Order {
    if (order === null || !order.isOpen)
      return this.#desk.submit(slot, purpose, kind, -position.sign, ticks, position.lots, time, null);
    const lots = order.filledLots + position.lots;
    if (order.ticks !== ticks || order.lots !== lots) this.#desk.amend(order, ticks, lots);
    return order;
  }
}

/** The stop that is nearer to profit: a stop never moves back. */
function tighter(position: Position, ticks: number): number {
  const { stopTicks } = position;
  if (stopTicks === 0) return ticks;
  if (ticks === 0) return stopTicks;
  return position.sign > 0 ? Math.max(stopTicks, ticks) : Math.min(stopTicks, ticks);
}

function setLiquidation(position: Position): void {
  const { instrument } = position;
  if (instrument.isMargined) position.liquidation = instrument.liquidationPrice(position);
}
