import { nextAtLeast } from '../../../domain/candles.ts';
import { append, listOf } from '../../../foundation/short-list.ts';
import { type Lane, type Lanes, lanesOf } from '../../lanes.ts';
import type { PairState } from '../../slot.ts';
import type { PairFeed } from './pair-feed.ts';
import type { RunState } from './run-state.ts';

/** Values of all pairs that are read ahead at a time: 32 KiB, so that they are still near when their step comes. */
const READ_AHEAD = 1 << 12;
/** With many pairs more, so that a block is worth it: 256 KiB, well within a core's own cache. */
const MOST_AHEAD = 1 << 15;
/** Values between two that are read: one of each line of 64 bytes is enough. */
const LINE = 8;
/** Fewer steps at a time are not worth reading ahead. */
const LEAST_BLOCK = 4 * LINE;
/** Fewer steps with the same pairs are taken one by one. */
const LEAST_SPAN = 4;

/**
 * Drives several pairs without detail candles: all of them go through a phase before the next begins. As long as the same pairs have a candle
 * at each step, those in which nothing can trade are taken in stretches. A pair of which nothing rests or is held shows only its close.
 */
export class SeveralPairs {
  readonly #run: RunState;
  /** Of the span at hand, in which the same pairs have a candle at each step; none where there are no stretches. */
  #lanes: Lanes = lanesOf([]);
  /** By place in the batch: a lane of the pair, where it is traded. */
  #laneOf: (Lane | undefined)[] = listOf<Lane>();
  /** The pair whose rows count the steps of the span, and the first of them at which all strategies are asked. */
  #lead = 0;
  #askedFrom = 0;
  /** The last step (ms) of those from the one at hand on that are known to have the same pairs. */
  #sameUpTo = Number.NEGATIVE_INFINITY;
  /** A timer ticks, or a strategy does not hear of candles: there are no stretches. */
  readonly #isStepped: boolean;
  /** By pair: the last step of which the venue has seen its candle. */
  readonly #shown: Float64Array;
  #step = 0;
  /** By place in the batch: the candle at hand may do something, as the step began. */
  readonly #touched: Uint8Array;
  /** By pair: columns that its candles are traded on and strategies asked with. */
  readonly #columns: readonly (readonly Float64Array[])[];
  /** Steps that are read ahead at a time. */
  readonly #block: number;
  /** What was read ahead, added up: a loop without a result would be left out. */
  #readAhead = 0;

  constructor(run: RunState) {
    this.#run = run;
    this.#shown = new Float64Array(run.feeds.length);
    this.#touched = new Uint8Array(run.feeds.length);
    this.#columns = run.feeds.map(columnsOf);
    const columns = this.#columns.flat().length;
    this.#block = Math.floor(Math.min(MOST_AHEAD, Math.max(READ_AHEAD, LEAST_BLOCK * columns)) / columns);
    this.#isStepped = run.ticks || run.feeds.some(({ state }) => state.slots.some(({ has }) => !has.onCandle));
  }

  /** @returns false at the end of the data */
  advance(until: number): boolean {
    const run = this.#run;
    run.batch.manages = true;
    for (;;) {
      const opened = run.nextTime;
      if (opened === Number.POSITIVE_INFINITY) return false;
      if (opened >= until) return true;
      run.gather(opened);
      this.#lead = run.batch.pairs[0]!.index;
      const from = run.rows[this.#lead]!;
      const end = this.#isStepped ? from : this.#spanEnd(until);
      if (end - from >= LEAST_SPAN) this.#span(end);
      else {
        this.#fund(opened);
        this.#trade(opened);
        this.#close(opened);
      }
    }
  }

  /** Takes the steps up to one (a row of the lead), at each of which the pairs of the batch have a candle, and no others. */
  #span(end: number): void {
    const { rows, feeds, batch } = this.#run;
    const lead = this.#lead;
    const { time } = feeds[lead]!.candles;
    this.#beginSpan();
    // Before the one row no funding settles, up to the other columns are read ahead.
    let unfunded = rows[lead]!;
    let ahead = this.#block < LEAST_BLOCK ? end : rows[lead]!;
    while (rows[lead]! < end) {
      const row = rows[lead]!;
      const opened = time[row]!;
      if (row >= unfunded) {
        this.#fund(opened);
        unfunded = Math.min(end, nextAtLeast(time, this.#nextFunding(), row));
      }
      if (row >= ahead) ahead = this.#readBlock(end);
      const to = unfunded < ahead ? unfunded : ahead;
      if (this.#stretch(to)) continue;
      this.#trade(opened);
      // The rest of these candles may be the beginning of the next stretch.
      if (!this.#stretch(to)) this.#close(opened);
    }
    for (const lane of this.#lanes.all) lane.end();
    this.#lanes = lanesOf([]);
    this.#laneOf = listOf();
    // Stretches leave only closes: what closes positions at the end of the data looks at whole candles.
    for (const { index } of batch.pairs) {
      const { state, candles, markHigh, markLow } = feeds[index]!;
      state.show(candles, rows[index]! - 1, markHigh, markLow);
    }
  }

  #beginSpan(): void {
    const { engine, feeds, rows, batch } = this.#run;
    const lanes = listOf<Lane>();
    this.#askedFrom = 0;
    for (const [k, { index, slots }] of batch.pairs.entries()) {
      const shift = rows[index]! - rows[this.#lead]!;
      for (const slot of slots) {
        append(lanes, engine.lane(slot, feeds[index]!, shift));
        this.#askedFrom = Math.max(this.#askedFrom, slot.startRow - shift);
      }
      this.#laneOf[k] = slots.length > 0 ? lanes.at(-1) : undefined;
    }
    this.#lanes = lanesOf(lanes);
  }

  /** The lead's row of the first step that other pairs than those of the batch have candles at, or that opens at `until` (ms) or later. */
  #spanEnd(until: number): number {
    const { feeds, rows, batch } = this.#run;
    const { time } = feeds[this.#lead]!.candles;
    const from = rows[this.#lead]!;
    let end = nextAtLeast(time, until, from);
    if (time[from]! <= this.#sameUpTo) return Math.min(end, nextAtLeast(time, this.#sameUpTo, from) + 1);
    for (const { index } of batch.pairs)
      end = from + sameTimes(time, from, end, feeds[index]!.candles.time, rows[index]!);
    for (const { state, candles } of feeds)
      if (!state.isHere && rows[state.index]! < candles.length)
        end = Math.min(end, nextAtLeast(time, candles.time[rows[state.index]!]!, from));
    this.#sameUpTo = time[end - 1]!;
    return end;
  }

  /** Takes as many steps as go in one stretch, and sees to what the last of them asked for; false when there are none. */
  #stretch(to: number): boolean {
    const { engine, venue, resting, feeds, rows, equity, batch } = this.#run;
    const from = rows[this.#lead]!;
    if (this.#lanes.all.length === 0 || from < this.#askedFrom || venue.hasArriving) return false;
    const next = engine.stretchTogether(this.#lanes, from, to, resting, equity);
    if (next === from) return false;
    const { pairs } = batch;
    for (let k = 0; k < pairs.length; k++) rows[pairs[k]!.index]! += next - from;
    const { candles, length } = feeds[this.#lead]!;
    this.#run.lastTime = candles.time[next - 1]! + length;
    if (engine.effects.isEmpty) return true;
    venue.accept(engine.effects, engine.now);
    equity.add(this.#run.lastTime, engine.ledger.equity);
    return true;
  }

  #fund(opened: number): void {
    const { feeds } = this.#run;
    for (let p = 0; p < feeds.length; p++)
      if (feeds[p]!.funding !== undefined && feeds[p]!.state.isHere) this.#run.fund(p, opened);
  }

  #nextFunding(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { index } of this.#run.batch.pairs) next = Math.min(next, this.#run.nextFunding(index));
    return next;
  }

  /**
   * Reads the next block of rows, column by column, so that it lies in the cache when it is needed: step by step, dozens of columns are read at a
   * time, and the processor foresees but a few.
   * @param end of the span
   * @returns the lead's row after it
   */
  #readBlock(end: number): number {
    const { rows, batch } = this.#run;
    const begin = rows[this.#lead]!;
    const length = Math.min(end - begin, this.#block);
    for (const { index } of batch.pairs) {
      const from = rows[index]!;
      const columns = this.#columns[index]!;
      for (let k = 0; k < columns.length; k++) this.#readAhead += sumOfLines(columns[k]!, from, from + length);
    }
    return begin + length;
  }

  /** What the venue does in one step, phase by phase. */
  #trade(opened: number): void {
    const { venue, engine, feeds, batch, resting, rows } = this.#run;
    const now = engine.clock.toEngine(opened);
    const lengthNs = feeds[0]!.length * 1e6;
    const { pairs } = batch;
    const touched = this.#touched;
    const lanes = this.#laneOf;
    const row = rows[this.#lead]!;
    let isTouched = false;
    venue.begin(now);
    this.#step++;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      touched[k] = 0;
      if ((k < lanes.length && lanes[k]?.isClear(row, resting)) || !this.#touches(state)) continue;
      touched[k] = 1;
      isTouched = true;
      venue.gap(state, now);
    }
    if (venue.hasArriving) {
      isTouched = true;
      venue.open(now, lengthNs, this);
    }
    if (!isTouched) return;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      // Only where something came or went is there another answer than before.
      if (resting.isSettled(state) ? touched[k] === 1 : this.#touches(state)) venue.trade(state, now, lengthNs);
    }
  }

  /** The candle of a pair may do something to what rests or is held: then it is shown. */
  #touches(state: PairState): boolean {
    const { resting, feeds, rows } = this.#run;
    if (!resting.watches(state)) return false;
    const { candles, markHigh, markLow } = feeds[state.index]!;
    const row = rows[state.index]!;
    const floor = resting.floor(state);
    const ceiling = resting.ceiling(state);
    const isClear = candles.low[row]! > floor && candles.high[row]! < ceiling;
    if (isClear && (markHigh === undefined || (markLow![row]! > floor && markHigh[row]! < ceiling))) return false;
    this.show(state);
    return true;
  }

  /** Closes the candles of one step. */
  #close(opened: number): void {
    const run = this.#run;
    for (let p = 0; p < run.feeds.length; p++) {
      const { state, candles } = run.feeds[p]!;
      if (!state.isHere) continue;
      if (run.resting.watches(state)) this.show(state);
      const row = run.rows[p]!++;
      state.cursor.row = row;
      state.close = candles.close[row]!;
      state.last = state.close;
    }
    run.close(opened + run.feeds[0]!.length);
  }

  /** Shows the candle at hand of a pair to the venue: of the pairs whose orders or positions it may meet, so not of most. */
  show(state: PairState): void {
    const p = state.index;
    if (this.#shown[p] === this.#step) return;
    this.#shown[p] = this.#step;
    const { candles, markHigh, markLow } = this.#run.feeds[p]!;
    state.show(candles, this.#run.rows[p]!, markHigh, markLow);
  }
}

/** How many rows of two columns of times are the same from one row of each on: at most up to `end` of the first. */
function sameTimes(time: Float64Array, from: number, end: number, other: Float64Array, otherFrom: number): number {
  const most = Math.min(end - from, other.length - otherFrom);
  if (time === other && from === otherFrom) return most;
  for (let i = 0; i < most; i++) if (time[from + i] !== other[otherFrom + i]) return i;
  return most;
}

function columnsOf({ candles, markHigh, markLow, features = [] }: PairFeed): readonly Float64Array[] {
  const { open, high, low, close, volume } = candles;
  const marks = markHigh && markLow ? [markHigh, markLow] : [];
  return [open, high, low, close, volume, ...marks, ...features];
}

/** One value of each line in rows [from, to), added up. */
function sumOfLines(values: Float64Array, from: number, to: number): number {
  const end = Math.min(values.length, to);
  let sum = 0;
  for (let row = from; row < end; row += LINE) sum += values[row]!;
  return sum;
}
