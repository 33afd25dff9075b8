import { type BookEvents, EVENT, SEE } from '../../book/book-events.ts';
import { PriceLadder } from '../../book/ladder.ts';

/** What is odd about a stream, in counts and shares: told on import, and in the notes of a run. */
export interface BookHealth {
  readonly rows: number;
  readonly trades: number;
  readonly snapshots: number;
  /** Rows that put a bid at or above the best ask, or an ask at or below the best bid. */
  readonly crossings: number;
  /** Share of the time between first and last row in which the raw book stood crossed. */
  readonly crossedShare: number;
  /** Silences longer than ten seconds, and the longest, ms. */
  readonly gaps: number;
  readonly longestGapMs: number;
  /** Silences after which the book goes on without a snapshot: what changed meanwhile is not known. */
  readonly openGaps: number;
  /** Rows before the first snapshot or clear, after which the book is whole; NaN when there is none. */
  readonly rowsBeforeSnapshot: number;
}

/** Longest silence that is not called a gap, ns. */
const SILENCE_NS = 10e9;

/** Replays the exchange's rows and reports what is odd. One pass; nothing is changed. */
export function bookHealth(events: BookEvents): BookHealth {
  const { length, see, kind, side, exchangeTime, price, lots } = events;
  const ladder = new PriceLadder();
  let [trades, snapshots, crossings, gaps, longest, crossedNs] = [0, 0, 0, 0, 0, 0];
  let [openGaps, isAfterGap] = [0, false];
  let rowsBeforeSnapshot = Number.NaN;
  let crossedSince = Number.NaN;
  let clearedAt = Number.NaN;
  let first = Number.NaN;
  let last = Number.NaN;
  for (let i = 0; i < length; i++) {
    if ((see[i]! & SEE.exchange) === 0) continue;
    const time = exchangeTime[i]!;
    if (Number.isNaN(first)) first = time;
    const silence = time - last;
    if (silence > SILENCE_NS) {
      gaps++;
      isAfterGap = true;
    }
    if (silence > longest) longest = silence;
    // A message is judged when the next one begins: inside it one side may come before the other.
    if (time !== last && !Number.isNaN(crossedSince)) {
      const isCrossed = ladder.isCrossed;
      if (isCrossed) crossedNs += time - crossedSince;
      crossedSince = isCrossed ? time : Number.NaN;
    }
    last = time;
    const what = kind[i]!;
    if (what === EVENT.trade) trades++;
    else if (what === EVENT.clear) {
      // The sides may be cleared one after the other.
      if (time !== clearedAt) snapshots++;
      clearedAt = time;
      isAfterGap = false;
      if (Number.isNaN(rowsBeforeSnapshot)) rowsBeforeSnapshot = i;
      ladder.clear(side[i]! as 1 | -1 | 0, price[i]!);
    } else if (what === EVENT.depth) {
      if (isAfterGap) openGaps++;
      isAfterGap = false;
      const tick = price[i]!;
      const isCrossing = lots[i]! > 0 && (side[i]! > 0 ? tick >= ladder.bestAsk : tick <= ladder.bestBid);
      if (isCrossing) {
        crossings++;
        if (Number.isNaN(crossedSince)) crossedSince = time;
      }
      ladder.set(side[i]! > 0 ? 1 : -1, tick, lots[i]!);
    }
  }
  const span = last - first;
  return {
    rows: length,
    trades,
    snapshots,
    crossings,
    crossedShare: span > 0 ? crossedNs / span : 0,
    gaps,
    longestGapMs: longest / 1e6,
    openGaps,
    rowsBeforeSnapshot,
  };
}
