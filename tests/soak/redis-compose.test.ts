import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { data, hasRedis, run, url, user } from '../fixtures/redis-searches.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command: string;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly profiles?: readonly string[];
}

const FILE = fileURLToPath(new URL('../../docs/guides/redis-workers/compose.yaml', import.meta.url));
const { services } = parse(readFileSync(FILE, 'utf8')) as { readonly services: Readonly<Record<string, Service>> };

/** A command as Compose makes it of the file: variables, or their defaults, and words. */
const commandOf = (service: string, variables: Readonly<Record<string, string>>): string[] =>
  services[service]!.command.replace(
    /\$\{(\w+):-([^}]*)\}/g,
    (_, name: string, fallback: string) => variables[name] ?? fallback,
  )
    .replaceAll('/user_data', user)
    .split(' ');

describe('the Compose example', () => {
  it('builds its image from files that are there, and waits for a Redis that is well', () => {
    const { worker, search, redis } = services;
    for (const { build, depends_on, volumes } of [worker!, search!]) {
      const context = join(dirname(FILE), build!.context);
      expect(existsSync(join(context, build!.dockerfile))).toBe(true);
      expect(existsSync(join(context, 'bin', 'tidegate.js'))).toBe(true);
      expect(depends_on).toEqual({ redis: { condition: 'service_healthy' } });
      expect(volumes![0]).toContain(':/user_data');
    }
    expect(redis!.image).toMatch(/^redis:/);
    expect(search!.profiles).toEqual(['search']);
    const image = readFileSync(join(dirname(FILE), 'Dockerfile'), 'utf8');
    expect(image).toContain('ENTRYPOINT ["node", "bin/tidegate.js"]');
    const { optionalDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { readonly optionalDependencies: Readonly<Record<string, string>> };
    // What "npm ci" brings into the image beside the package itself.
    expect(Object.keys(optionalDependencies)).toEqual(expect.arrayContaining(['bullmq', 'ioredis']));
  });

  it('has defaults that the program takes', () => {
    expect(commandOf('worker', {})).toEqual(['worker', '--redis', 'redis://redis:6379', '--userdir', user]);
    expect(commandOf('search', {}).slice(0, 5)).toEqual(['hyperopt', '--strategy', 'EmaCross', '--pairs', 'BTC/USDT']);
  });

  it.skipIf(!hasRedis)('searches through its own commands', async () => {
    cpSync(data, join(user, 'data'), { recursive: true });
    const variables = { REDIS_URL: url(), STRATEGY: 'Wave', PAIRS: 'PLANT/USDT', EPOCHS: '12' };
    const worker = run(commandOf('worker', variables));
    await expect.poll(() => worker.texts.out, { timeout: 30_000 }).toContain('waiting for trials');
    const search = run(commandOf('search', variables));
    expect(await search.ended, search.texts.err).toBe(0);
    expect(search.texts.out).toMatch(/12 complete, 0 pruned, 0 failed of 12 trials/);
  });
});
