import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import type { StreamState } from '../../ports/exchange.ts';
import { manualClock } from '../manual-clock-fixture.ts';
import { Feed, type FeedParts } from './feed.ts';

function make(pairs: readonly string[], parts: Partial<FeedParts<string>> = {}) {
  const clock = manualClock();
  const states: string[] = [];
  const resets: (readonly string[])[] = [];
  const watched: (readonly string[])[] = [];
  const feed = new Feed<string>(
    {
      name: 'tickers',
      clock,
      rng: seeded(1),
      staleMs: 30_000,
      watch: (some) => {
        watched.push(some);
        return new Promise(() => {});
      },
      groupSize: 50,
      poll: null,
      pollMs: 2_000,
      reset: (some) => resets.push(some),
      sink: { event: () => {}, state: ({ pair, state }: StreamState) => states.push(`${pair} ${state}`) },
      ...parts,
    },
    pairs,
  );
  return { feed, clock, states, resets, watched };
}
const settled = () => new Promise((done) => setImmediate(done));

describe('a pair', () => {
  it('is stale until it is heard, live then, and stale again after silence', () => {
    const { feed, clock, states } = make(['A', 'B']);
    feed.heard('A');
    clock.advance(29_000);
    feed.heard('A');
    clock.advance(29_000);
    expect(states).toEqual(['A stale', 'B stale', 'A live']);
    clock.advance(12_000);
    expect(states.at(-1)).toBe('A stale');
  });

  it('is served by REST after three seconds without the stream, and live again at its first word', async () => {
    let polls = 0;
    const { feed, clock, states } = make(['A'], {
      poll: async () => {
        polls++;
        feed.polled('A');
      },
    });
    clock.advance(2_900);
    expect(polls).toBe(0);
    clock.advance(2_000);
    await settled();
    expect(states.at(-1)).toBe('A polled');
    feed.heard('A');
    const before = polls;
    clock.advance(10_000);
    expect(polls).toBe(before);
    expect(states.at(-1)).toBe('A live');
  });

  it('that is spoiled is stale at once', () => {
    const { feed, states } = make(['A']);
    feed.heard('A');
    feed.spoiled('A', 'crossed');
    expect(states.at(-1)).toBe('A stale');
  });
});

describe('sockets', () => {
  it('are opened anew when all pairs are silent, not when one is', () => {
    const { feed, clock, resets } = make(['A', 'B']);
    for (let i = 0; i < 10; i++) {
      feed.heard('A');
      clock.advance(10_000);
    }
    expect(resets).toEqual([]);
    clock.advance(60_000);
    expect(resets[0]).toEqual(['A', 'B']);
  });

  it('of a market that stays quiet are opened anew ever more rarely', () => {
    const { clock, resets } = make(['A']);
    clock.advance(3_600_000);
    // After 30, 60, 120, 240 s and then every 480 s.
    expect(resets.length).toBe(10);
  });

  it('that are lost are tried again with growing waits', async () => {
    let tries = 0;
    const { clock } = make(['A'], {
      watch: async () => {
        tries++;
        throw new Error('lost');
      },
    });
    for (let second = 0; second < 60; second++) {
      await settled();
      clock.advance(1_000);
    }
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(12);
  });
});

it('subscribes to added pairs only, in groups, and to nothing once it is closed', async () => {
  const { feed, clock, watched, states } = make(['A', 'B', 'C'], { groupSize: 2 });
  await settled();
  expect(watched).toEqual([['A', 'B'], ['C']]);
  feed.setPairs(['B', 'D']);
  await settled();
  expect(watched.at(-1)).toEqual(['D']);
  expect(feed.pairs).toEqual(['B', 'D']);
  const before = states.length;
  feed.close();
  feed.heard('B');
  clock.advance(1_000_000);
  expect(states.length).toBe(before);
});
