import { describe, expect, it } from 'vitest';
import { hashOf, hasRedis, search, url, worker, writeFor } from '../fixtures/redis-searches.ts';

describe.skipIf(!hasRedis)('trials through Redis', () => {
  it('give the same study as threads, on workers that have no candles of their own', async () => {
    const local = await hashOf(search('local', '--jobs', '1'));
    const workers = await Promise.all([worker(), worker()]);
    expect(await hashOf(search('remote', '--workers', url()))).toBe(local);
    for (const { child, ended } of workers) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
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

  it('take modules and parameter files as they are when a search begins, and refuse a worker that has others', async () => {
    const objective = (part: number) => `import { definePlugin, z } from 'tidegate';
      export default definePlugin({ kind: 'objective', name: 'part', version: '1.0.0', doc: 'a part of the profit', options: z.object({}),
        create: () => ({ name: 'part', score: ({ trades }) => ${part} * trades.reduce((sum, trade) => sum + trade.profitRatio, 0) }) });`;
    const both = ['user', 'machine'];
    const asked = ['--objective', 'part', '--spaces', 'entry', '--epochs', '6'];
    const remote = (study: string) => search(study, ...asked, '--workers', url());
    writeFor(both, 'plugins/part.ts', objective(1));
    await worker();
    const first = await hashOf(remote('first'));
    // The worker has loaded the search with this very setting.
    writeFor(both, 'plugins/part.ts', objective(2));
    const second = await hashOf(remote('second'));
    writeFor(both, 'strategies/Wave.json', JSON.stringify({ parameters: { hold: 9 } }));
    const third = await hashOf(remote('third'));
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await hashOf(search('here', ...asked, '--jobs', '1'))).toBe(third);

    writeFor(['user'], 'strategies/Wave.json', JSON.stringify({ parameters: { hold: 10 } }));
    const otherValues = remote('other-values');
    expect(await otherValues.ended).toBe(1);
    expect(otherValues.texts.err).toContain('the strategy Wave here is not the one of the search');
    writeFor(['machine'], 'strategies/Wave.json', JSON.stringify({ parameters: { hold: 10 } }));
    writeFor(['user'], 'plugins/part.ts', objective(3));
    const otherModule = remote('other-module');
    expect(await otherModule.ended).toBe(1);
    expect(otherModule.texts.err).toContain('the module objective:part here is not the one of the search');
  });

  it('say so when Redis does not answer', async () => {
    const started = search('nowhere', '--workers', 'redis://127.0.0.1:1');
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toMatch(/^HPO_REDIS: Redis at redis:\/\/127\.0\.0\.1:1 does not answer/);
  });
});
