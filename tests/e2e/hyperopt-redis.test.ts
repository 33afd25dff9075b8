import { describe, expect, it } from 'vitest';
import { hashOf, hasRedis, search, url, worker } from '../fixtures/redis-searches.ts';

describe.skipIf(!hasRedis)('trials through Redis', () => {
  it('give the same study as threads, on workers that have no candles of their own', async () => {
    const local = await hashOf(search('local', '--jobs', '1'));
    await Promise.all([worker(), worker()]);
    expect(await hashOf(search('remote', '--workers', url()))).toBe(local);
  });

  it('refuse a worker whose strategy is another one, with a clear error', async () => {
    await worker('stranger');
    const started = search('strange', '--workers', url());
    await expect
      .poll(() => started.texts.err, { timeout: 60_000 })
      .toContain('the strategy Wave here is not the one of the search');
    // It waits for nobody then: a connection that it closed itself is not one that might come back.
    await expect.poll(() => started.child.exitCode, { timeout: 10_000 }).toBe(1);
  });

  it('say so when Redis does not answer', async () => {
    const started = search('nowhere', '--workers', 'redis://127.0.0.1:1');
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toMatch(/^HPO_REDIS: Redis at redis:\/\/127\.0\.0\.1:1 does not answer/);
  });
});
