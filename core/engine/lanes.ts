import type { SignalSink, Strategy } from '../strategy/strategy.ts';
import type { Cursor } from '../strategy/view.ts';
import { keepTags } from './author.ts';
import type { Position } from './position.ts';
import type { CandleSpan, PriceBounds } from './quiet-candles.ts';
import type { PairState, Slot } from './slot.ts';

/** Rows that are looked at beyond those asked for. */
const LOOKAHEAD = 32;

/** One slot's part in the stretches of a run over several pairs that have the same candles. */
export class Lane {
  declare readonly slot: Slot;
  declare readonly span: CandleSpan;
  /** From the first pair's row to this pair's. */
  declare readonly shift: number;
  declare readonly high: Float64Array;
  declare readonly low: Float64Array;
  declare readonly close: Float64Array;
  /** Of the slot, at hand for each step. */
  declare readonly pair: PairState;
  declare readonly cursor: Cursor;
  declare readonly strategy: Strategy;
  declare readonly bar: Slot['bar'];
  declare readonly signals: SignalSink;
  /** The strategy wants to hear of candles, and may add to or take from its position at them. */
  declare readonly isAsked: boolean;
  declare readonly isAdjusted: boolean;
  readonly #markHigh: Float64Array | undefined;
  readonly #markLow: Float64Array | undefined;
  /** Rows in [lookedFrom, quietTo) touch nothing between floor and ceiling. */
  #lookedFrom = Number.POSITIVE_INFINITY;
  #quietTo = 0;
  floor = Number.NEGATIVE_INFINITY;
  ceiling = Number.POSITIVE_INFINITY;
  /** The position or a working order has to be looked after at each close. */
  isManaged = false;
  /** The position, where all it takes is the range of candles. */
  position: Position | null = null;
  /** The first row of which it has not taken in the range: it does when somebody asks, or when it ends. */
  #takenTo = 0;
  readonly #progress: Progress;
  readonly #takeIn = () => {
    const { isAsking, row, done } = this.#progress;
    const to = (isAsking ? row + 1 : done) + this.shift;
    if (to <= this.#takenTo) return;
    this.position!.trackRows(this.high, this.low, this.#takenTo, to);
    this.#takenTo = to;
  };

  constructor(slot: Slot, span: CandleSpan, shift: number, progress: Progress) {
    const { high, low, close } = span.candles;
    this.slot = slot;
    this.pair = slot.pair;
    this.cursor = slot.pair.cursor;
    this.strategy = slot.strategy;
    this.bar = slot.bar;
    this.signals = slot.signals;
    this.isAsked = slot.has.onCandle;
    this.isAdjusted = slot.has.adjustPosition;
    this.span = span;
    this.shift = shift;
    this.high = high;
    this.low = low;
    this.close = close;
    this.#progress = progress;
    this.#markHigh = span.markHigh;
    this.#markLow = span.markLow;
  }

  /** The first row of its pair in [from, to) that touches what rests or is held; `to` when none does. Looks a few rows further, for the next time. */
  quietUntil(from: number, to: number): number {
    const isKnown = from >= this.#lookedFrom && from <= this.#quietTo;
    if (!isKnown || to > this.#quietTo) {
      // What was found untouched before need not be looked at again.
      const begin = isKnown ? this.#quietTo : from;
      this.#quietTo = this.#look(begin, Math.min(this.high.length, to + LOOKAHEAD));
      this.#lookedFrom = from;
    }
    return Math.min(to, this.#quietTo);
  }

  #look(from: number, to: number): number {
    const { low, high } = this;
    // Sums, so that the loop has numbers where fields are objects that may be numbers.
    const floor = this.floor + 0;
    const ceiling = this.ceiling + 0;
    let row = from | 0;
    const end = to | 0;
    if (this.#markHigh !== undefined) return this.#quietMarks(row, end);
    for (; row < end; row++) if (!(low[row]! > floor && high[row]! < ceiling)) return row;
    return end;
  }

  #quietMarks(from: number, to: number): number {
    const { low, high, floor, ceiling } = this;
    const markLow = this.#markLow!;
    const markHigh = this.#markHigh!;
    for (let row = from; row < to; row++) {
      if (!(low[row]! > floor && high[row]! < ceiling)) return row;
      if (!(markLow[row]! > floor && markHigh[row]! < ceiling)) return row;
    }
    return to;
  }

  /**
   * Takes in what rests and is held now, at the beginning of a stretch.
   * @param from row of the first lane
   * @param tracks the position, if any, only takes in the range of candles
   */
  begin(bounds: PriceBounds, from: number, tracks: boolean): void {
    const { slot } = this;
    const floor = bounds.floor(slot.pair);
    const ceiling = bounds.ceiling(slot.pair);
    if (floor !== this.floor || ceiling !== this.ceiling) {
      this.floor = floor;
      this.ceiling = ceiling;
      this.#lookedFrom = Number.POSITIVE_INFINITY;
    }
    const isHeld = slot.position !== null || slot.entry !== null;
    this.isManaged = isHeld && !(tracks && slot.entry === null && slot.exit === null);
    const position = this.isManaged ? null : slot.position;
    // Most lanes are as they were, and storing an object in an old one is dear.
    if (position !== this.position) this.#follow(position, from);
    slot.flags = 0;
  }

  #follow(position: Position | null, from: number): void {
    // What has ended has taken in what it needs, and no longer asks for it.
    if (this.position !== null && this.position.behind !== null) {
      this.#takeIn();
      this.position.behind = null;
    }
    this.position = position;
    this.#takenTo = from + this.shift;
    if (position !== null) position.behind = this.#takeIn;
  }

  /** Moves what the strategy just raised to the slot. */
  holdSignals(): void {
    const { slot } = this;
    slot.flags = slot.signals.flags;
    keepTags(slot);
  }
}

/** Where a stretch of several pairs is. */
export interface Progress {
  /** Strategies are being asked: prices are behind. */
  isAsking: boolean;
  /** The step after the last of those that have been taken. */
  done: number;
  /** The step at hand, as a row of the first lane. */
  row: number;
  /** The lane that is asked. */
  lane: number;
  isRaised: boolean;
}

/** The first step in [from, to) that touches what rests or is held in a lane; `to` when none does. Steps are rows of the first lane. */
export function quietUntil(lanes: readonly Lane[], from: number, to: number): number {
  let until = to;
  for (let k = 0; k < lanes.length && until > from; k++) {
    const { shift } = lanes[k]!;
    until = lanes[k]!.quietUntil(from + shift, until + shift) - shift;
  }
  return until;
}

/** Makes the closes of a step the last prices. It is a row of the first lane. */
export function showLast(lanes: readonly Lane[], row: number): void {
  for (let k = 0; k < lanes.length; k++) {
    const { pair, close, shift } = lanes[k]!;
    pair.last = close[row + shift]!;
  }
}

/**
 * Asks the strategies of all lanes, step by step, until one raises a signal, which its slot then holds: `progress` tells. Last prices
 * are the caller's to see to. Nothing else in the function: the compiler then takes the strategy's code into it.
 * @returns the step after the last
 */
export function askTogether(lanes: readonly Lane[], from: number, to: number, progress: Progress): number {
  const end = to | 0;
  for (let row = from | 0; row < end; row++) {
    progress.row = row;
    for (let k = 0; k < lanes.length; k++) {
      const { cursor, shift } = lanes[k]!;
      cursor.row = row + shift;
    }
    let raised = 0;
    for (let k = 0; k < lanes.length; k++) {
      const { strategy, bar, signals } = lanes[k]!;
      progress.lane = k;
      signals.flags = 0;
      strategy.onCandle!(bar);
      if (signals.flags === 0) continue;
      raised |= signals.flags;
      lanes[k]!.holdSignals();
    }
    if (raised === 0) continue;
    progress.isRaised = true;
    return row + 1;
  }
  return end;
}
