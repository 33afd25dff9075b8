import { describe, expect, it } from 'vitest';
import type { FreqtradeLock, Protection } from './ports.ts';
import { guard } from './protections.ts';

const MINUTE = 60_000;
const stopGuard: Protection = {
  kind: 'stoploss-guard',
  lookback: { candles: 12 },
  tradeLimit: 2,
  duration: { candles: 4 },
};

function run(protections: readonly Protection[]) {
  const locks: FreqtradeLock[] = [];
  const made = guard(protections, '5m', 1000, (lock) => locks.push(lock));
  const exit = (pair: string, minute: number, exitReason = 'stop_loss', profitRatio = -0.1) => {
    made.remember({ pair, closeTime: minute * MINUTE, exitReason, profitRatio, profitAbs: profitRatio * 1000 });
    made.afterExit(pair, minute * MINUTE);
  };
  return { locks, exit, isLocked: (pair: string, minute: number) => made.isLocked(pair, minute * MINUTE) };
}

describe('cooldown', () => {
  it('locks the pair one candle past a duration that ends on a boundary', () => {
    const { locks, exit, isLocked } = run([{ kind: 'cooldown', duration: { candles: 3 } }]);
    exit('A', 100, 'roi', 0.1);
    expect(locks).toEqual([
      { pair: 'A', from: 100 * MINUTE, until: 120 * MINUTE, reason: 'Cooldown period for for 3 candles.' },
    ]);
    expect([isLocked('A', 119), isLocked('A', 120), isLocked('B', 110)]).toEqual([true, false, false]);
  });

  it('adds no lock where one already covers its end', () => {
    const { locks, exit } = run([{ kind: 'cooldown', duration: { candles: 3 } }]);
    exit('A', 100);
    exit('A', 104);
    expect(locks).toHaveLength(1);
    exit('A', 105);
    expect(locks).toHaveLength(2);
  });
});

describe('stoploss guard', () => {
  it('locks the pair for its own stops and all pairs for all stops', () => {
    const { locks, exit } = run([stopGuard]);
    exit('A', 10);
    exit('B', 20);
    expect(locks.map((lock) => [lock.pair, lock.until / MINUTE])).toEqual([['*', 45]]);
    exit('A', 30);
    expect(locks.map((lock) => [lock.pair, lock.until / MINUTE]).slice(1)).toEqual([
      ['A', 55],
      ['*', 55],
    ]);
  });

  it('counts neither other reasons nor enough profit nor stops as old as the lookback', () => {
    const { locks, exit } = run([stopGuard]);
    exit('A', 10);
    exit('A', 20, 'exit_signal');
    exit('A', 30, 'trailing_stop_loss', 0);
    exit('A', 70);
    expect(locks).toEqual([]);
    exit('A', 129, 'liquidation');
    expect(locks.map((lock) => lock.pair)).toEqual(['A', '*']);
    expect(locks[0]!.reason).toBe('2 stoplosses in 60 min, locking for 4 candles.');
  });

  it('stays with the pair when told to', () => {
    const { locks, exit } = run([{ ...stopGuard, onlyPerPair: true }]);
    exit('A', 10);
    exit('B', 20);
    expect(locks).toEqual([]);
  });
});

const window = { lookback: { minutes: 60 }, duration: { minutes: 10 } } as const;

describe('low-profit-pairs', () => {
  it('locks a pair whose trades in the window earned less than is required', () => {
    const { locks, exit } = run([{ kind: 'low-profit-pairs', ...window, tradeLimit: 2, requiredProfit: 0.01 }]);
    exit('A', 1, 'roi', -0.5);
    exit('B', 70, 'roi', 0.00003125);
    exit('A', 71, 'roi', 0.02);
    expect(locks).toEqual([]);
    exit('B', 72, 'roi', 0.00003125);
    const reason = '6.25e-05 < 0.01 in 60 minutes, locking for 10 minutes.';
    expect(locks).toEqual([{ pair: 'B', from: 72 * MINUTE, until: 85 * MINUTE, reason }]);
  });
});

describe('max-drawdown', () => {
  const rule = { kind: 'max-drawdown', ...window, tradeLimit: 2, maxDrawdown: 0.3 } as const;

  it('locks all pairs when profit ratios fell too far from their highest sum', () => {
    const { locks, exit, isLocked } = run([{ ...rule, calculation: 'ratios' }]);
    exit('A', 1, 'roi', 0.25);
    exit('B', 2, 'roi', -0.25);
    expect(locks).toEqual([]);
    exit('B', 3, 'roi', -0.25);
    const reason = '0.5 passed 0.3 in 60 minutes, locking for 10 minutes.';
    expect(locks).toEqual([{ pair: '*', from: 3 * MINUTE, until: 15 * MINUTE, reason }]);
    expect([isLocked('A', 14), isLocked('A', 15)]).toEqual([true, false]);
  });

  it('or when the balance did, starting from what it was before the window', () => {
    const { locks, exit } = run([{ ...rule, calculation: 'equity' }]);
    exit('A', 1, 'roi', 1);
    exit('A', 100, 'roi', -0.5);
    exit('A', 101, 'roi', -0.1);
    expect(locks).toEqual([]);
    exit('A', 102, 'roi', -0.4);
    expect(locks.map(({ reason }) => reason)).toEqual(['0.5 passed 0.3 in 60 minutes, locking for 10 minutes.']);
  });

  it('adds profits up before the starting balance, to the last digit of its reason', () => {
    const { locks, exit } = run([{ ...rule, maxDrawdown: 0.01, calculation: 'equity' }]);
    exit('A', 1, 'roi', 0.0001);
    exit('A', 2, 'roi', 0.0002);
    exit('A', 100, 'roi', -0.1);
    exit('A', 101, 'roi', -0.4);
    // In order of time, 1000 + 0.1 + 0.2, it would be 0.49985004498650404.
    expect(locks.map(({ reason }) => reason)).toEqual([
      '0.4998500449865041 passed 0.01 in 60 minutes, locking for 10 minutes.',
    ]);
  });

  it('takes a balance from its peak within the window', () => {
    const { locks, exit } = run([{ ...rule, calculation: 'equity' }]);
    exit('A', 1, 'roi', 1);
    exit('A', 2, 'roi', -0.5);
    expect(locks).toEqual([]);
    exit('A', 3, 'roi', -0.3);
    expect(locks.map(({ reason }) => reason)).toEqual(['0.4 passed 0.3 in 60 minutes, locking for 10 minutes.']);
  });

  it('takes trades that closed at the same time in the order in which pandas sorts them', () => {
    const { locks, exit } = run([{ ...rule, tradeLimit: 17, calculation: 'ratios' }]);
    const minutes = [0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 6, 6, 6, 7];
    const profits: Readonly<Record<number, number>> = { 6: -0.25, 7: -0.25, 8: 0.25 };
    // Of minute 3, the first trade comes last: a fall of 0.25, and not of 0.5.
    for (const [k, minute] of minutes.entries()) exit('A', minute, 'roi', profits[k] ?? 0);
    expect(locks).toEqual([]);
    exit('A', 8, 'roi', -0.25);
    expect(locks.map(({ reason }) => reason)).toEqual(['0.5 passed 0.3 in 60 minutes, locking for 10 minutes.']);
  });

  it('looks at all that closed in the window, also where an earlier exit at the end of the run came later', () => {
    const { locks, exit } = run([{ ...rule, calculation: 'ratios' }]);
    exit('A', 100, 'roi', -0.25);
    exit('B', 10, 'force_exit', 0);
    exit('C', 101, 'force_exit', -0.25);
    expect(locks.map(({ reason }) => reason)).toEqual(['0.5 passed 0.3 in 60 minutes, locking for 10 minutes.']);
  });
});
