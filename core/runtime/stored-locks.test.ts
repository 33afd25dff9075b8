import { expect, it } from 'vitest';
import { newLocks } from './stored-locks.ts';

const MINUTE = 60_000;

it('makes rows of the locks that hold, once', () => {
  const held = [
    { pair: 'BTC/USDT', until: 15 * MINUTE, source: 'cooldown' },
    { pair: '*', until: 20 * MINUTE, source: 'stoploss-guard' },
  ];
  const rows = newLocks(held, 6 * MINUTE, []);
  expect(rows).toEqual([
    {
      pair: 'BTC/USDT',
      side: '*',
      source: 'cooldown',
      at: 6 * MINUTE,
      until: 15 * MINUTE,
      reason: 'no entries on BTC/USDT until 1970-01-01T00:15:00.000Z',
    },
    {
      pair: '*',
      side: '*',
      source: 'stoploss-guard',
      at: 6 * MINUTE,
      until: 20 * MINUTE,
      reason: 'no entries on any pair until 1970-01-01T00:20:00.000Z',
    },
  ]);
  expect(newLocks(held, 7 * MINUTE, rows)).toEqual([]);
  expect(newLocks([{ ...held[0]!, until: 16 * MINUTE }], 7 * MINUTE, rows)).toHaveLength(1);
});
