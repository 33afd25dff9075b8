import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configOf } from './run-options.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'options-'));
  mkdirSync(join(folder, 'user'));
  writeFileSync(
    join(folder, 'user/config.yaml'),
    'maxOpenTrades: 2\nrisk: [daily-loss-limit]\ncosts: { spreadBps: 7 }\n',
  );
  writeFileSync(join(folder, 'live.yaml'), 'maxOpenTrades: 5\ncosts: { latencyMs: 9 }\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const told = async (config?: readonly string[]) => {
  const { maxOpenTrades, risk, costs } = await configOf({ userdir: join(folder, 'user'), ...(config && { config }) });
  return [maxOpenTrades, risk, costs.spreadBps, costs.latencyMs];
};

it("files that are named take the place of the user folder's own, and merge in their order", async () => {
  const own = join(folder, 'user/config.yaml');
  const live = join(folder, 'live.yaml');
  expect(await told()).toEqual([2, ['daily-loss-limit'], 7, expect.any(Number)]);
  const [open, risk, spread] = await told([live]);
  expect([open, risk]).toEqual([5, []]);
  expect(spread).not.toBe(7);
  expect(await told([own, live])).toEqual([5, ['daily-loss-limit'], 7, 9]);
  expect(await told([live, own])).toEqual([2, ['daily-loss-limit'], 7, 9]);
});
