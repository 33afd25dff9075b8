import { basename } from 'node:path';
import { type BookEvents, EVENT, EventBuilder, SEE } from '../../book/book-events.ts';
import { isOpeningBook } from '../../book/import/hftbacktest.ts';
import { TidegateError } from '../../foundation/errors.ts';

/** The rows of one file. */
export interface TickSource {
  readonly name: string;
  readonly events: BookEvents;
}

/**
 * Puts books without a time (hftbacktest's snapshots) before the first row of the file that is given after them; the last one's before that of the first.
 * @throws TidegateError TICKS_SNAPSHOT_ALONE when there are no other rows
 */
export function withOpenings(sources: readonly TickSource[]): TickSource[] {
  const timed = sources.filter(({ events }) => !isOpeningBook(events));
  return sources.flatMap((source, i) => {
    if (isOpeningBook(source.events)) {
      if (timed.length > 0) return [];
      throw new TidegateError('TICKS_SNAPSHOT_ALONE', `${basename(source.name)} is a book without a time`, {
        where: source.name,
        remedy: 'Give it together with the file that goes on from it, and before that one.',
      });
    }
    const before = sources[i - 1];
    const last = source === timed[0] && isOpeningBook(sources.at(-1)!.events) ? sources.at(-1)! : null;
    const opening = before && isOpeningBook(before.events) ? before : last;
    return [opening === null ? source : { ...source, events: opened(opening.events, source.events) }];
  });
}

/** `events` with the rows of `opening` at the time of the first. */
function opened(opening: BookEvents, events: BookEvents): BookEvents {
  const builder = new EventBuilder(events.originMs, opening.length + events.length);
  const exchange = events.exchangeTime.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const local = events.localTime.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  for (let i = 0; i < opening.length; i++)
    builder.push(SEE.both, opening.kind[i]!, opening.side[i]!, exchange, local, opening.price[i]!, opening.lots[i]!);
  append(builder, events);
  return builder.events();
}

function append(builder: EventBuilder, events: BookEvents): void {
  const { length, see, kind, side, exchangeTime, localTime, price, lots } = events;
  for (let i = 0; i < length; i++)
    builder.push(see[i]!, kind[i]!, side[i]!, exchangeTime[i]!, localTime[i]!, price[i]!, lots[i]!);
}

/** One stream of sources that are right for both readers each and follow each other in both clocks; null when they do not. All count from one origin. */
export function inSequence(sources: readonly TickSource[]): BookEvents | null {
  const spans = sources.map(({ events }) => ({
    events,
    exchange: spanOf(events, 'exchangeTime', (i) => (events.see[i]! & SEE.exchange) !== 0),
    local: spanOf(events, 'localTime', (i) => (events.see[i]! & SEE.local) !== 0),
  }));
  spans.sort((a, b) => a.exchange.from - b.exchange.from);
  const follow = spans.every(
    ({ exchange, local }, i) =>
      i === 0 || (spans[i - 1]!.exchange.to <= exchange.from && spans[i - 1]!.local.to <= local.from),
  );
  if (!follow) return null;
  if (spans.length === 1) return spans[0]!.events;
  const builder = new EventBuilder(spans[0]!.events.originMs);
  for (const { events } of spans) append(builder, events);
  return builder.events();
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(events: BookEvents, clock: 'exchangeTime' | 'localTime', isMeant: (row: number) => boolean): Span {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < events.length; i++) {
    if (!isMeant(i)) continue;
    const time = events[clock][i]!;
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return { from, to };
}

/** More of the shorter file's time than this in the other one, too, and the two tell the same. */
const MOST_SHARED = 0.5;

/**
 * Refuses two files that tell the trades, or the book, of the same time: every trade would count twice, and two views of a book contradict each other.
 * @throws TidegateError TICKS_OVERLAP
 */
export function refuseOverlaps(sources: readonly TickSource[]): void {
  for (const [what, kind] of [
    ['trades', EVENT.trade],
    ['the book', EVENT.depth],
  ] as const) {
    const spans = sources.map(({ name, events }) => ({
      name,
      ...spanOf(events, 'exchangeTime', (i) => events.kind[i] === kind),
    }));
    for (const [i, a] of spans.entries())
      for (const b of spans.slice(0, i)) {
        const shared = Math.min(a.to, b.to) - Math.max(a.from, b.from);
        if (!(shared > MOST_SHARED * Math.min(a.to - a.from, b.to - b.from))) continue;
        throw new TidegateError(
          'TICKS_OVERLAP',
          `${basename(b.name)} and ${basename(a.name)} both tell ${what} of the same ${(shared / 1e9).toFixed(0)} seconds`,
          { where: a.name, remedy: 'Give one of them: together every change would count twice.' },
        );
      }
  }
}

/** Share of the rows that may be received wildly too early, and what is wildly, ns. */
const WILD_SHARE = 0.001;
const WILD_NS = 1e9;

/**
 * Mends receive times that lie over a second before all but a thousandth of the others, measured against the exchange's: such a row gets the receive time of
 * the row before it, instead of moving everybody's clock. Changes `events` in place.
 * @returns how many there were
 */
export function mendReceipts({ length, exchangeTime, localTime }: BookEvents): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < length; i++) least = Math.min(least, localTime[i]! - exchangeTime[i]!);
  if (!(least < -WILD_NS) || length < 1 / WILD_SHARE) return 0;
  const delays = localTime.map((time, i) => time - exchangeTime[i]!).sort();
  const usual = delays[Math.floor(WILD_SHARE * length)]!;
  let mended = 0;
  for (let i = 0; i < length; i++) {
    if (localTime[i]! - exchangeTime[i]! >= usual - WILD_NS) continue;
    localTime[i] = Math.max(exchangeTime[i]! + usual, i > 0 ? localTime[i - 1]! : Number.NEGATIVE_INFINITY);
    mended++;
  }
  return mended;
}
