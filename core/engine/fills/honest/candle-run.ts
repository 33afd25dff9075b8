import type { Engine } from '../../engine.ts';
import { EquityLog } from '../../equity.ts';
import { EVENT } from '../../events.ts';
import { Detailed } from './detailed.ts';
import { advanceOnePair } from './one-pair.ts';
import type { PairFeed } from './pair-feed.ts';
import { Resting } from './resting.ts';
import { RunState } from './run-state.ts';
import { SeveralPairs } from './several-pairs.ts';
import { CandleVenue } from './venue.ts';
import type { VenueOptions } from './venue-options.ts';

/**
 * Drives the engine over stored candles with the `honest` venue: for each step in time, funding, arrived orders at the open, resting orders
 * within the candle, then the close. All pairs go through a phase before the next begins.
 */
export class CandleRun {
  readonly equity: EquityLog;
  readonly #run: RunState;
  readonly #advance: (until: number) => boolean;

  constructor(engine: Engine, feeds: readonly PairFeed[], options: VenueOptions) {
    const resting = new Resting(feeds.length);
    const venue = new CandleVenue(engine, feeds.length, resting, options);
    const [first] = feeds;
    const isOne = (feed: PairFeed) => feed.candles.time === first!.candles.time && feed.startRow === first!.startRow;
    const times = feeds.every(isOne) ? first?.closeTime?.subarray(first.startRow) : undefined;
    this.equity = new EquityLog(
      feeds.reduce((most, f) => Math.max(most, f.candles.length - f.startRow), 0),
      times,
    );
    const run = new RunState(engine, venue, resting, feeds, this.equity);
    this.#run = run;
    this.#advance = driverOf(run);
  }

  /** Opening time (ms) of the next step, or NaN at the end. */
  get nextTime(): number {
    const next = this.#run.nextTime;
    return next === Number.POSITIVE_INFINITY ? Number.NaN : next;
  }

  /** Processes steps that open before `until` (ms UTC). Returns false when the data is at its end. */
  advance(until: number): boolean {
    return this.#advance(until);
  }

  /** Closes what is open at the last price. */
  finish(): void {
    const { engine, venue, lastTime } = this.#run;
    if (Number.isNaN(lastTime)) return;
    const time = engine.clock.toEngine(lastTime);
    const tell = (name: 'stop-entries' | 'close-all') =>
      venue.accept(engine.process({ kind: EVENT.command, time, command: { name } }), time);
    tell('stop-entries');
    venue.refuseEntries(time);
    const closeAll = () => {
      tell('close-all');
      venue.finish(time);
    };
    closeAll();
    // An exit that was under way took off what was held when it was sent; more had come since.
    if (engine.ledger.openPositions > 0) closeAll();
    this.equity.replaceLast(engine.ledger.equity);
  }
}

function driverOf(run: RunState): (until: number) => boolean {
  if (run.feeds.some((f) => f.detail !== undefined)) {
    const detailed = new Detailed(run);
    return (until) => detailed.advance(until);
  }
  if (run.feeds.length === 1) return (until) => advanceOnePair(run, until);
  const several = new SeveralPairs(run);
  return (until) => several.advance(until);
}
