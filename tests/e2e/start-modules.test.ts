import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  const pairs = ['BTC/USDT'];
  const market = synthMarket({ seed: 7, pairs, from: Date.UTC(2024, 0, 1), days: 20, timeframe: '5m', tickMinutes: 0 });
  const catalogue = await openCatalogue(join(folder, 'data'));
  await catalogue.writeCandles('binance', 'BTC/USDT', '5m', await market.candles('', 'BTC/USDT', '5m'));
  // Read and listed once: that leaves copies which need no Parquet reader.
  await catalogue.list();
  await catalogue.candles('binance', 'BTC/USDT', '5m');
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
