import { describe, expect, it } from 'vitest';
import { candlesFrom } from '../../../domain/candles.ts';
import { decimalsOf, priceTicks } from './price-tick.ts';

const row = (time: number, price: number) => ({ time, open: price, high: price, low: price, close: price, volume: 1 });
const january = Date.UTC(2024, 0, 31, 23);
const february = Date.UTC(2024, 1, 1);

describe('decimalsOf', () => {
  it('counts decimals of a price printed with 14 significant digits', () => {
    expect(decimalsOf(0.09130005000000001)).toBe(8);
    expect(decimalsOf(5.213e-5)).toBe(8);
    expect(decimalsOf(1.5e-8)).toBe(9);
    expect(decimalsOf(42000)).toBe(0);
    expect(decimalsOf(123456789.1234567)).toBe(5);
  });
});

describe('priceTicks', () => {
  const limits = { priceTick: 0.5, amountStep: 1, minAmount: 1, minCost: 1 };
  const candles = candlesFrom([row(january, 100.25), row(february, 100.5), row(february + 3_600_000, 101)]);

  it('takes the most decimals of the calendar month', () => {
    const tickAt = priceTicks(candles, limits);
    expect(tickAt(january).step).toBe(0.01);
    expect(tickAt(february).step).toBe(0.1);
  });

  it('falls back to the market tick where prices have no decimals, and uses it where told to', () => {
    expect(priceTicks(candlesFrom([row(february, 100)]), limits)(february).step).toBe(0.5);
    expect(priceTicks(candles, { ...limits, tickFrom: 'market' })(january).step).toBe(0.5);
  });

  it('sees more decimals after fewer in one month', () => {
    const tickAt = priceTicks(
      candlesFrom([row(february, 1.1), row(february + 1, 1.10000001), row(february + 2, 1.12)]),
      limits,
    );
    expect(tickAt(february).step).toBe(1e-8);
  });
});
