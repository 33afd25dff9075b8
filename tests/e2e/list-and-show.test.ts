import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../fixtures/run-cli.ts';

const names = (out: string) => out.split('\n').map((line) => line.split(' ')[0]);

test("list finds features by words in any order and by TA-Lib's names, and says what is near", async () => {
  const [words, talib, near] = await Promise.all([
    runCli(['list', 'features', '--search', 'average exponential']),
    runCli(['list', 'features', '--search', 'CDL3BLACKCROWS']),
    runCli(['list', 'features', '--search', 'bolinger']),
  ]);
  expect(names(words.out)).toEqual(expect.arrayContaining(['ema', 'dema', 'tema']));
  expect(names(words.out)).not.toContain('sma');
  expect(names(talib.out)).toEqual(['cdl-3-black-crows', '']);
  expect(near.out).toBe('nothing matches "bolinger". Did you mean "bollinger"?\n');
});

test('show finds a module or feature by its name alone and writes its options for people', async () => {
  const [feature, set, both, unknown] = await Promise.all([
    runCli(['show', 'RSI']),
    runCli(['show', 'feature', 'volume']),
    runCli(['show', 'volume']),
    runCli(['show', 'rsii']),
  ]);
  expect(feature.out).toMatch(/^options +period {2}14 \(integer, from 2 to 100000\)$/m);
  expect(set.out).toMatch(/^columns +relativeVolume, volumeZscore, volumeSpike, /m);
  expect(set.out).toMatch(/lags +\[1,2,3\] \(array\): past values/);
  expect(both.err).toMatch(/volume is a feature and a pairlist.*tidegate show feature volume/s);
  expect(unknown.err).toMatch(/no module, feature or strategy "rsii".*Did you mean "rsi"/s);
});

test('list and show know the modules of packages that the configuration names, written as CommonJS too', async () => {
  const userdir = mkdtempSync(join(tmpdir(), 'list-packages-'));
  onTestFinished(() => rmSync(userdir, { recursive: true }));
  const packaged = (name: string, file: string, text: string) => {
    const folder = join(userdir, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, main: file }));
    writeFileSync(join(folder, file), text);
  };
  packaged(
    '@me/mine',
    'index.js',
    `const { definePlugin, z } = require('tidegate');
module.exports = definePlugin({ kind: 'sizing', name: 'mine', version: '1.2.0', doc: 'all of it', options: z.object({ part: z.number().default(1) }),
  create: ({ part }) => ({ name: 'mine', stake: (_, { account }) => account.free * part }) });`,
  );
  packaged('typed', 'index.ts', 'export default 1 as number;');
  writeFileSync(join(userdir, 'config.yaml'), 'plugins: ["@me/mine"]\n');
  writeFileSync(join(userdir, 'typed.yaml'), 'plugins: [typed]\n');
  const [list, show, typed] = await Promise.all([
    runCli(['list', 'sizing', '--userdir', userdir]),
    runCli(['show', 'sizing', 'mine', '--userdir', userdir]),
    runCli(['list', 'sizing', '--userdir', userdir, '--config', join(userdir, 'typed.yaml')]),
  ]);
  expect(list.out).toContain('all of it [package @me/mine]');
  expect(show.out).toMatch(/version +1\.2\.0\norigin +package @me\/mine\noptions +part {2}1 \(number\)/);
  expect(typed.err).toMatch(/PLUGIN_PACKAGE: the package "typed" is TypeScript.*typed\/index\.ts.*ship JavaScript/s);
});

test('what cannot be meant is told before an exchange, a bot or a database is asked', async () => {
  const [misspelt, bare, missing, frame] = await Promise.all([
    runCli(['tell', 'stauts']),
    runCli(['tell', 'force-exit']),
    runCli(['import', 'freqtrade-db', 'no-such-file.sqlite']),
    runCli(['download', '--pairs', 'BTC/USDT', '--timeframe', '5m,5x']),
  ]);
  expect([misspelt.code, misspelt.err]).toEqual([2, expect.stringContaining('Did you mean "status"?')]);
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('tidegate tell force-exit BTC/USDT:USDT')]);
  expect([missing.code, missing.err]).toEqual([1, expect.stringMatching(/^DATA_FILE_MISSING: .*no-such-file/)]);
  expect([frame.code, frame.err]).toEqual([1, expect.stringMatching(/^TIMEFRAME_VALUE: "5x"/)]);
});
