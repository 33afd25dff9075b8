import { describe, expect, it } from 'vitest';
import type { PositionContext } from '../../../strategy/strategy.ts';
import type { Position } from '../../position.ts';
import { long, type Row, runOne, runTest, Scripted, START, short, still, wire } from './run-fixture.ts';

const MINUTE = 60_000;
const flat: Row[] = Array.from({ length: 4 }, () => still(100));

describe('a run over candles', () => {
  it('calls onCandle once per candle and pair, in pair order, and keeps the equity of each close', () => {
    const seen: string[] = [];
    const rows: Row[] = [still(100), still(100), [100, 110, 100, 110], still(120)];
    const strategy = new Scripted((i, act, { pair }) => {
      seen.push(`${pair[0]}${i}`);
      if (pair[0] === 'A' && i === 0) act.enter.long();
    });
    const { run, slots } = runTest({
      markets: { 'A/USDT:USDT': { rows }, 'B/USDT:USDT': { rows: flat, gaps: [2] } },
      strategies: { Scripted: strategy },
    });
    expect(seen).toEqual(['A0', 'B0', 'A1', 'B1', 'A2', 'A3', 'B3']);
    expect(slots.map((s) => s.calls)).toEqual([4, 3]);
    expect([...run.equity.time].map((t) => (t - START) / MINUTE)).toEqual([5, 10, 15, 20]);
    expect([...run.equity.value]).toEqual([10_000, 10_000, 10_100, 10_200]);
  });

  it('closes what is open at the last price, costs included, in the last point of the curve', () => {
    const spec = { takerFee: 0.01 };
    const { run, trades } = runOne([...flat, still(110)], long(0), {}, { market: { spec } });
    expect(trades[0]).toMatchObject({ reason: 'force_exit', closeRate: 110, closed: 25 });
    // 10 of them: +100, fees 10 and 11.
    expect(run.equity.value.at(-1)).toBeCloseTo(10_079, 9);
  });

  it('closes what an entry filled while the exit of what there was before is under way', () => {
    // Four of ten at 98; the exit of those four arrives six minutes after the third close, the rest fills before.
    const rows: Row[] = [still(100), still(100), [100, 100, 97, 98, 40], [98, 98, 97, 97]];
    const attributes = { entryPrice: () => 98, unfilledTimeout: { entry: 99, exit: 99 } };
    const { trades, slots, equity, account } = runOne(rows, long(0, 2), attributes, { venue: { latency: 360e9 } });
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({ closeRate: 97, closed: 20 });
    expect([slots[0]!.position, account.free]).toEqual([null, equity]);
  });

  it('lets a pair leave in the candle whose open it was entered at, whatever the other pairs do', () => {
    const rows: Row[] = [still(100), [100, 100, 80, 100], still(100), still(100)];
    const { trades } = runTest({
      markets: { 'A/USDT:USDT': { rows }, 'B/USDT:USDT': { rows: flat } },
      strategies: { Scripted: new Scripted(long(0), { stoploss: -0.1 }) },
    });
    expect(trades.map(({ pair, reason, opened, closed }) => [pair, reason, opened, closed])).toEqual([
      ['A/USDT:USDT', 'stop_loss', 5, 5],
      ['B/USDT:USDT', 'force_exit', 5, 20],
    ]);
  });

  it.each(['long', 'short'] as const)(
    'tells adjustPosition of a %s at each close when it is, and how far prices went',
    (side) => {
      const rows: Row[] = [still(100), still(100), [100, 130, 90, 110], [110, 120, 80, 105], still(105)];
      const told: unknown[] = [];
      const adjustPosition = ({ time, rate, profit, position }: PositionContext) => {
        const { bestRate, worstRate } = position as Position;
        told.push([(time - START) / MINUTE, rate, bestRate, worstRate, Math.round(profit * 1000) / 1000]);
        return null;
      };
      runOne(rows, (side === 'long' ? long : short)(0), { adjustPosition });
      const sign = side === 'long' ? 1 : -1;
      const [best, worst] =
        side === 'long'
          ? [
              [130, 130],
              [90, 80],
            ]
          : [
              [90, 80],
              [130, 130],
            ];
      expect(told.slice(1, 3)).toEqual([
        [15, 110, best[0], worst[0], sign * 0.1],
        [20, 105, best[1], worst[1], sign * 0.05],
      ]);
    },
  );

  it('can stop at any time and go on', () => {
    const of = () => ({ markets: { 'A/USDT:USDT': { rows: flat } }, strategies: { S: new Scripted(long(0, 1)) } });
    const { run } = wire(of());
    expect(run.nextTime).toBe(START);
    expect(run.advance(START + 10 * MINUTE)).toBe(true);
    expect(run.nextTime).toBe(START + 10 * MINUTE);
    expect(run.advance(Number.POSITIVE_INFINITY)).toBe(false);
    expect(run.nextTime).toBeNaN();
  });

  it('ticks the timer of a strategy once per candle, whatever it trades', () => {
    const ticks: number[] = [];
    const attributes = { onTimer: (time: number) => void ticks.push((time - START) / MINUTE) };
    runTest({
      markets: { 'A/USDT:USDT': { rows: flat }, 'B/USDT:USDT': { rows: flat } },
      strategies: { Scripted: new Scripted(() => {}, attributes) },
    });
    expect(ticks).toEqual([5, 10, 15, 20]);
  });
});

describe('funding', () => {
  const funding = [
    { minute: 5, rate: 0.01, mark: 100 },
    { minute: 12, rate: 0.01, mark: 110 },
    { minute: 15, rate: -0.02, mark: 100 },
  ];

  it('is paid by what is held when it settles, on the mark price; entries at that open do not pay', () => {
    const heard: number[] = [];
    const onFunding = ({ amount }: { amount: number }) => void heard.push(amount);
    const { trades } = runOne(flat, long(0), { onFunding }, { market: { funding } });
    // 10 of them: 11 paid for minute 12, 20 received at minute 15.
    expect(heard).toEqual([-11, 20]);
    expect(trades[0]).toMatchObject({ funding: 9, profit: 9 });
    expect(runOne(flat, short(0), {}, { market: { funding } }).trades[0]).toMatchObject({ funding: -9 });
  });

  it('takes a markup from longs and shorts alike', () => {
    const rolled = { funding: [{ minute: 12, rate: 0.01, mark: 110, markup: 0.002 }] };
    // 10 of them, worth 1,100: 11 of the rate, 2.2 of the markup.
    expect(runOne(flat, long(0), {}, { market: rolled }).trades[0]!.funding).toBeCloseTo(-13.2, 9);
    expect(runOne(flat, short(0), {}, { market: rolled }).trades[0]!.funding).toBeCloseTo(8.8, 9);
  });

  it('moves the target with what was paid', () => {
    const rows: Row[] = [...flat.slice(0, 2), [100, 105.5, 100, 100], [100, 106.5, 100, 100], still(100)];
    const paid = [{ minute: 10, rate: 0.01, mark: 100 }];
    const { trades } = runOne(rows, long(0), { minimalRoi: { 0: 0.05 } }, { market: { funding: paid } });
    // 5 % of 1,000 and the 10 paid: 106 instead of 105.
    expect(trades[0]).toMatchObject({ reason: 'roi', closeRate: 106, closed: 15, profit: 50 });
  });

  it('comes out of the margin when cash is gone, which brings the liquidation price nearer', () => {
    const rows: Row[] = [still(100), still(100), still(100), [100, 100, 92, 100], still(100)];
    const paid = [{ minute: 10, rate: 0.05, mark: 100 }];
    const market = { funding: paid };
    const wish = { balance: 1000, stake: 1000 };
    const tenfold = { leverage: () => 10 };
    expect(runOne(rows, long(0), tenfold, wish).trades[0]).toMatchObject({ reason: 'force_exit' });
    const { trades, account } = runOne(rows, long(0), tenfold, { ...wish, market });
    // 500 of 1,000 paid: (10,000 − 500) / 99.5 = 95.477…
    expect(trades[0]).toMatchObject({ reason: 'liquidation', closeRate: 95.4, funding: -500 });
    expect(trades[0]!.profit).toBeCloseTo(-960, 9);
    expect(account.free).toBeCloseTo(40, 9);
  });
});
