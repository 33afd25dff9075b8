import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

let folder: string;

const strategy = (
  name: string,
  body: string,
) => `import { type Bar, ema, type Market, Strategy, userFeature, z } from 'tidegate';
const failing = userFeature({
  name: 'failing', inputs: ['x'], options: z.object({}), warmup: () => 0, next: () => () => { throw new Error('boom'); },
});
export default class ${name} extends Strategy {
  override timeframe = '5m';
  ${body}
}
`;

const NEVER = `import { definePlugin, z } from 'tidegate';
export default definePlugin({
  kind: 'pairlist', name: 'never', version: '1.0.0', doc: 'never answers', options: z.object({}),
  create: () => ({ name: 'never', pairs: () => new Promise(() => {}) }),
});
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'failures-'));
  mkdirSync(join(folder, 'user/strategies'), { recursive: true });
  const later = `features(m: Market) { return { a: ema(m.candles.close, 5) }; }
  override onCandle() { void this.later(); }
  async later() { throw new Error('later'); }`;
  const feature = 'features(m: Market) { return { a: failing(m.candles.close) }; }\n  override onCandle() {}';
  writeFileSync(join(folder, 'user/strategies/later.ts'), strategy('Later', later));
  writeFileSync(join(folder, 'user/strategies/feature.ts'), strategy('Feature', feature));
  mkdirSync(join(folder, 'user/plugins'));
  writeFileSync(join(folder, 'user/plugins/never.ts'), NEVER);
  await writeSmallMarket(join(folder, 'user/data'), 2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an option without a value is wrong use, not the same as none', async () => {
  const run = await runCli(['backtest', '-s', 'EmaCross', '--data', '', '--userdir', join(folder, 'user')]);
  expect([run.code, run.err]).toEqual([
    2,
    expect.stringMatching(/^USAGE_EMPTY: --data was given without a value\. Write/),
  ]);
});

test("what the user's own code throws outside of a callback is told once, with its line and no stack", async () => {
  const run = (name: string) =>
    runCli(['backtest', '-s', name, '-p', 'BTC/USDT', '--no-keep', '--no-report', '--userdir', join(folder, 'user')]);
  const [later, feature] = await Promise.all([run('Later'), run('Feature')]);
  expect([later.code, later.err]).toEqual([
    1,
    expect.stringMatching(/^USER_CODE_FAILED: code of yours threw: later\. At \/\S+\/later\.ts:9:\d+\.\n$/),
  ]);
  expect([feature.code, feature.err]).toEqual([
    1,
    expect.stringMatching(/^USER_CODE_FAILED: code of yours threw: boom\. At \/\S+\/feature\.ts:3:\d+\.\n$/),
  ]);
});

test('a module that never answers ends the program as soon as nothing is left that could wake it', async () => {
  const env = { TIDEGATE__PAIRLISTS: '[never]' };
  const run = await runCli(['pairlist', 'test', '--time', '20240102', '--userdir', join(folder, 'user')], env);
  expect([run.code, run.err]).toEqual([
    1,
    expect.stringMatching(/^RUN_STALLED: "tidegate pairlist" waits for a promise/),
  ]);
});
