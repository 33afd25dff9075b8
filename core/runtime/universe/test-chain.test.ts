import { expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { testMarketData } from '../../testing/market-fake.ts';
import { loadRegistry } from '../load-registry.ts';
import { testChain } from './test-chain.ts';

const DAY = 86_400_000;
const FROM = Date.UTC(2024, 0, 1);
const data = testMarketData({
  'A/USDT': { closes: [1, 2] },
  'B/USDT': { closes: [1, 1.5] },
  'C/USDT': { closes: [1, 1] },
});
const registry = await loadRegistry();
const ask = (over: object, time?: number) =>
  testChain(configSchema.parse({ exchange: 'test', ...over }), registry, data, time);

it('says what each step leaves and drops, at the end of the data or as of a moment', async () => {
  const pairlists = [
    { name: 'percent-change', min: 0.1 },
    { name: 'offset', offset: 1 },
  ];
  const now = await ask({ pairlists });
  expect(now).toMatchObject({ time: FROM + 2 * DAY, exchange: 'test', pairs: ['B/USDT'] });
  expect(now.given).toEqual(['A/USDT', 'B/USDT', 'C/USDT']);
  expect(now.steps).toEqual([
    { name: 'percent-change', pairs: ['A/USDT', 'B/USDT'], dropped: ['C/USDT'] },
    { name: 'offset', pairs: ['B/USDT'], dropped: ['A/USDT'] },
  ]);
  expect((await ask({ pairlists }, FROM + DAY)).pairs).toEqual([]);
});

it('says what is missing', async () => {
  await expect(ask({})).rejects.toThrow(/CONFIG_VALUE.*no pair lists/);
  await expect(ask({ pairlists: ['shuffle'], stakeCurrency: 'EUR' })).rejects.toThrow(/no candles of test in EUR/);
});
