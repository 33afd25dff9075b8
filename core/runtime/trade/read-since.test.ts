import { expect, it } from 'vitest';
import { readSince } from './read-since.ts';

const cursors = [{ account: 'a', stream: 'fills:BTC', position: '500' }];
const since = (parts: Partial<Parameters<typeof readSince>[0]>, now = 900) =>
  Object.fromEntries(readSince({ cursors, starts: [100, 700], origin: 150, ...parts }, ['BTC', 'ETH'], 'a', now));

it('goes on from the last fill of each pair, and from the first start where there is none', () => {
  expect(since({})).toEqual({ BTC: 500, ETH: 100, funding: 100 });
  expect(since({ cursors: [{ ...cursors[0]!, account: 'b' }] }).BTC).toBe(100);
});

it("on a replay of the past the market's first time counts: the machine's is years later", () => {
  expect(since({ starts: [1e12, 2e12] })).toEqual({ BTC: 500, ETH: 150, funding: 150 });
});

it('begins now where there was nothing before', () => {
  expect(since({ cursors: [], starts: [1e12], origin: null }).ETH).toBe(900);
});
