import type { Engine } from '../../engine.ts';
import type { EquityLog } from '../../equity.ts';
import { type CandleBatch, EVENT, type FundingEvent, type TimerEvent } from '../../events.ts';
import type { PairFeed } from './pair-feed.ts';
import type { Resting } from './resting.ts';
import type { CandleVenue } from './venue.ts';

/** Where a run over candles is, and what it drives. */
export class RunState {
  readonly engine: Engine;
  readonly venue: CandleVenue;
  readonly resting: Resting;
  readonly feeds: readonly PairFeed[];
  readonly equity: EquityLog;
  /** By pair: the next row of its main grid. */
  readonly rows: Int32Array;
  /** The main candles that close next. */
  readonly batch: CandleBatch = { kind: EVENT.candles, time: 0, manages: true, pairs: [] };
  /** Close of the last candle, ms UTC; NaN before the first. */
  lastTime = Number.NaN;
  /** One tick per candle, where a strategy listens. */
  readonly #timer: TimerEvent | null;
  /** By pair: the next funding settlement. */
  readonly #fundings: Int32Array;

  constructor(engine: Engine, venue: CandleVenue, resting: Resting, feeds: readonly PairFeed[], equity: EquityLog) {
    this.engine = engine;
    this.venue = venue;
    this.resting = resting;
    this.feeds = feeds;
    this.equity = equity;
    this.rows = Int32Array.from(feeds, (f) => f.startRow);
    this.#fundings = new Int32Array(feeds.length);
    const listens = feeds.some((f) => f.state.slots.some((s) => s.strategy.onTimer !== undefined));
    this.#timer = listens ? { kind: EVENT.timer, time: 0 } : null;
  }

  /** Strategies hear each candle's close as a timer tick, too. */
  get ticks(): boolean {
    return this.#timer !== null;
  }

  /** Opening time (ms) of the next step, or infinity at the end. */
  get nextTime(): number {
    const { feeds, rows } = this;
    let next = Number.POSITIVE_INFINITY;
    for (let p = 0; p < feeds.length; p++) {
      const { time } = feeds[p]!.candles;
      const row = rows[p]!;
      if (row < time.length && time[row]! < next) next = time[row]!;
    }
    return next;
  }

  /** Finds the pairs that have a candle that opens now, and puts them into the batch. */
  gather(opened: number): void {
    const { pairs } = this.batch;
    let here = 0;
    for (let p = 0; p < this.feeds.length; p++) {
      const { state, candles } = this.feeds[p]!;
      const row = this.rows[p]!;
      state.isHere = row < candles.length && candles.time[row] === opened;
      if (state.isHere) pairs[here++] = state;
    }
    pairs.length = here;
  }

  /** Closes the batch at hand at `time` (ms UTC) and keeps the equity. */
  close(time: number): void {
    const { batch, engine, venue } = this;
    batch.time = engine.clock.toEngine(time);
    const effects = engine.candles(batch);
    if (!effects.isEmpty) venue.accept(effects, batch.time);
    if (this.#timer !== null) {
      this.#timer.time = batch.time;
      venue.accept(engine.process(this.#timer), batch.time);
    }
    this.equity.add(time, engine.ledger.equity);
    this.lastTime = time;
  }

  /** Opening time (ms) of the next funding settlement of a pair, or infinity. */
  nextFunding(p: number): number {
    const { funding } = this.feeds[p]!;
    const k = this.#fundings[p]!;
    return funding !== undefined && k < funding.time.length ? funding.time[k]! : Number.POSITIVE_INFINITY;
  }

  /** Settlements up to and including `until`: what is held when the step begins pays them. */
  fund(p: number, until: number): void {
    const { funding, state } = this.feeds[p]!;
    const { time, rate, mark, markup } = funding!;
    let k = this.#fundings[p]!;
    for (; k < time.length && time[k]! <= until; k++) {
      if (state.slots.every((s) => s.position === null)) continue;
      const event: FundingEvent = {
        kind: EVENT.funding,
        time: this.engine.clock.toEngine(until),
        pair: state,
        rate: rate[k]!,
        mark: mark[k]!,
        ...(markup && { markup: markup[k]! }),
      };
      this.venue.accept(this.engine.process(event), event.time);
      // Paid from the margin, it moves the liquidation price.
      this.resting.unsettle(state);
    }
    this.#fundings[p] = k;
  }
}
