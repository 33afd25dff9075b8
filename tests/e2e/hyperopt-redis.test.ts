import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plantedStrategy, writePlantedMarket } from '../fixtures/planted-market.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/tidegate.js', import.meta.url));
const SERVER = process.env.TIDEGATE_REDIS_SERVER ?? 'redis-server';
const isThere = (() => {
  try {
    execFileSync(SERVER, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!isThere) console.log(`Skipped: no ${SERVER} (set TIDEGATE_REDIS_SERVER, or install Debian's redis-server).`);

const root = mkdtempSync(join(tmpdir(), 'tidegate-redis-'));
const user = join(root, 'user');
const data = join(root, 'data');
const children: ChildProcess[] = [];
let port = 0;
let redis: ChildProcess;

async function startRedis(): Promise<void> {
  redis = spawn(SERVER, ['--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(redis);
  await new Promise<void>((resolve, reject) => {
    redis.stdout!.on('data', (text) => String(text).includes('Ready to accept') && resolve());
    redis.once('exit', () => reject(new Error('Redis did not start')));
  });
}

beforeAll(async () => {
  if (!isThere) return;
  port = await new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
  writePlantedMarket(data, 0.01);
  for (const folder of ['user', 'machine', 'stranger']) {
    mkdirSync(join(root, folder, 'strategies'), { recursive: true });
    const body = folder === 'stranger' ? 'void position;' : '';
    writeFileSync(join(root, folder, 'strategies', 'Wave.ts'), plantedStrategy('Wave', body));
  }
  await startRedis();
});

afterEach(async () => {
  for (const child of children.filter((c) => c !== redis)) await kill(child);
});

afterAll(async () => {
  for (const child of children) await kill(child);
  rmSync(root, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const url = () => `redis://127.0.0.1:${port}`;

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    texts.out += text;
  });
  child.stderr.on('data', (text) => {
    texts.err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, texts, ended };
}

async function worker(folder = 'machine') {
  const started = run(['worker', '--redis', url(), '--jobs', '1', '--userdir', join(root, folder), '--verbose']);
  await expect.poll(() => started.texts.out, { timeout: 30_000 }).toContain('waiting for trials');
  return started;
}

const search = (study: string, ...more: string[]) =>
  run([
    ...['hyperopt', '-s', 'Wave', '--data', data, '--pairs', 'PLANT/USDT', '--userdir', user, '--no-page', '--json'],
    ...['--epochs', '40', '--study', study, ...more],
  ]);

async function hashOf(started: ReturnType<typeof run>): Promise<string> {
  expect(await started.ended, started.texts.err).toBe(0);
  return (JSON.parse(started.texts.out) as { result: { hash: string } }).result.hash;
}

describe.skipIf(!isThere)('trials through Redis', () => {
  it('give the same study as threads, on workers that have no candles of their own', async () => {
    const local = await hashOf(search('local', '--jobs', '1'));
    await Promise.all([worker(), worker()]);
    expect(await hashOf(search('remote', '--workers', url()))).toBe(local);
  });

  it('survive a worker that is killed in the middle of a trial', async () => {
    const local = await hashOf(search('unhurt', '--jobs', '1', '--seed', '3'));
    const [victim] = await Promise.all([worker(), worker()]);
    const started = search('hurt', '--workers', url(), '--seed', '3');
    await expect.poll(() => victim.texts.out, { timeout: 60_000 }).toContain('trial done');
    victim.child.kill('SIGKILL');
    expect(await hashOf(started)).toBe(local);
  });

  it('refuse a worker whose strategy is another one, with a clear error', async () => {
    await worker('stranger');
    const started = search('strange', '--workers', url());
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toContain('the strategy Wave here is not the one of the search');
  });

  it('say so when Redis does not answer', async () => {
    const started = search('nowhere', '--workers', 'redis://127.0.0.1:1');
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toMatch(/^HPO_REDIS: Redis at redis:\/\/127\.0\.0\.1:1 does not answer/);
  });

  it('are kept when Redis goes away, and the same command goes on', async () => {
    const local = await hashOf(search('steady', '--jobs', '1', '--seed', '9'));
    const first = await worker();
    const started = search('shaken', '--workers', url(), '--seed', '9');
    await expect.poll(() => first.texts.out, { timeout: 60_000 }).toContain('trial done');
    await kill(redis);
    expect(await started.ended).toBe(1);
    expect(started.texts.err).toContain('HPO_REDIS');
    expect(started.texts.err).toContain('run the same command again');
    await startRedis();
    await worker();
    expect(await hashOf(search('shaken', '--workers', url(), '--seed', '9'))).toBe(local);
  });
});
