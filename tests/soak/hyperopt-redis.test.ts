import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  data,
  hashOf,
  hasRedis,
  killRedis,
  run,
  search,
  startRedis,
  url,
  user,
  worker,
} from '../fixtures/redis-searches.ts';

describe.skipIf(!hasRedis)('trials through Redis', () => {
  it('survive a worker that is killed in the middle of a trial', async () => {
    const local = await hashOf(search('unhurt', '--jobs', '1', '--seed', '3'));
    const [victim] = await Promise.all([worker(), worker()]);
    const started = search('hurt', '--workers', url(), '--seed', '3');
    await expect.poll(() => victim.texts.out, { timeout: 60_000 }).toContain('trial done');
    victim.child.kill('SIGKILL');
    expect(await hashOf(started)).toBe(local);
  });

  it('walks, cross-validations, robustness and batches come out as on threads', { timeout: 300_000 }, async () => {
    const common = ['-s', 'Wave', '--data', data, '--pairs', 'PLANT/USDT', '--userdir', user, '--json'];
    const few = ['--epochs', '6', '--timerange', '20230101-20230501'];
    const commands = [
      ['walk-forward', ...common, ...few, '--train', '60d', '--test', '30d'],
      ['cross-validate', ...common, ...few, '--groups', '3', '--test-groups', '1'],
      ['robustness', ...common, '--timerange', '20230101-20230501'],
      ['batch', ...common, '--parts', '3'],
    ];
    await worker();
    for (const command of commands) {
      const there = run([...command, '--workers', url()]);
      expect(await there.ended, there.texts.err).toBe(0);
      // Studies of walks are kept: the second run must not find those of the first.
      rmSync(join(user, 'hyperopt', 'walks.sqlite'), { force: true });
      const here = run([...command, '--jobs', '1']);
      expect(await here.ended, here.texts.err).toBe(0);
      expect(JSON.parse(there.texts.out), command[0]).toEqual(JSON.parse(here.texts.out));
    }
  });

  it('are kept when Redis goes away, and the same command goes on', async () => {
    const local = await hashOf(search('steady', '--jobs', '1', '--seed', '9'));
    const first = await worker();
    const started = search('shaken', '--workers', url(), '--seed', '9');
    await expect.poll(() => first.texts.out, { timeout: 60_000 }).toContain('trial done');
    await killRedis();
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toContain('HPO_REDIS');
    expect(started.texts.err).toContain('run the same command again');
    await startRedis();
    await worker();
    expect(await hashOf(search('shaken', '--workers', url(), '--seed', '9'))).toBe(local);
  });
});
