import { expect, it } from 'vitest';
import cooldown from '../../plugins/risk/cooldown/index.ts';
import type { StoredLock } from '../ports/stored-rows.ts';
import { testContext, testIntent } from '../testing/trading-fakes.ts';
import { heldLocks, newLocks } from './stored-locks.ts';

const MINUTE = 60_000;
const module = cooldown.create(cooldown.options.parse({ durationMinutes: 10 }));
const context = testContext({
  trades: [{ pair: 'BTC/USDT', profitRatio: 0.1, profitAbs: 1, exitReason: 'roi', closeTime: 5 * MINUTE }],
});

it('makes rows of the locks that hold, once', () => {
  const rows = newLocks([module], context, 6 * MINUTE, []);
  expect(rows).toEqual([
    {
      pair: 'BTC/USDT',
      side: '*',
      source: 'cooldown',
      at: 6 * MINUTE,
      until: 15 * MINUTE,
      reason: 'no entries on BTC/USDT until 1970-01-01T00:15:00.000Z',
    },
  ]);
  expect(newLocks([module], context, 7 * MINUTE, rows)).toEqual([]);
  expect(newLocks([module], context, 15 * MINUTE, [])).toEqual([]);
});

it('denies entries while a stored lock holds, on its pair and side', () => {
  const verdict = (over: object, lock: Partial<StoredLock> = {}) => {
    const [row] = newLocks([module], context, 6 * MINUTE, []);
    const intent = testIntent({ pair: 'BTC/USDT', time: 14 * MINUTE, ...over });
    const answer = heldLocks([{ ...row!, ...lock }]).review(intent, 1, context);
    return answer.verdict === 'allow' ? 'allow' : answer.reason;
  };
  expect(verdict({})).toBe('locked_by_cooldown');
  expect(verdict({ time: 15 * MINUTE })).toBe('allow');
  expect(verdict({ pair: 'ETH/USDT' })).toBe('allow');
  expect(verdict({ pair: 'ETH/USDT' }, { pair: '*', source: 'operator' })).toBe('locked_by_operator');
  expect(verdict({}, { side: 'short' })).toBe('allow');
  expect(verdict({ kind: 'addition' })).toBe('allow');
});
