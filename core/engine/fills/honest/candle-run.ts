import type { CandleTable } from '../../../domain/candles.ts';
import type { Engine } from '../../engine.ts';
import { EquityLog } from '../../equity.ts';
import { type CandleBatch, EVENT, type FundingEvent, type TimerEvent } from '../../events.ts';
import type { PairState } from '../../slot.ts';
import { CandleVenue, type VenueOptions } from './venue.ts';

/** What the run needs of one pair. Main-grid row i is `candles` row i. */
export interface PairFeed {
  readonly state: PairState;
  readonly candles: CandleTable;
  /** Closing time of each candle, ms UTC: spares the equity curve of a single pair its time column. */
  readonly closeTime?: Float64Array;
  /** First row that is traded: those before only warm features up. */
  readonly startRow: number;
  /** Main candle length, ms. */
  readonly length: number;
  /** Candles of the detail timeframe, if any. */
  readonly detail?: CandleTable;
  readonly detailLength?: number;
  /** Funding settlements: when (ms UTC), at what rate, on what mark price. */
  readonly funding?: { readonly time: Float64Array; readonly rate: Float64Array; readonly mark: Float64Array };
  /** Range of the mark price, aligned with the manage candles. */
  readonly markHigh?: Float64Array;
  readonly markLow?: Float64Array;
}

/**
 * Drives the engine over stored candles with the `honest` venue: for each step in time, funding, arrived orders at the open, resting orders
 * within the candle, then the close. All pairs go through a phase before the next begins.
 */
export class CandleRun {
  readonly equity: EquityLog;
  readonly #engine: Engine;
  readonly #venue: CandleVenue;
  readonly #feeds: readonly PairFeed[];
  readonly #rows: Int32Array;
  readonly #details: Int32Array;
  readonly #fundings: Int32Array;
  readonly #candles: CandleBatch = { kind: EVENT.candles, time: 0, manages: true, pairs: [] };
  readonly #manage: CandleBatch = { kind: EVENT.manage, time: 0, manages: true, pairs: [] };
  #lastTime = Number.NaN;
  #isAligned: boolean | undefined;
  /** One tick per candle, where a strategy listens. */
  readonly #timer: TimerEvent | null;

  constructor(engine: Engine, feeds: readonly PairFeed[], venue: VenueOptions) {
    this.#engine = engine;
    this.#feeds = feeds;
    this.#venue = new CandleVenue(
      engine,
      feeds.map((f) => f.state),
      venue,
    );
    const listens = feeds.some((f) => f.state.slots.some((s) => s.strategy.onTimer !== undefined));
    this.#timer = listens ? { kind: EVENT.timer, time: 0 } : null;
    this.#rows = Int32Array.from(feeds, (f) => f.startRow);
    this.#details = new Int32Array(feeds.length);
    this.#fundings = new Int32Array(feeds.length);
    const [only] = feeds;
    const times = feeds.length === 1 ? only?.closeTime?.subarray(only.startRow) : undefined;
    this.equity = new EquityLog(
      feeds.reduce((most, f) => Math.max(most, f.candles.length - f.startRow), 0),
      times,
    );
  }

  /** Opening time (ms) of the next step, or NaN at the end. */
  get nextTime(): number {
    const next = this.#nextTime();
    return next === Number.POSITIVE_INFINITY ? Number.NaN : next;
  }

  /** Processes steps that open before `until` (ms UTC). Returns false when the data is at its end. */
  advance(until: number): boolean {
    const only = this.#feeds.length === 1 && this.#feeds[0]!.detail === undefined ? this.#feeds[0]! : null;
    if (only) return this.#advanceOne(only, until);
    if (this.#feeds.every((f) => f.detail === undefined)) return this.#advanceTogether(until);
    for (;;) {
      const time = this.nextTime;
      if (Number.isNaN(time)) return false;
      if (time >= until) return true;
      this.#step(time);
    }
  }

  /** Closes what is open at the last price. */
  finish(): void {
    if (Number.isNaN(this.#lastTime)) return;
    const time = this.#engine.clock.toEngine(this.#lastTime);
    const tell = (name: 'stop-entries' | 'close-all') =>
      this.#venue.accept(this.#engine.process({ kind: EVENT.command, time, command: { name } }), time);
    tell('stop-entries');
    this.#venue.refuseEntries(time);
    tell('close-all');
    this.#venue.finish(time);
    this.equity.replaceLast(this.#engine.ledger.equity);
  }

  /** The common case, one pair without detail, with everything that does not change hoisted. */
  #advanceOne(feed: PairFeed, until: number): boolean {
    const { state, candles, length } = feed;
    const { time, open, high, low, close, volume } = candles;
    const engine = this.#engine;
    const venue = this.#venue;
    const batch = this.#candles;
    const { ledger, clock } = engine;
    const { equity } = this;
    const lengthNs = length * 1e6;
    const { origin } = clock;
    const markHigh = feed.markHigh ?? high;
    const markLow = feed.markLow ?? low;
    const rows = candles.length;
    let row = this.#rows[0]!;
    batch.pairs.length = 1;
    batch.pairs[0] = state;
    batch.manages = true;
    state.isHere = true;
    for (; row < rows && time[row]! < until; row++) {
      const opened = time[row]!;
      const now = (opened - origin) * 1e6;
      state.open = open[row]!;
      state.high = high[row]!;
      state.low = low[row]!;
      state.close = close[row]!;
      state.volume = volume[row]!;
      state.markHigh = markHigh[row]!;
      state.markLow = markLow[row]!;
      if (feed.funding !== undefined) this.#fund(0, opened);
      venue.begin();
      let touched = venue.touches(state);
      if (touched) venue.gap(state, now);
      if (venue.hasArriving) {
        venue.open(now, lengthNs);
        touched = venue.touches(state);
      }
      if (touched) venue.trade(state, now, lengthNs);
      state.cursor.row = row;
      batch.time = now + lengthNs;
      const effects = engine.candles(batch);
      if (!effects.isEmpty) venue.accept(effects, batch.time);
      if (this.#timer !== null) this.#tick(batch.time);
      equity.add(opened + length, ledger.equity);
    }
    this.#rows[0] = row;
    if (row > 0) this.#lastTime = time[row - 1]! + length;
    return row < rows;
  }

  /**
   * Several pairs without detail: what `#step` does, in one loop with everything that does not change hoisted. A pair of which nothing rests
   * or is held shows only its close.
   */
  #advanceTogether(until: number): boolean {
    const feeds = this.#feeds;
    const rows = this.#rows;
    const engine = this.#engine;
    const venue = this.#venue;
    const batch = this.#candles;
    const { pairs } = batch;
    const { ledger, clock } = engine;
    const { equity } = this;
    const { origin } = clock;
    const count = feeds.length;
    const states = feeds.map((f) => f.state);
    const times = feeds.map((f) => f.candles.time);
    const closes = feeds.map((f) => f.candles.close);
    const hasFunding = feeds.some((f) => f.funding !== undefined);
    this.#isAligned ??= this.#areAligned();
    const isAligned = this.#isAligned;
    batch.manages = true;
    if (isAligned) {
      pairs.length = 0;
      for (const state of states) {
        state.isHere = true;
        pairs.push(state);
      }
    }
    for (;;) {
      const row0 = rows[0]!;
      const time0 = times[0]!;
      const opened = !isAligned ? this.#nextTime() : row0 < time0.length ? time0[row0]! : Number.POSITIVE_INFINITY;
      if (opened === Number.POSITIVE_INFINITY) return false;
      if (opened >= until) return true;
      const now = (opened - origin) * 1e6;
      if (!isAligned) this.#gather(opened);
      const isAll = venue.hasArriving;
      let isWatched = isAll;
      for (let p = 0; p < count; p++) {
        const state = states[p]!;
        if (!isAligned && !state.isHere) continue;
        state.close = closes[p]![rows[p]!]!;
        if (isAll || venue.watches(state)) {
          isWatched = true;
          this.#show(p);
        }
        if (hasFunding && feeds[p]!.funding !== undefined) this.#fund(p, opened);
      }
      const { length } = feeds[0]!;
      const lengthNs = length * 1e6;
      venue.begin();
      if (isWatched) this.#together(now, lengthNs, isAll);
      for (let p = 0; p < count; p++) {
        const state = states[p]!;
        if (!isAligned && !state.isHere) continue;
        state.cursor.row = rows[p]!++;
        state.last = state.close;
      }
      batch.time = now + lengthNs;
      const effects = engine.candles(batch);
      if (!effects.isEmpty) venue.accept(effects, batch.time);
      if (this.#timer !== null) this.#tick(batch.time);
      equity.add(opened + length, ledger.equity);
      this.#lastTime = opened + length;
    }
  }

  /** The phases of one step of several pairs, some of which are watched. */
  #together(now: number, lengthNs: number, isShown: boolean): void {
    const venue = this.#venue;
    const { pairs } = this.#candles;
    let isTouched = false;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      if (!venue.watches(state) || !venue.touches(state)) continue;
      isTouched = true;
      venue.gap(state, now);
    }
    if (venue.hasArriving) {
      // What the gaps set free may go to a pair that nobody watched.
      if (!isShown) for (let p = 0; p < this.#feeds.length; p++) if (this.#feeds[p]!.state.isHere) this.#show(p);
      isTouched = true;
      venue.open(now, lengthNs);
    }
    if (!isTouched) return;
    for (let k = 0; k < pairs.length; k++) {
      const state = pairs[k]!;
      if (venue.watches(state) && venue.touches(state)) venue.trade(state, now, lengthNs);
    }
  }

  /** Shows the candle at hand of a pair to the venue. */
  #show(p: number): void {
    const feed = this.#feeds[p]!;
    const { state, candles } = feed;
    const row = this.#rows[p]!;
    state.open = candles.open[row]!;
    state.high = candles.high[row]!;
    state.low = candles.low[row]!;
    state.volume = candles.volume[row]!;
    state.markHigh = feed.markHigh === undefined ? state.high : feed.markHigh[row]!;
    state.markLow = feed.markLow === undefined ? state.low : feed.markLow[row]!;
  }

  /** Finds the pairs that have a candle now. */
  #gather(opened: number): void {
    const { pairs } = this.#candles;
    let here = 0;
    for (let p = 0; p < this.#feeds.length; p++) {
      const { state, candles } = this.#feeds[p]!;
      const row = this.#rows[p]!;
      state.isHere = row < candles.length && candles.time[row] === opened;
      if (state.isHere) pairs[here++] = state;
    }
    pairs.length = here;
  }

  /** All pairs have the same candles from here on. */
  #areAligned(): boolean {
    const [first, ...rest] = this.#feeds;
    const { time } = first!.candles;
    const from = this.#rows[0]!;
    return rest.every((feed, k) => {
      const own = feed.candles.time;
      const shift = this.#rows[k + 1]! - from;
      if (own.length - time.length !== shift) return false;
      for (let i = from; i < time.length; i++) if (own[i + shift] !== time[i]) return false;
      return true;
    });
  }

  /** Opening time (ms) of the next step, or infinity at the end. */
  #nextTime(): number {
    const feeds = this.#feeds;
    const rows = this.#rows;
    let next = Number.POSITIVE_INFINITY;
    for (let p = 0; p < feeds.length; p++) {
      const { time } = feeds[p]!.candles;
      const row = rows[p]!;
      if (row < time.length && time[row]! < next) next = time[row]!;
    }
    return next;
  }

  #tick(time: number): void {
    this.#timer!.time = time;
    this.#venue.accept(this.#engine.process(this.#timer!), time);
  }

  #step(opened: number): void {
    const engine = this.#engine;
    const { pairs } = this.#candles;
    pairs.length = 0;
    let closes = 0;
    for (let p = 0; p < this.#feeds.length; p++) {
      const { candles, state, length } = this.#feeds[p]!;
      const row = this.#rows[p]!;
      state.isHere = row < candles.length && candles.time[row] === opened;
      if (!state.isHere) continue;
      pairs.push(state);
      closes = opened + length;
    }
    const detailed = this.#feeds.some((f) => f.state.isHere && f.detail !== undefined && this.#venue.watches(f.state));
    if (detailed || (this.#venue.hasArriving && this.#feeds.some((f) => f.detail !== undefined)))
      this.#stepDetails(opened, closes);
    else {
      this.#market(opened, closes, this.#feeds, this.#rows, false);
      this.#candles.manages = true;
    }
    for (let p = 0; p < this.#feeds.length; p++) {
      const { state, candles } = this.#feeds[p]!;
      const row = this.#rows[p]!;
      if (row >= candles.length || candles.time[row] !== opened) continue;
      state.cursor.row = row;
      state.close = candles.close[row]!;
      this.#rows[p] = row + 1;
    }
    this.#candles.time = engine.clock.toEngine(closes);
    this.#venue.accept(engine.candles(this.#candles), this.#candles.time);
    if (this.#timer !== null) this.#tick(this.#candles.time);
    this.equity.add(closes, engine.ledger.equity);
    this.#lastTime = closes;
  }

  /** The main candle as its smaller ones, each with the phases of its own. Pairs without detail candles in it trade on the main one. */
  #stepDetails(opened: number, closes: number): void {
    const engine = this.#engine;
    const here = this.#feeds.map((f) => f.state.isHere);
    const pending = this.#feeds.map((f, p) => {
      if (!here[p]) return null;
      let from = this.#details[p]!;
      const time = f.detail?.time;
      while (time && from < time.length && time[from]! < opened) from++;
      this.#details[p] = from;
      return time && from < time.length && time[from]! < closes ? f : null;
    });
    const step = Math.min(...this.#feeds.map((f) => f.detailLength ?? f.length));
    for (let time = opened; time < closes; time += step) {
      let any = false;
      for (let p = 0; p < this.#feeds.length; p++) {
        const feed = this.#feeds[p]!;
        const detailed = pending[p];
        const at = this.#details[p]!;
        feed.state.isHere = detailed ? detailed.detail!.time[at] === time : here[p]! && time === opened;
        any ||= feed.state.isHere;
      }
      if (!any) continue;
      this.#market(time, Math.min(time + step, closes), this.#feeds, this.#details, true);
      const { pairs } = this.#manage;
      pairs.length = 0;
      for (let p = 0; p < this.#feeds.length; p++) {
        const { state } = this.#feeds[p]!;
        if (!state.isHere) continue;
        pairs.push(state);
        if (pending[p]) this.#details[p]!++;
      }
      this.#manage.time = engine.clock.toEngine(Math.min(time + step, closes));
      this.#venue.accept(engine.candles(this.#manage), this.#manage.time);
    }
    this.#candles.manages = false;
  }

  /** Funding, arrived orders, resting orders: of all pairs with a candle now. */
  #market(opened: number, closes: number, feeds: readonly PairFeed[], rows: Int32Array, isDetail: boolean): void {
    const now = this.#engine.clock.toEngine(opened);
    for (let p = 0; p < feeds.length; p++) {
      const feed = feeds[p]!;
      const { state } = feed;
      if (!state.isHere) continue;
      const fromDetail = isDetail && feed.detail !== undefined && feed.detail.time[rows[p]!] === opened;
      const table = fromDetail ? feed.detail! : feed.candles;
      const row = fromDetail ? rows[p]! : this.#rows[p]!;
      state.open = table.open[row]!;
      state.high = table.high[row]!;
      state.low = table.low[row]!;
      state.close = table.close[row]!;
      state.volume = table.volume[row]!;
      const marks = fromDetail === (feed.detail !== undefined) && feed.markHigh !== undefined;
      state.markHigh = marks ? feed.markHigh![row]! : state.high;
      state.markLow = marks ? feed.markLow![row]! : state.low;
      if (feed.funding !== undefined) this.#fund(p, opened);
    }
    const venue = this.#venue;
    const length = (closes - opened) * 1e6;
    venue.begin();
    for (let p = 0; p < feeds.length; p++) {
      const { state } = feeds[p]!;
      if (state.isHere && venue.touches(state)) venue.gap(state, now);
    }
    if (venue.hasArriving) venue.open(now, length);
    for (let p = 0; p < feeds.length; p++) {
      const { state } = feeds[p]!;
      if (state.isHere && venue.touches(state)) venue.trade(state, now, length);
    }
  }

  /** Settlements up to and including `until`: what is held when the step begins pays them. */
  #fund(p: number, until: number): void {
    const { funding, state } = this.#feeds[p]!;
    const { time, rate, mark } = funding!;
    let k = this.#fundings[p]!;
    for (; k < time.length && time[k]! <= until; k++) {
      if (state.slots.every((s) => s.position === null)) continue;
      const event: FundingEvent = {
        kind: EVENT.funding,
        time: this.#engine.clock.toEngine(until),
        pair: state,
        rate: rate[k]!,
        mark: mark[k]!,
      };
      this.#venue.accept(this.#engine.process(event), event.time);
      // Paid from the margin, it moves the liquidation price.
      this.#venue.unsettle(state);
    }
    this.#fundings[p] = k;
  }
}
