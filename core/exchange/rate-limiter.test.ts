import { describe, expect, it } from 'vitest';
import { LimiterPool, SharedLimits } from './limiter-pool.ts';
import { manualClock } from './manual-clock-fixture.ts';
import { type Priority, RateLimiter, RequestBanned } from './rate-limiter.ts';

function limiter({ capacity = 10, perMs = 0.001 } = {}) {
  const clock = manualClock();
  const it = new RateLimiter({ clock, capacity, perMs });
  const left: string[] = [];
  const ask = (name: string, priority: Priority, cost = 1) =>
    it.take(cost, priority).then(
      () => left.push(name),
      (error: Error) => left.push(`${name}: ${error.name}`),
    );
  return { it, clock, left, ask };
}
const settled = () => new Promise((done) => setImmediate(done));

describe('weights', () => {
  it('lets a bucket leave at once, and the rest as it refills', async () => {
    const { clock, left, ask } = limiter({ capacity: 3 });
    for (let i = 0; i < 5; i++) ask(`${i}`, 'exit');
    await settled();
    expect(left).toEqual(['0', '1', '2']);
    clock.advance(1_000);
    await settled();
    expect(left).toHaveLength(4);
    clock.advance(1_000);
    await settled();
    expect(left).toHaveLength(5);
  });

  it('lets a request leave that is heavier than its share, once the bucket is full', async () => {
    const { clock, left, ask } = limiter({ capacity: 10 });
    ask('heavy', 'data', 9);
    await settled();
    expect(left).toEqual(['heavy']);
    ask('again', 'data', 9);
    clock.advance(8_999);
    await settled();
    expect(left).toHaveLength(1);
    clock.advance(1);
    await settled();
    expect(left).toHaveLength(2);
  });

  it('believes what the venue says of the window', async () => {
    const { it: limits, left, ask } = limiter();
    limits.observe(0.95);
    ask('data', 'data');
    ask('exit', 'exit', 0.5);
    await settled();
    expect(left).toEqual(['exit']);
  });
});

describe('order', () => {
  it('is exits, entries, reconciliation, data, whatever came first', async () => {
    const { it: limits, clock, left, ask } = limiter({ capacity: 4, perMs: 0.01 });
    limits.observe(1);
    for (const priority of ['data', 'reconcile', 'entry', 'exit'] as const) ask(priority, priority);
    ask('second exit', 'exit');
    clock.advance(100_000);
    await settled();
    expect(left).toEqual(['exit', 'second exit', 'entry', 'reconcile', 'data']);
  });

  it('keeps half of the budget for the others when data floods it', async () => {
    const { left, ask } = limiter({ capacity: 10 });
    for (let i = 0; i < 20; i++) ask('data', 'data');
    ask('exit', 'exit', 5);
    await settled();
    expect(left.filter((name) => name === 'data')).toHaveLength(5);
    expect(left.at(-1)).toBe('exit');
  });
});

describe('a ban', () => {
  it('holds short waits and refuses long ones at once', async () => {
    const { it: limits, clock, left, ask } = limiter();
    limits.ban(clock.now() + 5_000, '429');
    ask('exit', 'exit');
    ask('entry', 'entry');
    await settled();
    expect(left).toEqual(['entry: RequestBanned']);
    clock.advance(5_000);
    await settled();
    expect(left).toEqual(['entry: RequestBanned', 'exit']);
  });

  it('is not shortened by a shorter one, and says until when', async () => {
    const { it: limits, clock } = limiter();
    const until = clock.now() + 60_000;
    limits.ban(until, '418');
    limits.ban(until - 1, '429');
    const error = await limits.take(1, 'exit').catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(RequestBanned);
    expect((error as RequestBanned).until).toBe(until);
  });
});

it('refuses what waits when it is closed', async () => {
  const { it: limits, left, ask } = limiter({ capacity: 1 });
  ask('a', 'exit');
  ask('b', 'exit');
  await settled();
  limits.close();
  await settled();
  expect(left).toEqual(['a', 'b: Error']);
});

it('holds for all buckets of an address, those made later too, and tells its listeners', async () => {
  const clock = manualClock();
  const pool = new LimiterPool(clock, 50, 15_000);
  const told: number[] = [];
  pool.onBan((until) => told.push(until));
  const spot = pool.of('spot');
  const until = clock.now() + 60_000;
  pool.ban(until, '418');
  pool.ban(until - 1, '429');
  expect(told).toEqual([until]);
  for (const limits of [spot, pool.of('futures')])
    await expect(limits.take(1, 'exit')).rejects.toBeInstanceOf(RequestBanned);
});

it('connections to the same servers share a pool, bans included; others do not', () => {
  const clock = manualClock();
  const limits = new SharedLimits();
  const make = () => new LimiterPool(clock, 50, 15_000);
  const bot = limits.pool('binanceusdm', make);
  expect(limits.pool('binanceusdm', make)).toBe(bot);
  bot.ban(clock.now() + 60_000, 'too many');
  expect(limits.pool('binanceusdm', make).bannedUntil).toBe(clock.now() + 60_000);
  expect(limits.pool('bybit', make).bannedUntil).toBe(0);
});

it('a request that nobody wants any more is refused in its turn and takes nothing of the budget', async () => {
  const { it: limits, clock, left, ask } = limiter({ capacity: 1, perMs: 0.001 });
  ask('first', 'exit');
  let isOver = false;
  limits.take(1, 'exit', () => isOver).catch((error: Error) => left.push(error.message));
  ask('third', 'exit');
  isOver = true;
  clock.advance(1_000);
  await settled();
  expect(left).toEqual(['first', 'the exchange was closed', 'third']);
});
