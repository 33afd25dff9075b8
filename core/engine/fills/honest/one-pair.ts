import { lowerBound, nextAtLeast } from '../../../domain/candles.ts';
import type { RunState } from './run-state.ts';

/**
 * Drives one pair without detail candles, the common case: in stretches where nothing of it can trade, candle by candle where something may.
 * @returns false at the end of the data
 */
export function advanceOnePair(run: RunState, until: number): boolean {
  const { engine, venue, resting, rows, batch } = run;
  const feed = run.feeds[0]!;
  const { state, candles, length, markHigh, markLow } = feed;
  const { time } = candles;
  const { origin } = engine.clock;
  const lengthNs = length * 1e6;
  const canStretch = state.slots.length === 1 && !run.ticks;
  const last = until === Number.POSITIVE_INFINITY ? time.length : lowerBound(time, until);
  let row = rows[0]!;
  // The row before which no funding settles.
  let unfunded = row;
  batch.pairs.length = 1;
  batch.pairs[0] = state;
  batch.manages = true;
  state.isHere = true;
  while (row < last) {
    const opened = time[row]!;
    if (row >= unfunded) {
      if (feed.funding !== undefined) run.fund(0, opened);
      const next = run.nextFunding(0);
      unfunded = next === Number.POSITIVE_INFINITY ? last : Math.min(last, nextAtLeast(time, next, row));
    }
    if (canStretch && !venue.hasArriving) {
      const next = stretch(run, row, unfunded);
      if (next > row) {
        row = next;
        continue;
      }
    }
    const now = (opened - origin) * 1e6;
    state.show(candles, row, markHigh, markLow);
    venue.begin(now);
    let touched = resting.touches(state);
    if (touched) venue.gap(state, now);
    if (venue.hasArriving) {
      venue.open(now, lengthNs);
      touched = resting.touches(state);
    }
    if (touched) venue.trade(state, now, lengthNs);
    if (canStretch && !venue.hasArriving) {
      // The rest of this candle may be the beginning of the next stretch.
      const next = stretch(run, row, unfunded);
      if (next > row) {
        row = next;
        continue;
      }
    }
    state.cursor.row = row++;
    run.close(opened + length);
  }
  rows[0] = row;
  if (row > feed.startRow) {
    run.lastTime = time[row - 1]! + length;
    // Stretches leave only the close: what closes positions at the end looks at the whole candle.
    state.show(candles, row - 1, markHigh, markLow);
  }
  return row < time.length;
}

/** Takes what can be taken of rows [from, to) in one go, and sees to what the last of them asked for. Returns the row after it. */
function stretch({ engine, venue, resting, feeds, equity }: RunState, from: number, to: number): number {
  const feed = feeds[0]!;
  const { state } = feed;
  const next = engine.stretch(feed, from, to, resting.floor(state), resting.ceiling(state), equity);
  if (next === from || engine.effects.isEmpty) return next;
  venue.accept(engine.effects, engine.now);
  equity.add(feed.candles.time[next - 1]! + feed.length, engine.ledger.equity);
  return next;
}
