import type { CandleSpan, PriceBounds } from './quiet-candles.ts';
import type { Slot } from './slot.ts';

/** One slot's part in the stretches of a run over several pairs that have the same candles. */
export class Lane {
  readonly slot: Slot;
  readonly span: CandleSpan;
  /** From the first pair's row to this pair's. */
  readonly shift: number;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly #markHigh: Float64Array | undefined;
  readonly #markLow: Float64Array | undefined;
  floor = Number.NEGATIVE_INFINITY;
  ceiling = Number.POSITIVE_INFINITY;
  /** The position or a working order has to be looked after at each close. */
  isManaged = false;

  constructor(slot: Slot, span: CandleSpan, shift: number) {
    const { high, low, close } = span.candles;
    this.slot = slot;
    this.span = span;
    this.shift = shift;
    this.high = high;
    this.low = low;
    this.close = close;
    this.#markHigh = span.markHigh;
    this.#markLow = span.markLow;
  }

  /** A row of its pair leaves what rests and is held untouched. */
  isQuiet(row: number): boolean {
    const { floor, ceiling } = this;
    if (!(this.low[row]! > floor && this.high[row]! < ceiling)) return false;
    return this.#markHigh === undefined || (this.#markLow![row]! > floor && this.#markHigh[row]! < ceiling);
  }

  /** Takes in what rests and is held now. @param tracks the position, if any, only takes in the range of candles */
  begin(bounds: PriceBounds, tracks: boolean): void {
    const { slot } = this;
    this.floor = bounds.floor(slot.pair);
    this.ceiling = bounds.ceiling(slot.pair);
    const isHeld = slot.position !== null || slot.entry !== null;
    this.isManaged = isHeld && !(tracks && slot.entry === null && slot.exit === null);
    slot.flags = 0;
  }
}

/** Where a stretch of several pairs is: which lane is asked. */
export interface Progress {
  lane: number;
}

/** True when a step of the first pair's grid leaves what rests and is held untouched, in all lanes. */
export function isQuiet(lanes: readonly Lane[], row: number): boolean {
  for (let k = 0; k < lanes.length; k++) {
    const lane = lanes[k]!;
    if (!lane.isQuiet(row + lane.shift)) return false;
  }
  return true;
}

/** Makes a step the one at hand: last prices, rows, ranges of positions that only take those in. */
export function show(lanes: readonly Lane[], row: number): void {
  for (let k = 0; k < lanes.length; k++) {
    const { slot, high, low, close, shift, isManaged } = lanes[k]!;
    const { pair, position } = slot;
    const at = row + shift;
    const price = close[at]!;
    pair.close = price;
    pair.last = price;
    pair.cursor.row = at;
    if (position !== null && !isManaged) position.track(high[at]!, low[at]!);
  }
}

/** Asks the strategy of each lane; true when one raised a signal, which its slot then holds. */
export function askAll(lanes: readonly Lane[], progress: Progress): boolean {
  let isRaised = false;
  for (let k = 0; k < lanes.length; k++) {
    const { slot } = lanes[k]!;
    const { strategy, bar } = slot;
    const { signals } = strategy;
    progress.lane = k;
    signals.flags = 0;
    strategy.onCandle!(bar);
    if (signals.flags === 0) continue;
    slot.flags = signals.flags;
    slot.entryTag = signals.entryTag;
    slot.exitTag = signals.exitTag;
    signals.entryTag = null;
    signals.exitTag = null;
    isRaised = true;
  }
  return isRaised;
}
