import { describe, expect, it } from 'vitest';
import { grid } from './rounding.ts';
import { tradeState } from './trade-state.ts';
import { freeBalance } from './wallet.ts';

describe('the free balance', () => {
  it('adds profits up before the starting balance, to the last bit', () => {
    const wallet = { startingBalance: 1000, tradableRatio: 1, closedProfit: 0.1, unseen: 0 };
    const order = { isEntry: true, created: 0, price: 100, amount: 1, tag: null };
    const of = { id: 1, pair: 'A', slot: 0, direction: 1, openTime: 0, entryTag: null, leverage: 1, fee: 0 } as const;
    const trade = { ...tradeState({ ...of, tick: grid(0.01), stake: 0, order }), realised: 0.2 };
    // In order, 1000 + 0.1 + 0.2, it would be 1000.3000000000001.
    expect(freeBalance(wallet, [trade])).toBe(1000.3);
  });
});
