import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { candleTable } from '../domain/candles.ts';
import { canonicalJson } from '../foundation/canonical-json.ts';
import { equityCurve, resultHash } from './result-of.ts';

it('hashes the canonical JSON of the trades and the bytes of the curve', () => {
  const { trades, equity } = sampleRun({ candles: 3000 });
  const odd = { ...trades[0]!, profitRatio: Number.NaN, fees: -0, entryTag: 'a "b"', orders: [] };
  for (const list of [[], [odd], [...trades, odd]]) {
    const plain = createHash('sha256').update(canonicalJson(list));
    for (const column of [equity.time, equity.equity]) plain.update(new Uint8Array(column.buffer));
    expect(resultHash(list, equity)).toBe(plain.digest('hex'));
  }
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
});
