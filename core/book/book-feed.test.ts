import { expect, it } from 'vitest';
import { BookFeed, type DiffMessage } from './book-feed.ts';

const snapshotRows: DiffMessage['rows'] = [
  [1, 99, 5],
  [-1, 101, 5],
];
const diff = (first: number, last: number, time: number, rows: DiffMessage['rows'] = [], previous?: number) => ({
  first,
  last,
  time,
  rows,
  ...(previous !== undefined && { previous }),
});

function liveFeed(): BookFeed {
  const feed = new BookFeed({ staleAfterMs: 100, crossedAfterMs: 50 });
  feed.snapshot(10, 1000, snapshotRows);
  return feed;
}

it('holds changes back until the snapshot, drops what it contains and applies the rest', () => {
  const feed = new BookFeed();
  expect(feed.stateAt(0)).toBe('waiting');
  expect(feed.diff(diff(8, 10, 990, [[1, 98, 7]]))).toBe('early');
  expect(feed.diff(diff(11, 12, 1001, [[1, 100, 7]]))).toBe('early');
  expect(feed.snapshot(10, 1000, snapshotRows)).toBe('live');
  expect([feed.ladder.bids.get(98), feed.ladder.bestBid, feed.counts.old]).toEqual([0, 100, 1]);
});

it('lets the first change after a snapshot overlap it, and no later one leave a hole', () => {
  const feed = liveFeed();
  expect(feed.diff(diff(9, 12, 1001))).toBe('applied');
  expect(feed.diff(diff(14, 15, 1002))).toBe('gap');
  expect(feed.stateAt(1002)).toBe('gap');
  expect(feed.diff(diff(16, 16, 1003, [[1, 97, 3]]))).toBe('early');
  expect(feed.snapshot(15, 1003, snapshotRows)).toBe('live');
  expect(feed.ladder.bids.get(97)).toBe(3);
});

it("follows the venue's own link to the message before where there is one", () => {
  const feed = liveFeed();
  expect(feed.diff(diff(10, 20, 1001, [], 9))).toBe('applied');
  expect(feed.diff(diff(33, 40, 1002, [], 20))).toBe('applied');
  expect(feed.diff(diff(41, 50, 1003, [], 39))).toBe('gap');
});

it('says that it is stale after silence, and that time went back without losing the change', () => {
  const feed = liveFeed();
  expect(feed.stateAt(1100)).toBe('live');
  expect(feed.stateAt(1101)).toBe('stale');
  feed.diff(diff(11, 11, 1200));
  expect(feed.diff(diff(12, 12, 1150, [[1, 100, 1]]))).toBe('outOfOrder');
  expect([feed.ladder.bestBid, feed.stateAt(1200)]).toEqual([100, 'live']);
});

it('calls a book crossed only when it stays so, or when a side is empty', () => {
  const feed = liveFeed();
  feed.diff(diff(11, 11, 1010, [[1, 102, 1]]));
  expect(feed.stateAt(1050)).toBe('crossed');
  feed.diff(diff(12, 12, 1020, [[-1, 105, 1]]));
  expect([feed.stateAt(1060), feed.stateAt(1061)]).toEqual(['live', 'crossed']);
  feed.diff(diff(13, 13, 1062, [[-1, 101, 0]]));
  expect([feed.stateAt(1062), feed.counts.crossed]).toEqual(['live', 1]);
});
