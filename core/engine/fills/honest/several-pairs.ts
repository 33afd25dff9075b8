import type { RunState } from './run-state.ts';

/**
 * Drives several pairs without detail candles: all of them go through a phase before the next begins. A pair of which nothing rests or is held
 * shows only its close.
 */
export class SeveralPairs {
  readonly #run: RunState;
  /** All pairs have the same candles from here on: known at the first step. */
  #isAligned: boolean | undefined;

  constructor(run: RunState) {
    this.#run = run;
  }

  /** @returns false at the end of the data */
  advance(until: number): boolean {
    const run = this.#run;
    const { engine, venue, resting, feeds, rows, batch } = run;
    const count = feeds.length;
    const states = feeds.map((f) => f.state);
    const times = feeds.map((f) => f.candles.time);
    const closes = feeds.map((f) => f.candles.close);
    const hasFunding = feeds.some((f) => f.funding !== undefined);
    const { length } = feeds[0]!;
    const lengthNs = length * 1e6;
    this.#isAligned ??= this.#areAligned();
    const isAligned = this.#isAligned;
    batch.manages = true;
    if (isAligned) {
      batch.pairs.length = 0;
      for (const state of states) {
        state.isHere = true;
        batch.pairs.push(state);
      }
    }
    for (;;) {
      const row0 = rows[0]!;
      const time0 = times[0]!;
      const opened = !isAligned ? run.nextTime : row0 < time0.length ? time0[row0]! : Number.POSITIVE_INFINITY;
      if (opened === Number.POSITIVE_INFINITY) return false;
      if (opened >= until) return true;
      const now = engine.clock.toEngine(opened);
      if (!isAligned) run.gather(opened);
      const isAll = venue.hasArriving;
      let isWatched = isAll;
      for (let p = 0; p < count; p++) {
        const state = states[p]!;
        if (!isAligned && !state.isHere) continue;
        state.close = closes[p]![rows[p]!]!;
        if (isAll || resting.watches(state)) {
          isWatched = true;
          this.#show(p);
        }
        if (hasFunding && feeds[p]!.funding !== undefined) run.fund(p, opened);
      }
      venue.begin();
      if (isWatched) this.#trade(now, lengthNs, isAll);
      for (let p = 0; p < count; p++) {
        const state = states[p]!;
        if (!isAligned && !state.isHere) continue;
        state.cursor.row = rows[p]!++;
        state.last = state.close;
      }
      run.close(opened + length);
    }
  }

  /** The phases of one step, of which some pairs are watched. */
  #trade(now: number, lengthNs: number, isShown: boolean): void {
    const { venue, resting, feeds, batch } = this.#run;
    const { pairs } = batch;
    let isTouched = false;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      if (!resting.watches(state) || !resting.touches(state)) continue;
      isTouched = true;
      venue.gap(state, now);
    }
    if (venue.hasArriving) {
      // What the gaps set free may go to a pair that nobody watched.
      if (!isShown) for (let p = 0; p < feeds.length; p++) if (feeds[p]!.state.isHere) this.#show(p);
      isTouched = true;
      venue.open(now, lengthNs);
    }
    if (!isTouched) return;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      if (resting.watches(state) && resting.touches(state)) venue.trade(state, now, lengthNs);
    }
  }

  /** Shows the candle at hand of a pair to the venue. */
  #show(p: number): void {
    const { state, candles, markHigh, markLow } = this.#run.feeds[p]!;
    state.show(candles, this.#run.rows[p]!, markHigh, markLow);
  }

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
