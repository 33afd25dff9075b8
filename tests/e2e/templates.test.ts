import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The first block of a language in a guide. */
const block = (page: string, language: string) =>
  readFileSync(join(root, 'docs/guides', page), 'utf8')
    .split(`\`\`\`${language}\n`)[1]!
    .split('```')[0]!;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-templates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (file: string, args: readonly string[]) =>
  spawnSync(process.execPath, [join(root, file), ...args], { cwd: folder, encoding: 'utf8' });
const tidegate = (...args: string[]) => run('bin/tidegate.js', args);

it('makes a strategy and modules that compile in a folder outside the clone', () => {
  for (const args of [
    ['strategy', 'FirstIdea'],
    ['plugin', 'sizing', 'my-sizing'],
    ['plugin', 'risk', 'quiet-hours'],
    ['plugin', 'feature', 'my-pull'],
    ['plugin', 'label', 'my-label'],
    ['plugin', 'objective', 'my-aim'],
    ['plugin', 'model', 'my-model'],
    ['plugin', 'regime', 'my-regime'],
    ['plugin', 'volatility', 'my-volatility'],
    ['plugin', 'execution', 'half-now'],
    ['plugin', 'pairlist', 'above-mean'],
    ['plugin', 'sampler', 'mirrored'],
    ['plugin', 'source', 'my-source'],
    ['plugin', 'notifier', 'my-bell'],
  ]) {
    const made = tidegate('new', ...args);
    expect(made.stderr).toBe('');
    expect(made.status).toBe(0);
  }
  writeFileSync(join(folder, 'user_data/strategies/trend-pullback.ts'), block('strategies.md', 'ts'));
  writeFileSync(join(folder, 'user_data/strategies/dip.ts'), block('from-freqtrade.md', 'ts'));
  const checked = run('node_modules/typescript/bin/tsc', ['-p', 'user_data/tsconfig.json']);
  expect(checked.stdout).toBe('');
  expect(checked.status).toBe(0);
});

it('runs them', () => {
  writeFileSync(
    join(folder, 'user_data/config.yaml'),
    [
      'strategy: FirstIdea\nsizing: my-sizing\nrisk: [{ name: quiet-hours, hours: [1, 2] }]',
      'execution: { entry: half-now }\npairlists: [above-mean]\n',
    ].join('\n'),
  );
  const done = tidegate('backtest', '--json', '--no-keep', '--no-report');
  expect(done.stderr).toBe('');
  const { trades, rejected } = JSON.parse(done.stdout) as { trades: unknown[]; rejected: Record<string, number> };
  expect(trades.length).toBeGreaterThan(5);
  expect(rejected['quiet-hours']).toBeGreaterThan(0);
});

it('learns from them', () => {
  writeFileSync(
    join(folder, 'learn.yaml'),
    [
      'strategy: PipelineStrategy\npairs: [BTC/USDT]\ntimeframe: 1h\npipeline:\n  models:',
      '    own: { features: my-pull, label: my-label, model: my-model, window: 20d, every: 20d, prepare: [impute, standard] }',
      '  regime: { regime: my-regime, window: 20d, every: 20d }',
      '  volatility: { volatility: my-volatility, horizon: 6, window: 20d, every: 20d }',
      '  predict: own\n',
    ].join('\n'),
  );
  const learned = tidegate('backtest', '--config', 'learn.yaml', '--json', '--no-keep', '--no-report');
  expect(learned.stderr).toBe('');
  expect(tidegate('show', 'objective', 'my-aim').stdout).toContain('median profit of a trade');
});

it('searches with them', () => {
  const found = tidegate(
    ...['hyperopt', '--strategy', 'FirstIdea', '--epochs', '2', '--jobs', '1'],
    ...['--sampler', 'mirrored', '--objective', 'my-aim', '--json'],
  );
  expect(found.stderr).toBe('');
  expect(found.status).toBe(0);
});

it('runs the strategy of one guide with the configuration of another, additions and partial exits among its orders', () => {
  const text = block('configuration.md', 'yaml')
    .replace(/^strategy:.*/m, 'strategy: TrendPullback')
    .replace(/^pairs:.*/m, 'pairs: [BTC/USDT]');
  writeFileSync(join(folder, 'guide.yaml'), text);
  const done = tidegate('backtest', '--config', 'guide.yaml', '--json', '--no-keep', '--no-report');
  expect(done.stderr).toBe('');
  const { inputs, trades } = JSON.parse(done.stdout) as {
    inputs: unknown;
    trades: { exitReason: string; orders: { tag: string | null }[] }[];
  };
  expect(JSON.stringify(inputs)).toContain('"maxGrossExposure":0.5');
  expect(trades.map((t) => t.exitReason)).toEqual(
    expect.arrayContaining(['roi', 'exit_signal', 'trailing_stop_loss', 'two days']),
  );
  expect(trades.flatMap((t) => t.orders.map((o) => o.tag))).toEqual(expect.arrayContaining(['second', 'half']));
});

it('refuses to overwrite, and names that cannot be', () => {
  expect(tidegate('new', 'strategy', 'FirstIdea').stderr).toMatch(/FILE_EXISTS/);
  const wrong = tidegate('new', 'strategy', 'first-idea');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toMatch(/USAGE_NAME/);
});
