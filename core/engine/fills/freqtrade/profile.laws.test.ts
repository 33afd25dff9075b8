import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FreqtradePair, FreqtradeSettings } from './ports.ts';
import { candlesOf, type Prices, runFixture, START, settingsOf, wideLimits } from './run-fixture.ts';

const LENGTH = 40;

/** A candle from its open and three moves in percent. */
const candle = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -60, max: 60 })));
const market = fc.array(candle, { minLength: LENGTH, maxLength: LENGTH }).map((moves) => {
  let price = 100;
  return moves.map(([a, b, c, jump]): Prices => {
    const open = cents(price * (1 + jump! / 2000));
    const close = cents(open * (1 + a! / 1000));
    price = close;
    const high = cents(Math.max(open, close) * (1 + Math.abs(b!) / 1000));
    return [open, high, cents(Math.min(open, close) * (1 - Math.abs(c!) / 1000)), close];
  });
});
const signals = fc.uint8Array({ minLength: LENGTH, maxLength: LENGTH, max: 15 });
const pairs = fc.array(fc.tuple(market, signals), { minLength: 1, maxLength: 3 });
const settings = fc
  .record({
    stoploss: fc.constantFrom(-0.01, -0.03, -0.2),
    trailingStop: fc.boolean(),
    trailingStopPositive: fc.constantFrom(null, 0.01),
    canShort: fc.boolean(),
    leverage: fc.constantFrom(1, 3),
    maxOpenTrades: fc.constantFrom(1, 2, 3),
    stakeAmount: fc.constantFrom<number | 'unlimited'>(1000, 'unlimited'),
    fee: fc.constantFrom(0, 0.001),
    roi: fc.constantFrom<Record<string, number>>({}, { 0: 0.03, 120: 0.01 }),
  })
  .map((more): FreqtradeSettings => settingsOf({ ...more, market: 'margin' }));

function cents(price: number): number {
  return Math.round(price * 100) / 100;
}

function run(rows: readonly (readonly [Prices[], Uint8Array])[], chosen: FreqtradeSettings) {
  const made = rows.map(
    ([prices, flags], i): FreqtradePair => ({
      pair: `P${i}`,
      candles: candlesOf(prices),
      startup: 0,
      signals: flags,
      limits: wideLimits,
    }),
  );
  return runFixture(made, chosen);
}

describe('laws of the freqtrade profile', () => {
  it('gives trades that the future cannot change', () => {
    fc.assert(
      fc.property(pairs, pairs, settings, fc.integer({ min: 1, max: LENGTH - 1 }), (rows, others, chosen, cut) => {
        const changed = rows.map(([prices, flags], i) => {
          const [otherPrices, otherFlags] = others[i % others.length]!;
          const mixed = flags.map((flag, k) => (k < cut ? flag : otherFlags[k]!));
          return [[...prices.slice(0, cut), ...otherPrices.slice(cut)], mixed] as const;
        });
        const end = START + cut * 3_600_000;
        const fillsBefore = (result: ReturnType<typeof run>) => result.fills.filter((fill) => fill.time < end);
        expect(
          fillsBefore(
            run(
              changed.map(([p, s]) => [[...p], s] as const),
              chosen,
            ),
          ),
        ).toEqual(fillsBefore(run(rows, chosen)));
      }),
      { numRuns: 60 },
    );
  });

  it('ends with the starting balance plus all profits, which the fills add up to', () => {
    fc.assert(
      fc.property(pairs, settings, (rows, chosen) => {
        const { trades, fills, finalBalance } = run(rows, chosen);
        const profit = trades.reduce((sum, trade) => sum + trade.profitAbs, 0);
        expect(finalBalance).toBeCloseTo(10_000 + profit, 7);
        expect(fills.reduce((sum, fill) => sum + fill.profit, 0)).toBeCloseTo(profit, 7);
        expect(fills.filter((fill) => fill.held === 0)).toHaveLength(trades.length);
      }),
      { numRuns: 60 },
    );
  });

  it('fills inside the candle, holds no more trades than slots, and no pair twice', () => {
    fc.assert(
      fc.property(pairs, settings, (rows, chosen) => {
        const { fills } = run(rows, chosen);
        const open = new Set<string>();
        for (const { pair, price, time, isEntry } of fills) {
          const [, high, low] = rows[Number(pair.slice(1))]![0][(time - START) / 3_600_000]!;
          expect(price >= low && price <= high).toBe(true);
          expect(open.has(pair)).toBe(!isEntry);
          if (isEntry) open.add(pair);
          else open.delete(pair);
          expect(open.size).toBeLessThanOrEqual(chosen.maxOpenTrades);
        }
        expect(open.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
