import { append, listOf } from '../foundation/short-list.ts';
import type { SignalSink, Strategy } from '../strategy/strategy.ts';
import type { Cursor } from '../strategy/view.ts';
import { keepTags } from './author.ts';
import type { Order } from './order.ts';
import type { Position } from './position.ts';
import type { CandleSpan, PriceBounds } from './quiet-candles.ts';
import type { PairState, Slot } from './slot.ts';

/** Steps that are looked at beyond those asked for. */
const LOOKAHEAD = 16;
/** After any step. */
const EVER = 2 ** 30 - 1;

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
  /** The strategy may add to or take from its position at each close. */
  declare readonly isAdjusted: boolean;
  readonly #markHigh: Float64Array | undefined;
  readonly #markLow: Float64Array | undefined;
  /** The first step of which it is not known that it touches nothing between floor and ceiling. */
  #quietTo = 0;
  floor = Number.NEGATIVE_INFINITY;
  ceiling = Number.POSITIVE_INFINITY;
  /** What was at hand when it last took that in. */
  #held: Position | null = null;
  #entry: Order | null = null;
  #exit: Order | null = null;
  #changes = -1;
  /** The position or a working order has to be looked after at each close. */
  isManaged = false;
  /** The position, where all it takes is the range of candles. */
  position: Position | null = null;
  /** The first row of which it has not taken in the range: it does when somebody asks, or when it ends. */
  #takenTo = 0;
  /** It has raised signals at the step at hand, which its slot holds. */
  isRaised = false;
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

  /**
   * The first step in [from, to) that touches what rests or is held; `to` when none does. Steps are rows of the first lane, and only go on. Looks a few
   * further, for the next time.
   */
  quietUntil(from: number, to: number): number {
    return to <= this.#quietTo ? to : this.#look(from, to);
  }

  #look(from: number, to: number): number {
    if (this.floor === Number.NEGATIVE_INFINITY && this.ceiling === Number.POSITIVE_INFINITY) {
      this.#quietTo = EVER;
      return to;
    }
    const { shift } = this;
    // What was found untouched before need not be looked at again.
    const begin = Math.max(from, this.#quietTo) + shift;
    const end = Math.min(this.high.length, to + shift + LOOKAHEAD);
    this.#quietTo = (this.#markHigh === undefined ? this.#quietRows(begin, end) : this.#quietMarks(begin, end)) - shift;
    return Math.min(to, this.#quietTo);
  }

  #quietRows(from: number, to: number): number {
    const { low, high } = this;
    // Sums, so that the loop has numbers where fields are objects that may be numbers.
    const floor = this.floor + 0;
    const ceiling = this.ceiling + 0;
    const end = to | 0;
    for (let row = from | 0; row < end; row++) if (!(low[row]! > floor && high[row]! < ceiling)) return row;
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

  /** Something has come, gone or moved since `begin`. */
  isStale(bounds: PriceBounds): boolean {
    const { slot } = this;
    return (
      bounds.changes(this.pair) !== this.#changes ||
      slot.position !== this.#held ||
      slot.entry !== this.#entry ||
      slot.exit !== this.#exit
    );
  }

  /** It is known that a step touches nothing that rests or is held. */
  isClear(step: number, bounds: PriceBounds): boolean {
    return step < this.#quietTo && bounds.changes(this.pair) === this.#changes;
  }

  /**
   * Takes in what rests and is held now, at the beginning of a stretch.
   * @param from row of the first lane
   * @param tracks the position, if any, only takes in the range of candles
   */
  begin(bounds: PriceBounds, from: number, tracks: boolean): void {
    const { pair } = this;
    const { position, entry, exit } = this.slot;
    const floor = bounds.floor(pair);
    const ceiling = bounds.ceiling(pair);
    if (floor !== this.floor || ceiling !== this.ceiling) {
      this.floor = floor;
      this.ceiling = ceiling;
      this.#quietTo = from;
    }
    this.#changes = bounds.changes(pair);
    // Most are as they were, and storing an object in an old one is dear.
    if (position !== this.#held) this.#held = position;
    if (entry !== this.#entry) this.#entry = entry;
    if (exit !== this.#exit) this.#exit = exit;
    this.isManaged = (position !== null || entry !== null) && !(tracks && entry === null && exit === null);
    const tracked = this.isManaged ? null : position;
    if (tracked !== this.position) this.#follow(tracked, from);
  }

  /** No more stretches: its position hears of candles in other ways. */
  end(): void {
    this.#follow(null, 0);
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
    this.isRaised = true;
  }
}

/** The lanes of a run: one for each slot, in pair order. */
export interface Lanes {
  readonly all: readonly Lane[];
  /** One for each cursor: pairs whose candles open at the same times share it. */
  readonly leads: readonly Lane[];
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

export function lanesOf(all: readonly Lane[]): Lanes {
  const leads = listOf<Lane>();
  for (const lane of all) if (leads.every(({ cursor }) => cursor !== lane.cursor)) append(leads, lane);
  return { all, leads };
}

/** The first step in [from, to) that touches what rests or is held in a lane; `to` when none does. Steps are rows of the first lane. */
export function quietUntil({ all: lanes }: Lanes, from: number, to: number): number {
  let until = to;
  for (let k = 0; k < lanes.length && until > from; k++) until = lanes[k]!.quietUntil(from, until);
  return until;
}

/** Makes the closes of a step the last prices. It is a row of the first lane. */
export function showLast({ all: lanes }: Lanes, row: number): void {
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
export function askTogether({ all: lanes, leads }: Lanes, from: number, to: number, progress: Progress): number {
  const end = to | 0;
  for (let row = from | 0; row < end; row++) {
    progress.row = row;
    for (let k = 0; k < leads.length; k++) {
      const { cursor, shift } = leads[k]!;
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
