import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candlesFrom } from '../domain/candles.ts';
import { type Row, runTest, type Script, Scripted, still } from './fills/honest/run-fixture.ts';
import { Lane } from './lanes.ts';
import type { Slot } from './slot.ts';

/** A market that rises and falls a little, with a candle now and then that reaches stops. */
const rows = (shift: number): Row[] =>
  Array.from({ length: 40 }, (_, i) => {
    const price = 100 + ((i + shift) % 7);
    return (i + shift) % 11 === 0 ? [price, price + 6, price - 6, price] : still(price);
  });

const inAndOut: Script = (i, act) => {
  if (i % 5 === 1) act.enter.long({ tag: `in ${i}` });
  if (i % 5 === 4) act.exit.long({ tag: `out ${i}` });
};

/** A lane of one pair over these ranges, between two prices. */
function laneOf(low: number[], high: number[], bounds: { floor: number; ceiling: number }): Lane {
  const candles = { ...candlesFrom([]), low: Float64Array.from(low), high: Float64Array.from(high) };
  const has = { onCandle: true, adjustPosition: false };
  const slot = { pair: {}, position: null, entry: null, exit: null, has } as unknown as Slot;
  const progress = { isAsking: false, done: 0, row: 0, lane: 0, isRaised: false };
  const lane = new Lane(slot, { state: slot.pair, candles, length: 1 }, 0, progress);
  lane.begin({ floor: () => bounds.floor, ceiling: () => bounds.ceiling, changes: () => 0 }, 0, true);
  return lane;
}

describe('a lane', () => {
  it('finds the first candle that touches, in whatever pieces it is asked, also after its bounds have moved', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 120 }), fc.array(fc.nat(9)), (low, steps) => {
        const high = low.map((x) => x + 3);
        const bounds = { floor: 1, ceiling: 32 };
        const lane = laneOf(low, high, bounds);
        let from = 0;
        for (const [k, step] of steps.entries()) {
          const to = Math.min(low.length, from + step);
          if (k % 4 === 3) {
            bounds.floor = 1 + (k % 3);
            lane.begin({ floor: () => bounds.floor, ceiling: () => bounds.ceiling, changes: () => k }, from, true);
          }
          let expected = from;
          while (expected < to && low[expected]! > bounds.floor && high[expected]! < bounds.ceiling) expected++;
          expect(lane.quietUntil(from, to)).toBe(expected);
          from = Math.max(from, Math.min(low.length, expected + (k % 2)));
        }
      }),
    );
  });
});

describe('several pairs with the same candles', () => {
  // A timer lets no stretch begin: the same run, candle by candle.
  const run = (isStretched: boolean, attributes = {}) =>
    runTest({
      markets: { 'A/USDT:USDT': { rows: rows(0) }, 'B/USDT:USDT': { rows: rows(3) }, 'C/USDT:USDT': { rows: rows(5) } },
      strategies: {
        S: new Scripted(inAndOut, {
          stoploss: -0.05,
          minimalRoi: { 0: 0.04, 10: 0.01 },
          ...attributes,
          ...(!isStretched && { onTimer: () => {} }),
        }),
      },
    });
  const outcome = ({ fills, trades, run: { equity }, slots, refused }: ReturnType<typeof run>) => {
    return { fills, trades, equity: [...equity.value], calls: slots.map((s) => s.calls), refused };
  };

  it('go the same way in stretches as candle by candle', () => {
    expect(run(true).trades.length).toBeGreaterThan(10);
    expect(outcome(run(true))).toEqual(outcome(run(false)));
  });

  it('also with positions that are looked after at each close', () => {
    const trailing = { trailingStop: true };
    expect(outcome(run(true, trailing))).toEqual(outcome(run(false, trailing)));
  });

  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  it.each([
    [
      'in the midst and at both ends',
      [
        [...range(0, 9), 20, 21],
        [17, ...range(33, 40)],
        [25, 27],
      ],
    ],
    ['after the first pair has ended', [range(20, 40), [31], [26, 35]]],
    ['of all but one', [range(10, 40), range(0, 25), []]],
  ])('go the same way where candles are missing %s', (_, [a, b, c]) => {
    const gapped = (isStretched: boolean) => {
      const worth: number[] = [];
      const script: Script = (i, act, bar) => {
        worth.push(bar.account.equity);
        inAndOut(i, act, bar);
      };
      const outcome = runTest({
        markets: {
          'A/USDT:USDT': { rows: rows(0), gaps: a! },
          'B/USDT:USDT': { rows: rows(3), gaps: b! },
          'C/USDT:USDT': { rows: rows(5), gaps: c! },
        },
        strategies: { S: new Scripted(script, { stoploss: -0.05, ...(!isStretched && { onTimer: () => {} }) }) },
      });
      return {
        worth,
        time: [...outcome.run.equity.time],
        seen: [...outcome.engine.logs.trades.column('maxRate')],
        outcome,
      };
    };
    const [stretched, stepped] = [gapped(true), gapped(false)];
    expect(stretched.outcome.trades.length).toBeGreaterThan(5);
    expect(outcome(stretched.outcome)).toEqual(outcome(stepped.outcome));
    for (const what of ['worth', 'time', 'seen'] as const) expect(stretched[what]).toEqual(stepped[what]);
  });

  it('know the worth of the account at each candle, that of pairs whose turn is still to come included', () => {
    const worth = (isStretched: boolean) => {
      const seen: number[] = [];
      const script: Script = (i, act, bar) => {
        seen.push(bar.account.equity);
        inAndOut(i, act, bar);
      };
      runTest({
        markets: { 'A/USDT:USDT': { rows: rows(0) }, 'B/USDT:USDT': { rows: rows(3) } },
        strategies: { S: new Scripted(script, { stoploss: -0.05, ...(!isStretched && { onTimer: () => {} }) }) },
      });
      return seen;
    };
    expect(new Set(worth(true)).size).toBeGreaterThan(20);
    expect(worth(true)).toEqual(worth(false));
  });

  it('know the best price of a position at each candle', () => {
    const best = (isStretched: boolean) => {
      const seen: [string, number][] = [];
      const script: Script = (i, act, bar) => {
        if (bar.position !== null) seen.push([bar.pair, bar.position.bestRate]);
        if (i % 9 === 1) act.enter.long();
        if (i % 9 === 8) act.exit.long();
      };
      runTest({
        markets: { 'A/USDT:USDT': { rows: rows(0) }, 'B/USDT:USDT': { rows: rows(3) } },
        strategies: { S: new Scripted(script, { stoploss: -0.5, ...(!isStretched && { onTimer: () => {} }) }) },
      });
      return seen;
    };
    expect(new Set(best(true).map(([, rate]) => rate)).size).toBeGreaterThan(3);
    expect(best(true)).toEqual(best(false));
  });

  it.each([
    ['now and then', 6],
    ['never', Number.NaN],
  ])('know what prices a position has seen when it ends, an exit having rested in vain, asked %s', (_, every) => {
    const seen = (isStretched: boolean) => {
      const best: number[] = [];
      let asked = 0;
      const script: Script = (i, act, { position }) => {
        if (position !== null && i % every === 5) best.push(position.bestRate);
        if (i % 19 === 1) act.enter.long();
        if (i % 19 === 7 || i % 19 === 17) act.exit.long();
      };
      const attributes = {
        stoploss: -0.5,
        unfilledTimeout: { entry: 5, exit: 5 },
        // Both pairs ask twice in a position: for what they don't get, then for any price.
        exitPrice: () => (asked++ % 4 < 2 ? 200 : null),
        ...(!isStretched && { onTimer: () => {} }),
      };
      const { engine } = runTest({
        markets: { 'A/USDT:USDT': { rows: rows(0) }, 'B/USDT:USDT': { rows: rows(3) } },
        strategies: { S: new Scripted(script, attributes) },
      });
      const { trades } = engine.logs;
      return { best, lowest: [...trades.column('minRate')], highest: [...trades.column('maxRate')] };
    };
    const { best, lowest, highest } = seen(true);
    expect(best.length > 5).toBe(every === 6);
    expect(lowest.length).toBe(4);
    expect(new Set(highest).size).toBeGreaterThan(1);
    expect(seen(true)).toEqual(seen(false));
  });

  it('say which strategy failed, on which pair and when', () => {
    const strategy = new Scripted((i, _act, { pair }) => {
      if (pair === 'B/USDT:USDT' && i === 3) throw new Error('no');
    });
    const markets = { 'A/USDT:USDT': { rows: rows(0) }, 'B/USDT:USDT': { rows: rows(0) } };
    expect(() => runTest({ markets, strategies: { S: strategy } })).toThrow(
      expect.objectContaining({ code: 'STRATEGY_FAILED', where: 'B/USDT:USDT at 2024-01-01T00:20:00.000Z' }),
    );
  });
});
