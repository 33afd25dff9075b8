import { describe, expect, it } from 'vitest';
import { type Row, runTest, type Script, Scripted, still } from './fills/honest/run-fixture.ts';

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
