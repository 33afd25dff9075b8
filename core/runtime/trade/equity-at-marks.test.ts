import { expect, it } from 'vitest';
import type { ExchangePosition } from '../../ports/exchange.ts';
import { equityAtMarks } from './equity-at-marks.ts';

const slot = (pair: string, sign: 1 | -1, amount: number, last: number) =>
  ({ pair: { pair, last }, position: { sign, amount } }) as unknown as Parameters<typeof equityAtMarks>[1][number];
const mark = (pair: string, side: 'long' | 'short', markPrice: number) =>
  ({ pair, side, markPrice }) as unknown as ExchangePosition;

it('moves each position from its last close to the mark of the venue', () => {
  const slots = [slot('A', 1, 2, 100), slot('B', -1, 3, 50)];
  expect(equityAtMarks(1_000, slots, [mark('A', 'long', 90), mark('B', 'short', 52)])).toBe(1_000 - 20 - 6);
});

it('keeps the close where the venue told no mark, or one of another position', () => {
  const slots = [slot('A', 1, 2, 100), slot('B', 1, 1, 10), { ...slot('C', 1, 1, 1), position: null }];
  expect(equityAtMarks(1_000, slots, [mark('A', 'short', 90), mark('B', 'long', 0)])).toBe(1_000);
});
