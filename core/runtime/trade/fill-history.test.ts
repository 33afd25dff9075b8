import { describe, expect, it } from 'vitest';
import { FillHistory, madeBefore } from './fill-history.ts';

const fill = (exchangeId: string, at: number, pair = 'BTC/USDT') => ({ pair, exchangeId, at });

describe('the order of fills', () => {
  it("is that of the venue's time, then of its count", () => {
    expect(madeBefore(fill('9', 1), fill('1', 2))).toBe(true);
    expect(madeBefore(fill('1', 2), fill('9', 1))).toBe(false);
    expect(madeBefore(fill('9', 1), fill('10', 1))).toBe(true);
    expect(madeBefore(fill('10', 1), fill('9', 1))).toBe(false);
    // Beyond what a double holds.
    expect(madeBefore(fill('90071992547409931', 1), fill('90071992547409932', 1))).toBe(true);
  });

  it('is not known of ids of the same time that are no counts', () => {
    expect(madeBefore(fill('a', 1), fill('b', 1))).toBe(false);
    expect(madeBefore(fill('b', 1), fill('a', 1))).toBe(false);
  });
});

describe('a history of fills', () => {
  it('says what was booked of what the venue made after a fill, whatever was heard first', () => {
    const history = new FillHistory();
    history.note(fill('4', 30), -2);
    history.note(fill('2', 10), 5);
    history.note(fill('3', 20), -1);
    history.note(fill('1', 40, 'ETH/USDT'), 7);
    expect(history.lotsAfter(fill('2', 10))).toBe(-3);
    expect(history.lotsAfter(fill('x', 20))).toBe(-2);
    expect(history.lotsAfter(fill('1', 5))).toBe(2);
    expect(history.has(fill('3', 20))).toBe(true);
    expect(history.has(fill('3', 20, 'ETH/USDT'))).toBe(false);
    // Again: it counts once.
    history.note(fill('4', 30), -2);
    expect(history.lotsAfter(fill('1', 5))).toBe(2);
  });

  it('forgets the oldest', () => {
    const history = new FillHistory();
    for (let k = 0; k < 2_005; k++) history.note(fill(String(k), k), 1);
    expect(history.lotsAfter(fill('-', -1))).toBe(2_000);
    expect(history.has(fill('4', 4))).toBe(false);
  });
});
