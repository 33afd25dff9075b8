import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCatalogue } from '../../core/data/catalogue/catalogue.ts';
import { synthMarket } from '../../core/data/synth/synth-market.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  mkdirSync(join(folder, 'user'));
  const pairs = ['BTC/USDT', 'ETH/USDT'];
  const market = synthMarket({ seed: 7, pairs, from: Date.UTC(2024, 0, 1), days: 20, timeframe: '5m', tickMinutes: 0 });
  const catalogue = await openCatalogue(join(folder, 'data'));
  for (const pair of pairs) {
    await catalogue.writeCandles('binance', pair, '5m', await market.candles('', pair, '5m'));
    // Read and listed once: that leaves copies which need no Parquet reader.
    await catalogue.list();
    await catalogue.candles('binance', pair, '5m');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a process loads: paths below our root, `node:` modules, and packages by name. */
function modulesOf(...args: readonly string[]): string[] {
  const list = join(folder, 'modules.txt');
  const hook = `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });`;
  rmSync(list, { force: true });
  const preload = `data:text/javascript,${encodeURIComponent(hook)}`;
  execFileSync(process.execPath, ['--import', preload, join(root, 'bin/tidegate.js'), ...args], { stdio: 'pipe' });
  const urls = readFileSync(list, 'utf8').trim().split('\n');
  return urls.flatMap((url) => {
    if (url.startsWith('node:')) return [url];
    if (!url.startsWith('file:')) return [];
    const path = fileURLToPath(url);
    return [/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? relative(root, path)];
  });
}

it('a backtest loads what it uses: nothing that learns, imports, or runs in threads, and few packages', () => {
  const modules = modulesOf(
    ...['backtest', '-s', 'EmaCross', '--pairs', 'BTC/USDT', '--timeframe', '5m'],
    ...['--data', join(folder, 'data'), '--userdir', join(folder, 'user')],
  );
  expect(modules).toContain('core/engine/engine.ts');
  // The table of results brings `cli-table3` and what that measures texts with.
  const packages = new Set(modules.filter((name) => !name.includes('/') && !name.includes(':')));
  expect([...packages].filter((name) => !/^(?:ansi|strip|emoji|string|is-fullwidth)-/.test(name)).sort()).toEqual([
    'cli-table3',
    'commander',
    'picocolors',
    'zod',
  ]);
  expect(
    modules.filter((name) =>
      /^core\/(?:ml|data\/(?:importer\/(?!file-name)|raw|synth\/synth)|hyperopt|exchange)/.test(name),
    ),
  ).toEqual([]);
  const costly = ['node:child_process', 'node:process', 'node:util', 'node:worker_threads', 'node:zlib'];
  expect(modules.filter((name) => costly.includes(name))).toEqual([]);
  expect(modules.length).toBeLessThan(300);
});

it('help and version load hardly anything', () => {
  expect(modulesOf('--version').length).toBeLessThan(12);
  expect(modulesOf('--help').length).toBeLessThan(30);
});

it('runs of one pair, and of several that stand in a file, find the compiled code that the other kept', () => {
  writeFileSync(join(folder, 'pairs.yaml'), 'pairs: [BTC/USDT, ETH/USDT]');
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled'), NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  const backtest = (...args: readonly string[]) => {
    const common = ['-s', 'EmaCross', '--data', join(folder, 'data'), '--userdir', join(folder, 'user'), '--no-keep'];
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/tidegate.js'), 'backtest', '--out', join(folder, 'out'), ...common, ...args],
      { env, encoding: 'utf8', maxBuffer: 1 << 26 },
    );
    expect(stdout).toContain('report ');
    return { found: (stderr.match(/was accepted/g) ?? []).length, void: (stderr.match(/was rejected/g) ?? []).length };
  };
  backtest('-c', join(folder, 'pairs.yaml'));
  expect(backtest('-p', 'BTC/USDT')).toEqual({ found: expect.toSatisfy((n: number) => n > 200), void: 0 });
  expect(backtest('-c', join(folder, 'pairs.yaml'))).toEqual({
    found: expect.toSatisfy((n: number) => n > 200),
    void: 0,
  });
});
