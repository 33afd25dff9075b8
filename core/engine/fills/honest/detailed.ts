import { type CandleBatch, EVENT } from '../../events.ts';
import type { PairFeed } from './pair-feed.ts';
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
      this.#market(opened, closes, null);
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

  /**
   * The main candle as its smaller ones, each with the phases of its own. Pairs of which those do not tell all trade on the main one, which is known
   * at its close and not before.
   */
  #stepDetails(opened: number, closes: number): void {
    const { feeds, batch, rows } = this.#run;
    const here = feeds.map((f) => f.state.isHere);
    const pending = feeds.map((f, p) => {
      if (!here[p]) return null;
      let from = this.#details[p]!;
      const time = f.detail?.time;
      while (time && from < time.length && time[from]! < opened) from++;
      this.#details[p] = from;
      return time && tellAll(f, rows[p]!, from, closes) ? f : null;
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
      this.#market(time, Math.min(time + step, closes), pending);
      const { pairs } = this.#manage;
      for (let p = 0; p < feeds.length; p++) {
        const { state } = feeds[p]!;
        if (!state.isHere || !pending[p]) continue;
        pairs.push(state);
        this.#details[p]!++;
      }
      this.#close(Math.min(time + step, closes));
    }
    for (let p = 0; p < feeds.length; p++) if (here[p] && !pending[p]) this.#manage.pairs.push(feeds[p]!.state);
    this.#close(closes);
    batch.manages = false;
  }

  /** Positions and orders of the pairs gathered for it are looked after at the close of their candles. */
  #close(time: number): void {
    const { engine, venue } = this.#run;
    const manage = this.#manage;
    if (manage.pairs.length === 0) return;
    manage.time = engine.clock.toEngine(time);
    venue.accept(engine.candles(manage), manage.time);
    manage.pairs.length = 0;
  }

  /**
   * Funding, arrived orders, resting orders: of all pairs with a candle now.
   * @param detailed by pair: its detail candles are played, not the main one; null: those of none
   */
  #market(opened: number, closes: number, detailed: readonly (PairFeed | null)[] | null): void {
    const run = this.#run;
    const { engine, venue, resting, feeds } = run;
    const now = engine.clock.toEngine(opened);
    for (let p = 0; p < feeds.length; p++) {
      const feed = feeds[p]!;
      const { state, detail } = feed;
      if (!state.isHere) continue;
      const fromDetail = detailed !== null && detailed[p] !== null;
      const row = fromDetail ? this.#details[p]! : run.rows[p]!;
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

/** The detail candles of a main one, from row `from` on, tell all of it: none is missing, or none that went further than those that are there. */
function tellAll(
  { candles, detail, detailLength, length }: PairFeed,
  row: number,
  from: number,
  closes: number,
): boolean {
  const { time, high, low } = detail!;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let at = from;
  for (; at < time.length && time[at]! < closes; at++) {
    highest = Math.max(highest, high[at]!);
    lowest = Math.min(lowest, low[at]!);
  }
  return (at - from) * detailLength! >= length || (highest >= candles.high[row]! && lowest <= candles.low[row]!);
}
