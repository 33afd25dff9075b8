import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { LevelBook } from './level-book.ts';

it('keeps whole prices from the first step on, whether or not it trades, and never crosses', () => {
  for (let seed = 0; seed < 40; seed++) {
    let trades = 0;
    const prices: number[] = [];
    const book = new LevelBook(seeded(seed), 50, {
      change: (_time, _kind, _side, tick) => prices.push(tick),
      trade: () => trades++,
    });
    book.snapshot(0, 10_000);
    const before = prices.length;
    book.step(1, 10_000, false);
    expect(trades).toBeLessThan(2);
    expect(prices.length).toBeGreaterThan(before);
    expect(prices.every((tick) => Number.isInteger(tick) && Math.abs(tick - 10_000) < 40)).toBe(true);
  }
});
