import { type CandleBatch, EVENT } from '../../events.ts';
import type { RunState } from './run-state.ts';

/** Drives pairs of which some have candles of a smaller timeframe: main candles in which something may trade are taken apart into those. */
export class Detailed {
  readonly #run: RunState;
  /** By pair: the next row of its detail candles. */
  readonly #details: Int32Array;
  readonly #manage: CandleBatch = { kind: EVENT.manage, time: 0, manages: true, pairs: [] };

  constructor(run: RunState) {
    this.#run = run;
    this.#details = new Int32Array(run.feeds.length);
  }

  /** @returns false at the end of the data */
  advance(until: number): boolean {
    for (;;) {
      const time = this.#run.nextTime;
      if (time === Number.POSITIVE_INFINITY) return false;
      if (time >= until) return true;
      this.#step(time);
    }
  }

  #step(opened: number): void {
    const run = this.#run;
    const { venue, resting, feeds, rows, batch } = run;
    run.gather(opened);
    const closes = opened + feeds[0]!.length;
    const detailed = feeds.some((f) => f.state.isHere && f.detail !== undefined && resting.watches(f.state));
    if (detailed || venue.hasArriving) this.#stepDetails(opened, closes);
    else {
      this.#market(opened, closes, rows, false);
      batch.manages = true;
    }
    for (let p = 0; p < feeds.length; p++) {
      const { state, candles } = feeds[p]!;
      const row = rows[p]!;
      if (row >= candles.length || candles.time[row] !== opened) continue;
      state.cursor.row = row;
      state.close = candles.close[row]!;
      rows[p] = row + 1;
    }
    run.close(closes);
  }

  /** The main candle as its smaller ones, each with the phases of its own. Pairs without detail candles in it trade on the main one. */
  #stepDetails(opened: number, closes: number): void {
    const { engine, venue, feeds, batch } = this.#run;
    const here = feeds.map((f) => f.state.isHere);
    const pending = feeds.map((f, p) => {
      if (!here[p]) return null;
      let from = this.#details[p]!;
      const time = f.detail?.time;
      while (time && from < time.length && time[from]! < opened) from++;
      this.#details[p] = from;
      return time && from < time.length && time[from]! < closes ? f : null;
    });
    const step = Math.min(...feeds.map((f) => f.detailLength ?? f.length));
    for (let time = opened; time < closes; time += step) {
      let any = false;
      for (let p = 0; p < feeds.length; p++) {
        const feed = feeds[p]!;
        const detailed = pending[p];
        const at = this.#details[p]!;
        feed.state.isHere = detailed ? detailed.detail!.time[at] === time : here[p]! && time === opened;
        any ||= feed.state.isHere;
      }
      if (!any) continue;
      this.#market(time, Math.min(time + step, closes), this.#details, true);
      const { pairs } = this.#manage;
      pairs.length = 0;
      for (let p = 0; p < feeds.length; p++) {
        const { state } = feeds[p]!;
        if (!state.isHere) continue;
        pairs.push(state);
        if (pending[p]) this.#details[p]!++;
      }
      this.#manage.time = engine.clock.toEngine(Math.min(time + step, closes));
      venue.accept(engine.candles(this.#manage), this.#manage.time);
    }
    batch.manages = false;
  }

  /** Funding, arrived orders, resting orders: of all pairs with a candle now. */
  #market(opened: number, closes: number, rows: Int32Array, isDetail: boolean): void {
    const run = this.#run;
    const { engine, venue, resting, feeds } = run;
    const now = engine.clock.toEngine(opened);
    for (let p = 0; p < feeds.length; p++) {
      const feed = feeds[p]!;
      const { state, detail } = feed;
      if (!state.isHere) continue;
      const fromDetail = isDetail && detail !== undefined && detail.time[rows[p]!] === opened;
      const row = fromDetail ? rows[p]! : run.rows[p]!;
      if (fromDetail === (detail !== undefined))
        state.show(fromDetail ? detail! : feed.candles, row, feed.markHigh, feed.markLow);
      else state.show(feed.candles, row);
      if (feed.funding !== undefined) run.fund(p, opened);
    }
    const length = (closes - opened) * 1e6;
    venue.begin(now);
    for (let p = 0; p < feeds.length; p++) {
      const { state } = feeds[p]!;
      if (state.isHere && resting.touches(state)) venue.gap(state, now);
    }
    if (venue.hasArriving) venue.open(now, length);
    for (let p = 0; p < feeds.length; p++) {
      const { state } = feeds[p]!;
      if (state.isHere && resting.touches(state)) venue.trade(state, now, length);
    }
  }
}
