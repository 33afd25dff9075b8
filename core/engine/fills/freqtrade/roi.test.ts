import { describe, expect, it } from 'vitest';
import type { FreqtradeSettings } from './ports.ts';
import { roiEntry, roiTable } from './roi.ts';
import { CALM, hourOf, type Prices, pairOf, runFixture, settingsOf } from './run-fixture.ts';

function run(prices: readonly Prices[], more: Partial<FreqtradeSettings>) {
  const signals = more.canShort ? ({ 0: 'enterShort' } as const) : ({ 0: 'enterLong', 2: 'enterLong' } as const);
  const trade = runFixture([pairOf('A', prices, signals)], settingsOf(more)).trades[0]!;
  return [trade.exitReason, trade.closeRate, hourOf(trade.closeTime)];
}

describe('roi table', () => {
  it('uses the largest key that has been reached', () => {
    const table = roiTable({ 60: 0.01, 0: 0.05, 30: 0.02 });
    expect(table.minutes).toEqual([0, 30, 60]);
    expect([0, 29, 30, 59, 60, 999].map((held) => roiEntry(table, held))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(roiEntry(roiTable({ 10: 0.1 }), 9)).toBe(-1);
  });
});

describe('a roi exit', () => {
  it('needs more profit than the table asks for and fills at the rate of just that profit', () => {
    expect(run([CALM, CALM, [100, 105, 100, 105], [105, 106, 104, 105], CALM], { roi: { 0: 0.05 } })).toEqual([
      'roi',
      105,
      3,
    ]);
    expect(run([CALM, CALM, [100, 106, 100, 106], CALM], { roi: { 0: 0.05 }, fee: 0.001 })).toEqual([
      'roi',
      // 100 · 1.001 · 1.05 / 0.999 = 105.2102…
      105.21,
      2,
    ]);
  });

  it('of a leveraged short lies below the entry', () => {
    const short = { canShort: true, market: 'margin', leverage: 2, roi: { 0: 0.1 } } as const;
    expect(run([CALM, CALM, [100, 100, 94, 95], CALM], short)).toEqual(['roi', 95, 2]);
  });

  it('fills at a better open only on the candle at which its threshold came into force', () => {
    const jump: Prices = [103, 104, 103, 103];
    expect(run([CALM, CALM, CALM, jump, CALM], { roi: { 0: 1, 120: 0.02 } })).toEqual(['roi', 103, 3]);
    expect(run([CALM, CALM, [100, 103, 100, 101], CALM], { roi: { 0: 1, 60: 0.02 } })).toEqual(['roi', 102, 2]);
    // Without a new threshold the rate is clipped to the candle instead.
    expect(run([CALM, CALM, CALM, [103, 104, 102.5, 103], CALM], { roi: { 0: 0.02 } })).toEqual(['roi', 102.5, 3]);
  });

  it('of ratio -1 leaves at the open', () => {
    expect(run([CALM, CALM, CALM, [97, 98, 96, 97], CALM], { roi: { 0: 1, 120: -1 } })).toEqual(['roi', 97, 3]);
  });

  it('waits while an entry signal of the same side acts, if told to', () => {
    const high: Prices = [100, 106, 100, 100];
    const more = { roi: { 0: 0.05 }, ignoreRoiIfEntrySignal: true };
    expect(run([CALM, CALM, CALM, high, high, CALM], more)).toEqual(['roi', 105, 4]);
  });
});
