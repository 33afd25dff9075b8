import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/guides/learning-in-trading.md'), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((m) => m[1]!);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidegate-learning-'));
  const command = join(folder, 'tidegate');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/tidegate.js')}" "$@"\n`);
  chmodSync(command, 0o755);
  mkdirSync(join(folder, 'user_data/strategies'), { recursive: true });
  for (const text of blocks('ts'))
    writeFileSync(join(folder, `user_data/strategies/${/class (\w+)/.exec(text)![1]!.toLowerCase()}.ts`), text);
  writeFileSync(join(folder, 'pipeline.yaml'), blocks('yaml')[0]!);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string): string => {
  const { TIDEGATE_DATA: _, ...env } = process.env;
  const done = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: `${folder}:${process.env.PATH}` },
  });
  expect(done.status, `${done.stdout}\n${done.stderr}`).toBe(0);
  return done.stdout;
};

it.each([
  [0, /BTC\/USDT/],
  [1, /note: brain on BTC\/USDT: \d+ trainings, out of sample AUC 0\.\d+/],
  [2, /QLIKE[\s\S]*realised-range/],
  [3, /note: boosted on BTC\/USDT[\s\S]*note: linear on BTC\/USDT/],
  [4, /Out of sample[\s\S]*Confidence gate[\s\S]*Ensemble both[\s\S]*Costs/],
])('command %i of the guide to learning in trading runs as it stands', (k, wanted) => {
  expect(run(blocks('sh')[k]!)).toMatch(wanted);
});

it('a ready strategy learns on the synthetic market where nothing is stored, from tick volume', () => {
  // Without the line before it, which makes the candles where others are stored.
  const command = /^tidegate learning .*EUR\/USD.*$/m.exec(blocks('sh').join(''))![0];
  const short = command.replace(
    'tidegate learning',
    'tidegate backtest --no-report --no-keep --timerange 20241203-20241206',
  );
  mkdirSync(join(folder, 'empty'));
  const out = run(`cd empty && ${short}`);
  expect(out).toMatch(/note: volume on EUR\/USD: \d+ trainings/);
  expect(out).toContain('note: EUR/USD: the volume is tick volume, not what was traded');
});

it('its other strategy runs, too', () => {
  expect(
    run('tidegate backtest --strategy Watcher --pairs BTC/USDT --timerange 20240401-20240415 --no-report --no-keep'),
  ).toMatch(/result [0-9a-f]{64}/);
});
