import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { randomMarket } from '../../book/random-market.ts';
import { configSchema } from '../../config/schema.ts';
import { byDay } from '../../data/ticks/tick-columns.ts';
import { writeTickDay } from '../../data/ticks/tick-store.ts';
import { assembleTicks } from './assemble-ticks.ts';

const root = mkdtempSync(join(tmpdir(), 'tidegate-assemble-'));
afterAll(() => rmSync(root, { recursive: true }));
const places = { userdir: join(root, 'user'), dataFolder: join(root, 'data') };
const key = { exchange: 'binance', pair: 'BTC/USDT:USDT' };
const config = (more: Record<string, unknown> = {}) =>
  configSchema.parse({ strategy: 'MarketMakerGlft', pairs: [key.pair], ...more });

for (const { day, events } of byDay(randomMarket({ seed: 2, length: 200 })))
  await writeTickDay(places.dataFolder, key, day, events, { tickSize: 0.1, lotSize: 0.001 });

it("a configuration's override holds on ticks, and is part of what the run is known by", async () => {
  const plain = await assembleTicks(config(), places);
  const { strategies, settings } = await assembleTicks(config({ override: { stoploss: -0.02 } }), places);
  expect(plain.strategies[0]!.create({}).stoploss).toBe(-1);
  expect(strategies[0]!.create({}).stoploss).toBe(-0.02);
  expect([plain.settings?.override, settings?.override]).toEqual([undefined, { stoploss: -0.02 }]);
});

it("takes a parameter file's attributes and module options, and says where they are from", async () => {
  const file = join(places.userdir, 'strategies', 'market-maker-glft.json');
  mkdirSync(join(places.userdir, 'strategies'), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      strategy: 'MarketMakerGlft',
      study: 'mine',
      parameters: {},
      attributes: { stoploss: -0.03 },
      options: { 'sizing.fraction': 0.2 },
      trials: { count: 40, sharpeVariance: 0.5 },
    }),
  );
  const found = await assembleTicks(config({ sizing: { name: 'fixed-fraction', fraction: 0.1 } }), places);
  rmSync(file);
  expect(found.strategies[0]!.create({}).stoploss).toBe(-0.03);
  expect(found.settings?.tuned).toEqual([{ attributes: { stoploss: -0.03 }, options: { 'sizing.fraction': 0.2 } }]);
  expect(found.trials).toEqual({ count: 40, sharpeVariance: 0.5 });
  expect(found.notes?.join()).toContain('the best of 40 trials');
});
