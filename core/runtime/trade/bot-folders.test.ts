import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keysFromEnvironment } from '../../exchange/ccxt/keys-from-environment.ts';
import { botFolder, parseBot, runningBots } from './bot-folders.ts';

test('a bot is a name and its configuration files', () => {
  expect(parseBot('bybit=a.yaml,b.yaml')).toEqual({ name: 'bybit', files: ['a.yaml', 'b.yaml'] });
  for (const text of ['bybit', 'Bybit=a.yaml', '../x=a.yaml', '=a.yaml', 'bybit='])
    expect(() => parseBot(text)).toThrow('USAGE_BOT');
});

test('bots that beat are found: the one of the user folder, and each of several', () => {
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const beat = (folder: string, at: number) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'trade.json'), JSON.stringify({ at }));
  };
  expect(runningBots(userdir, 100_000)).toEqual([]);
  beat(botFolder(userdir, 'okx'), 99_000);
  beat(botFolder(userdir, 'bybit'), 99_000);
  beat(botFolder(userdir, 'old'), 10_000);
  expect(runningBots(userdir, 100_000)).toEqual([join(userdir, 'bots', 'bybit'), join(userdir, 'bots', 'okx')]);
  beat(userdir, 99_000);
  expect(runningBots(userdir, 100_000)[0]).toBe(userdir);
});

test('each of several bots has keys of its own, and never those of another', () => {
  const environment = { TIDEGATE_API_KEY: 'one', TIDEGATE_API_SECRET: 'two', TIDEGATE_BYBIT_API_KEY: 'three' };
  expect(keysFromEnvironment(environment)).toEqual({ apiKey: 'one', secret: 'two' });
  expect(keysFromEnvironment(environment, 'bybit')).toEqual({ apiKey: 'three' });
  expect(keysFromEnvironment(environment, 'okx')).toEqual({});
});
