import { describe, expect, it } from 'vitest';
import { candlesFrom } from '../../../domain/candles.ts';
import { fillGaps } from './gaps.ts';

const row = (time: number, close: number) => ({
  time,
  open: close - 1,
  high: close + 1,
  low: close - 2,
  close,
  volume: 5,
});

describe('fillGaps', () => {
  it('repeats the previous close without volume', () => {
    const filled = fillGaps(candlesFrom([row(0, 10), row(180, 20)]), 60);
    expect([...filled.time]).toEqual([0, 60, 120, 180]);
    expect([...filled.open]).toEqual([9, 10, 10, 19]);
    expect([...filled.high]).toEqual([11, 10, 10, 21]);
    expect([...filled.low]).toEqual([8, 10, 10, 18]);
    expect([...filled.volume]).toEqual([5, 0, 0, 5]);
  });

  it('hands a table without gaps back', () => {
    const whole = candlesFrom([row(0, 10), row(60, 11)]);
    expect(fillGaps(whole, 60)).toBe(whole);
  });
});
