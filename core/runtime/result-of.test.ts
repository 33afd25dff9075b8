import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { candleTable } from '../domain/candles.ts';
import type { ClosedTrade } from '../domain/trade.ts';
import { equityCurve, resultHash } from './result-of.ts';

it('hashes every field of every trade and order, and the curve', () => {
  const { trades, equity } = sampleRun({ candles: 3000 });
  const hash = (list: readonly ClosedTrade[], curve = equity) => resultHash(list, curve);
  const whole = hash(trades);
  expect(hash(structuredClone(trades))).toBe(whole);
  const [first, ...rest] = trades;
  const seen = new Set([
    whole,
    hash(rest),
    hash([]),
    hash([...rest, first!]),
    hash(trades, { ...equity, equity: equity.time }),
  ]);
  let changed = seen.size;
  const differs = (trade: ClosedTrade) => {
    changed++;
    seen.add(hash([trade, ...rest]));
  };
  const other = (value: unknown, name: string) =>
    typeof value === 'number' ? value + 1 : value === null ? 7 : `${value}${name}`;
  for (const [name, value] of Object.entries(first!))
    if (name !== 'orders') differs({ ...first!, [name]: /tag$/i.test(name) ? `new ${name}` : other(value, name) });
  const [order, ...orders] = first!.orders;
  for (const [name, value] of Object.entries(order!))
    differs({ ...first!, orders: [{ ...order!, [name]: name === 'tag' ? 'new' : other(value, name) }, ...orders] });
  differs({ ...first!, orders: [...orders, order!] });
  differs({ ...first!, orders });
  expect(seen.size).toBe(changed);
});

it('is a plain layout: doubles, then texts in the order of their appearance', () => {
  const { trades, equity } = sampleRun({ candles: 300 });
  const odd = {
    ...trades[0]!,
    funding: -0,
    fees: Number.NaN,
    side: 'long',
    entryTag: 'a "b"',
    exitTag: null,
    orders: [],
  } as const;
  const none = Number.NaN;
  const { id, openTime, closeTime, openRate, closeRate, amount, stake, leverage, profitAbs, profitRatio } = odd;
  const numbers = [
    id,
    0,
    1,
    2,
    openTime,
    closeTime,
    openRate,
    closeRate,
    amount,
    stake,
    leverage,
    none,
    0,
    profitAbs,
    profitRatio,
  ];
  const { initialStop, lastStop, liquidationPrice, minRate, maxRate } = odd;
  numbers.push(3, 4, 5, ...[initialStop, lastStop, liquidationPrice].map((x) => x ?? none), minRate, maxRate, 0);
  const plain = createHash('sha256').update(Float64Array.from(numbers));
  plain.update(JSON.stringify([odd.strategy, odd.pair, 'long', odd.exitReason, 'a "b"', null]));
  for (const column of [equity.time, equity.equity]) plain.update(column);
  expect(resultHash([odd], equity)).toBe(plain.digest('hex'));
});

it('is out of the market once all positions are closed, whatever rounding leaves of their sizes', () => {
  const [trade] = sampleRun({ candles: 300 }).trades;
  const order = (side: 'buy' | 'sell', time: number, amount: number) => ({ ...trade!.orders[0]!, side, time, amount });
  // 0.1 + 0.2 - 0.1 - 0.2 is 2.8e-17.
  const trades = [0.1, 0.2].map((amount, k) => ({
    ...trade!,
    side: 'long' as const,
    openRate: 1,
    orders: [order('buy', 10 + k, amount), order('sell', 20 + k, amount)],
  }));
  const log = { time: Float64Array.of(5, 15, 20.5, 25, 30), value: new Float64Array(5).fill(1) };
  const { exposure } = equityCurve(log, [{ pair: trade!.pair, candles: candleTable(0), length: 1 }], 1, trades);
  expect([...exposure]).toEqual([0, 0.1 + 0.2, 0.1 + 0.2 - 0.1, 0, 0]);
  // A point of the curve is a candle's close: what fills at that moment comes after it.
  const onTheDot = [{ ...trades[0]!, orders: [order('buy', 15, 0.1), order('sell', 25, 0.1)] }];
  const later = equityCurve(log, [{ pair: trade!.pair, candles: candleTable(0), length: 1 }], 1, onTheDot);
  expect([...later.exposure]).toEqual([0, 0, 0.1, 0.1, 0]);
});
