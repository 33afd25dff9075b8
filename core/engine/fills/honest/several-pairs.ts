import { lowerBound, nextAtLeast } from '../../../domain/candles.ts';
import { append, listOf } from '../../../foundation/short-list.ts';
import { type Lane, type Lanes, lanesOf } from '../../lanes.ts';
import type { PairState } from '../../slot.ts';
import type { PairFeed } from './pair-feed.ts';
import type { RunState } from './run-state.ts';

/** Values of all pairs that are read ahead at a time: 256 KiB, well within a core's own cache. */
const READ_AHEAD = 1 << 15;
/** Values between two that are read: one of each line of 64 bytes is enough. */
const LINE = 8;
/** Fewer steps at a time are not worth it. */
const LEAST_BLOCK = 4 * LINE;

/**
 * Drives several pairs without detail candles: all of them go through a phase before the next begins. Where they have the same candles, steps in
 * which nothing can trade are taken in stretches. A pair of which nothing rests or is held shows only its close.
 */
export class SeveralPairs {
  readonly #run: RunState;
  /** One for each slot when stretches are possible: all pairs have the same candles, no timer ticks. */
  #lanes: Lanes = lanesOf([]);
  /** By pair, where there are lanes: one of its own. */
  readonly #laneOf = listOf<Lane>();
  /** The first row of the first pair at which all strategies are asked. */
  #askedFrom = 0;
  #isAligned = false;
  #isBegun = false;
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
    this.#block = Math.floor(READ_AHEAD / this.#columns.flat().length);
  }

  /** @returns false at the end of the data */
  advance(until: number): boolean {
    if (!this.#isBegun) this.#begin();
    const run = this.#run;
    run.batch.manages = true;
    if (!this.#isAligned) {
      for (;;) {
        const opened = run.nextTime;
        if (opened === Number.POSITIVE_INFINITY) return false;
        if (opened >= until) return true;
        run.gather(opened);
        this.#fund(opened);
        this.#trade(opened);
        this.#close(opened);
      }
    }
    const { rows } = run;
    const { time } = run.feeds[0]!.candles;
    const last = until === Number.POSITIVE_INFINITY ? time.length : lowerBound(time, until);
    // Rows of the first pair: before the one no funding settles, up to the other columns are read ahead.
    let unfunded = rows[0]!;
    let ahead = this.#block < LEAST_BLOCK ? Number.POSITIVE_INFINITY : rows[0]!;
    while (rows[0]! < last) {
      const opened = time[rows[0]!]!;
      if (rows[0]! >= unfunded) {
        this.#fund(opened);
        unfunded = Math.min(last, nextAtLeast(time, this.#nextFunding(), rows[0]!));
      }
      if (rows[0]! >= ahead) ahead = this.#readBlock();
      const to = Math.min(unfunded, ahead);
      if (this.#stretch(to)) continue;
      this.#trade(opened);
      // The rest of these candles may be the beginning of the next stretch.
      if (!this.#stretch(to)) this.#close(opened);
    }
    if (last < time.length) return true;
    // Stretches leave only closes: what closes positions at the end of the data looks at whole candles.
    for (const [p, { state, candles, markHigh, markLow }] of run.feeds.entries())
      state.show(candles, rows[p]! - 1, markHigh, markLow);
    return false;
  }

  #begin(): void {
    this.#isBegun = true;
    this.#isAligned = this.#areAligned();
    if (!this.#isAligned) return;
    const { engine, feeds, rows, batch, ticks } = this.#run;
    batch.pairs.length = 0;
    for (const { state } of feeds) {
      state.isHere = true;
      batch.pairs.push(state);
    }
    // A timer ticks, or a strategy does not hear of candles: there are no stretches.
    if (ticks || feeds.some(({ state }) => state.slots.some(({ has }) => !has.onCandle))) return;
    const lanes = listOf<Lane>();
    for (const [p, feed] of feeds.entries())
      for (const slot of feed.state.slots) {
        const shift = rows[p]! - rows[0]!;
        const lane = engine.lane(slot, feed, shift);
        append(lanes, lane);
        this.#laneOf[p] = lane;
        this.#askedFrom = Math.max(this.#askedFrom, slot.startRow - shift);
      }
    this.#lanes = lanesOf(lanes);
  }

  /** Takes as many steps as go in one stretch, and sees to what the last of them asked for; false when there are none. */
  #stretch(to: number): boolean {
    const { engine, venue, resting, feeds, rows, equity } = this.#run;
    const from = rows[0]!;
    if (this.#laneOf.length === 0 || from < this.#askedFrom || venue.hasArriving) return false;
    const next = engine.stretchTogether(this.#lanes, from, to, resting, equity);
    if (next === from) return false;
    for (let p = 0; p < rows.length; p++) rows[p] = rows[p]! + next - from;
    this.#run.lastTime = feeds[0]!.candles.time[next - 1]! + feeds[0]!.length;
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
    for (let p = 0; p < this.#run.feeds.length; p++) next = Math.min(next, this.#run.nextFunding(p));
    return next;
  }

  /**
   * Reads the next block of rows, column by column, so that it lies in the cache when it is needed: step by step, dozens of columns are read at a
   * time, and the processor foresees but a few.
   * @returns the first pair's row after it
   */
  #readBlock(): number {
    const { rows } = this.#run;
    for (let p = 0; p < rows.length; p++) {
      const from = rows[p]!;
      const columns = this.#columns[p]!;
      for (let k = 0; k < columns.length; k++) this.#readAhead += sumOfLines(columns[k]!, from, from + this.#block);
    }
    return rows[0]! + this.#block;
  }

  /** What the venue does in one step, phase by phase. */
  #trade(opened: number): void {
    const { venue, engine, feeds, batch, resting, rows } = this.#run;
    const now = engine.clock.toEngine(opened);
    const lengthNs = feeds[0]!.length * 1e6;
    const { pairs } = batch;
    const touched = this.#touched;
    const lanes = this.#laneOf;
    const row = rows[0]!;
    let isTouched = false;
    venue.begin(now);
    this.#step++;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      touched[k] = 0;
      if ((k < lanes.length && lanes[k]!.isClear(row, resting)) || !this.#touches(state)) continue;
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

  /** All pairs have the same candles from here on. */
  #areAligned(): boolean {
    const { feeds, rows } = this.#run;
    const [first, ...rest] = feeds;
    const { time } = first!.candles;
    const from = rows[0]!;
    return rest.every((feed, k) => {
      const own = feed.candles.time;
      const shift = rows[k + 1]! - from;
      if (own.length - time.length !== shift) return false;
      for (let i = from; i < time.length; i++) if (own[i + shift] !== time[i]) return false;
      return true;
    });
  }
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
