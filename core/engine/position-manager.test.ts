import { describe, expect, it } from 'vitest';
import type { PositionContext } from '../strategy/strategy.ts';
import { long, type Row, runOne, runTest, Scripted, short, still } from './fills/honest/run-fixture.ts';

const ending = ({ trades }: ReturnType<typeof runOne>) =>
  trades.map((t) => `${t.reason} ${t.closeRate} at ${t.closed}`).join(', ');
const idle = (price: number, count: number): Row[] => Array.from({ length: count }, () => still(price));

describe('the ROI table', () => {
  it('rests a limit at the ratio of the row in force, fees of both ways included', () => {
    const spec = { makerFee: 0.001, takerFee: 0.001 };
    const rows: Row[] = [still(100), still(100), [100, 106, 100, 100], still(100)];
    const { trades } = runOne(rows, long(0), { minimalRoi: { 0: 0.05 } }, { market: { spec } });
    // 10 at 100, fee 1: (50 + 1 + 1000) / (10 × 0.999) = 105.2052… -> 105.3 (a fee of 1.053)
    expect(trades[0]).toMatchObject({ reason: 'roi', closeRate: 105.3 });
    expect(trades[0]!.profit).toBeCloseTo(53 - 1 - 1.053, 9);
  });

  it('lowers the limit when the next row comes into force, at candle closes', () => {
    const table = { minimalRoi: { 0: 0.1, 10: 0.03 } };
    const rows: Row[] = [...idle(100, 2), [100, 104, 100, 100], [100, 104, 100, 100], still(100)];
    // Opened at minute 5: the row of ten minutes holds from the close at minute 15.
    expect(ending(runOne(rows, long(0), table))).toBe('roi 103 at 15');
  });

  it('starts with no target where the first row is later', () => {
    const rows: Row[] = [...idle(100, 2), [100, 104, 100, 100], [100, 104, 100, 100], still(100)];
    expect(ending(runOne(rows, long(0), { minimalRoi: { 10: 0.03 } }))).toBe('roi 103 at 15');
  });

  it('mirrors shorts and counts leverage', () => {
    const rows: Row[] = [...idle(100, 2), [100, 100, 97.9, 100], still(100)];
    const table = { minimalRoi: { 0: 0.1 }, leverage: () => 5 };
    expect(ending(runOne(rows, short(0), table))).toBe('roi 98 at 10');
  });

  it('carries all funding that what is left of a position paid, and its share of what was paid before a part left', () => {
    const rows: Row[] = [...idle(100, 5), [100, 107.4, 100, 100], [100, 107.8, 100, 100], still(100)];
    const stakes = [null, -500];
    const funding = [
      { minute: 10, rate: 0.01, mark: 100 },
      { minute: 20, rate: 0.01, mark: 100 },
    ];
    const table = { minimalRoi: { 0: 0.055 }, adjustPosition: () => stakes.shift() ?? null };
    const run = runOne(rows, long(0), table, { market: { funding } });
    // 10 at 100 pay 10, the 5 that are left of it 5 more: (27.5 + 5 + 5 + 500) / 5 = 107.5.
    expect(run.fills.at(-1)).toMatchObject({ purpose: 'roi', price: 107.5, minute: 30 });
    expect(run.trades[0]!.profit).toBeCloseTo(5 * 7.5 - 15, 9);
  });

  it('leaves by a market order after the close when it is checked there', () => {
    const rows: Row[] = [...idle(100, 2), [100, 106, 100, 105], still(104), still(104)];
    const run = runOne(rows, long(0), { minimalRoi: { 0: 0.04 } }, { engine: { roiRests: false } });
    expect(ending(run)).toBe('roi 104 at 15');
  });

  it('is put aside for the candle after an entry signal when the strategy says so', () => {
    const rows: Row[] = [...idle(100, 2), [100, 106, 100, 100], [100, 107, 100, 100], still(100)];
    const table = { minimalRoi: { 0: 0.05 }, ignoreRoiIfEntrySignal: true };
    const again = (i: number, act: { enter: { long(): void } }) => {
      if (i === 0 || i === 1) act.enter.long();
    };
    expect(ending(runOne(rows, again as never, table))).toBe('roi 105 at 15');
  });
});

describe('trailing stops', () => {
  it('are asked for where the ROI table leaves by a limit, too', () => {
    const rows: Row[] = [...idle(100, 2), [100, 106, 100, 105], [104.9, 104.9, 102, 102], still(102)];
    const orderTypes = { entry: 'market', exit: 'limit' } as const;
    const own = ({ afterFill }: { afterFill: boolean }) => (afterFill ? null : -0.01);
    const attributes = { minimalRoi: { 0: 0.04 }, stoploss: -0.5, customStop: own as never, orderTypes };
    const run = runOne(rows, long(0), attributes, { engine: { roiRests: false } });
    // The limit at 105 waits in vain; the stop came after the close at 105.
    expect(ending(run)).toBe('trailing_stop_loss 104 at 15');
  });

  it('follow the best price of closed candles, and take effect with the next', () => {
    const rows: Row[] = [...idle(100, 2), [100, 110, 99, 108], [108, 108, 104, 104], still(104)];
    // Best 110: the stop moves to 104.5 at the close of minute 15.
    expect(ending(runOne(rows, long(0), { stoploss: -0.05, trailingStop: true }))).toBe(
      'trailing_stop_loss 104.5 at 15',
    );
  });

  it('tighten to the positive distance once the offset is reached', () => {
    const trail = { stoploss: -0.1, trailingStop: true, trailingStopPositive: 0.01, trailingStopPositiveOffset: 0.03 };
    const low: Row[] = [...idle(100, 2), [100, 102, 100, 102], [102, 102, 95, 95], still(95)];
    const high: Row[] = [...idle(100, 2), [100, 104, 100, 104], [104, 104, 95, 95], still(95)];
    // 102 × 0.9 = 91.8 is not reached; 104 × 0.99 = 102.96 -> 103.
    expect(ending(runOne(low, long(0), trail))).toBe('force_exit 95 at 25');
    expect(ending(runOne(high, long(0), trail))).toBe('trailing_stop_loss 103 at 15');
  });

  it('wait for the offset when only that counts', () => {
    const trail = {
      stoploss: -0.1,
      trailingStop: true,
      trailingStopPositive: 0.01,
      trailingStopPositiveOffset: 0.03,
      trailingOnlyOffsetIsReached: true,
    };
    const rows: Row[] = [...idle(100, 2), [100, 102, 100, 102], [102, 102, 90, 91], still(91)];
    // The stop stays at 90 from the entry, not at 91.8.
    expect(ending(runOne(rows, long(0), trail))).toBe('stop_loss 90 at 15');
  });

  it('never move back, and mirror shorts', () => {
    const rows: Row[] = [...idle(100, 2), [100, 100, 90, 91], [91, 92, 91, 92], [92, 96, 92, 96], still(96)];
    // Best 90: 90 × 1.05 = 94.5.
    expect(ending(runOne(rows, short(0), { stoploss: -0.05, trailingStop: true }))).toBe(
      'trailing_stop_loss 94.5 at 20',
    );
  });

  it('go on while a limit exit waits', () => {
    const rows: Row[] = [...idle(100, 2), [100, 110, 100, 110], [110, 110, 104, 105], still(105)];
    const trail = { stoploss: -0.05, trailingStop: true, exitPrice: () => 150 };
    expect(ending(runOne(rows, long(0, 1), trail))).toBe('trailing_stop_loss 104.5 at 15');
  });
});

describe('callbacks about an open position', () => {
  it('customStop sets the stop after a fill and moves it at closes, towards profit only', () => {
    const seen: [number, boolean][] = [];
    const customStop = ({ rate, afterFill }: { rate: number; afterFill: boolean }) => {
      seen.push([rate, afterFill]);
      return rate > 105 ? -0.2 : -0.04;
    };
    const rows: Row[] = [...idle(100, 2), [100, 105, 100, 105], [105, 110, 105, 110], [110, 110, 100, 100], still(100)];
    // 96 after the fill, 100.8 at 105; 88 at 110 is no progress.
    expect(ending(runOne(rows, long(0), { customStop }))).toBe('trailing_stop_loss 100.8 at 20');
    expect(seen.slice(0, 4)).toEqual([
      [100, true],
      [100, false],
      [105, false],
      [110, false],
    ]);
  });

  it('customRoi and customExit leave by market orders at the next open', () => {
    const rows: Row[] = [...idle(100, 2), [100, 103, 100, 103], still(102), still(102)];
    expect(ending(runOne(rows, long(0), { customRoi: () => 0.02 }))).toBe('custom_roi 102 at 15');
    const customExit = ({ profit }: PositionContext) => (profit > 0.02 ? 'enough' : null);
    expect(ending(runOne(rows, long(0), { customExit }))).toBe('enough 102 at 15');
  });

  it('adjustPosition adds up to the number allowed and reduces in shares of the margin', () => {
    const stakes = [500, 500, null, -750, null];
    let k = 0;
    const rows: Row[] = [still(100), still(100), still(50), still(50), still(50), still(80), still(80)];
    const { trades, fills } = runOne(rows, long(0), {
      maxEntryPositionAdjustment: 1,
      adjustPosition: () => stakes[k++] ?? null,
    });
    // 10 at 100 and 500 / 100 at 50; the second addition is one too many. Of 1,250 of margin 750 are taken off: 0.6 of 15.
    expect(fills.map((f) => [f.minute, f.amount, f.price])).toEqual([
      [5, 10, 100],
      [10, 5, 50],
      [25, -9, 80],
      [35, -6, 80],
    ]);
    expect(trades[0]!.openRate).toBeCloseTo(1250 / 15, 9);
    expect(trades[0]!.profit).toBeCloseTo(15 * 80 - 1250, 9);
  });

  it('adjustPosition does not leave what could not be sold', () => {
    const rows: Row[] = [still(100), still(100), still(100), still(100)];
    const reduce = { adjustPosition: () => -960 };
    const spec = { minCost: 50 };
    const { fills } = runOne(rows, long(0), reduce, { market: { spec } });
    expect(fills.map((f) => f.purpose)).toEqual(['entry', 'exit']);
    expect(fills[1]!.amount).toBe(-10);
  });

  it.each([
    ['BTC/USDT', { minCost: 50 }, 'cost'],
    ['BTC/USDT', { minAmount: 0.5 }, 'amount'],
    ['BTC/USDT:USDT', { minCost: 50 }, null],
  ] as const)('adjustPosition takes no less off %s than the smallest order (%o)', (pair, spec, refused) => {
    const rows: Row[] = [still(100), still(100), still(100), still(100)];
    const stakes = [-40, -60];
    const strategy = new Scripted(long(0), { adjustPosition: () => stakes.shift() ?? null });
    const run = runTest({ markets: { [pair]: { rows, spec } }, strategies: { S: strategy } });
    const small = refused === null ? [[10, -0.4]] : [];
    expect(run.fills.map((f) => [f.minute, f.amount])).toEqual([
      [5, 10],
      ...small,
      [15, -0.6],
      [20, refused === null ? -9 : -9.4],
    ]);
    expect(run.refused).toEqual(refused === null ? {} : { [`reduction_below_minimum_${refused}`]: 1 });
  });
});
