import { expect, it } from 'vitest';
import { type MemoryPair, memoryMarket } from '../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../domain/candles.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testSpec } from '../testing/trading-fakes.ts';
import { backtest } from './backtest.ts';

const START = Date.UTC(2024, 0, 1, 6);
const QUARTER = 900_000;
const HOUR = 4 * QUARTER;

/** Candles at multiples of a length after START, each with all prices its own. */
const flat = (stepMs: number, prices: Readonly<Record<number, number>>) =>
  candlesFrom(
    Object.entries(prices)
      .map(([k, p]) => ({ time: START + Number(k) * stepMs, open: p, high: p, low: p, close: p, volume: 1 }))
      .sort((a, b) => a.time - b.time),
  );

/** Buys once, after the first candle. */
class Once extends Strategy {
  override timeframe = '1h';
  override stoploss = -0.9;
  override onCandle({ candle }: { readonly candle: { readonly time: number } }): void {
    if (candle.time === START) this.enter.long();
  }
}

async function trade(pair: MemoryPair, detailTimeframe?: string, create = () => new Once(), from?: number) {
  const { pair: name } = pair.spec;
  const { outcome } = await backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Once', create, codeHash: '' }],
    data: memoryMarket({ [name]: pair }),
    pairs: [name],
    ...(detailTimeframe && { detailTimeframe }),
    ...(from && { from }),
    fills: 'freqtrade',
    stakeAmount: 100,
    fee: 0,
  });
  return outcome.trades[0]!;
}

const hours = flat(HOUR, { 0: 10, 1: 12, 2: 13, 3: 13 });

it('fills gaps of detail candles from the first one on, not before it', async () => {
  const spec = testSpec({ pair: 'A/USDT', kind: 'spot', base: 'A', priceTick: 0.01, amountStep: 0.001, minCost: 1 });
  const after = { 6: 12, 7: 12, 8: 13, 12: 13 };
  const gap = await trade({ spec, candles: { '1h': hours, '15m': flat(QUARTER, { 3: 11, ...after }) } }, '15m');
  const late = await trade({ spec, candles: { '1h': hours, '15m': flat(QUARTER, after) } }, '15m');
  expect([(gap.openTime - START) / QUARTER, gap.openRate]).toEqual([4, 11]);
  expect([(late.openTime - START) / QUARTER, late.openRate]).toEqual([6, 12]);
});

it('tags a trade as its signals were, the tag of the exit being its reason', async () => {
  class Tagged extends Once {
    override onCandle({ candle }: { readonly candle: { readonly time: number } }): void {
      if (candle.time === START) this.enter.long({ tag: 'in' });
      if (candle.time === START + HOUR) this.exit.long({ tag: 'out' });
    }
  }
  const spec = testSpec({ pair: 'A/USDT', kind: 'spot', base: 'A', priceTick: 0.01, amountStep: 0.001, minCost: 1 });
  const { entryTag, exitReason, closeRate } = await trade(
    { spec, candles: { '1h': hours } },
    undefined,
    () => new Tagged(),
  );
  expect([entryTag, exitReason, closeRate]).toEqual(['in', 'out', 13]);
});

it('settles funding at a mark price that is missing with the one before', async () => {
  const spec = testSpec({ pair: 'A/USDT:USDT', base: 'A', priceTick: 0.01, amountStep: 0.001, minCost: 1 });
  const funding = { length: 1, time: Float64Array.of(START + 2 * HOUR), values: { rate: Float64Array.of(0.01) } };
  const mark = { '1h': flat(HOUR, { 0: 10, 1: 20, 3: 30 }) };
  const { amount, funding: paid } = await trade({ spec, candles: { '1h': hours }, mark, funding });
  expect(paid).toBeCloseTo(-amount * 20 * 0.01, 12);
  // The range begins before the pair's first candle, and so do mark prices.
  const early = { '1h': flat(HOUR, { [-1]: 15, 3: 30 }) };
  const begin = START - HOUR;
  const late = await trade(
    { spec, candles: { '1h': hours }, mark: early, funding },
    undefined,
    () => new Once(),
    begin,
  );
  expect(late.funding).toBeCloseTo(-late.amount * 15 * 0.01, 12);
});

it('says which trade could not leave at the end, and which profits count in another currency', async () => {
  // Its data end early. The last open is off by a binary hair, and all prices of its candle are the same: rounded, it lies outside.
  const candles = { '1h': flat(HOUR, { 0: 10, 1: 12, 2: 13, 3: 13.000000000000002 }) };
  const spec = testSpec({
    pair: 'A/BTC',
    kind: 'spot',
    base: 'A',
    quote: 'BTC',
    settle: 'BTC',
    priceTick: 0.01,
    minCost: 1,
  });
  const { notes, outcome } = await backtest({
    ...PLAIN_RUN,
    strategies: [{ name: 'Once', create: () => new Once(), codeHash: '' }],
    data: memoryMarket({
      'A/BTC': { spec, candles },
      'B/BTC': { spec: { ...spec, pair: 'B/BTC', base: 'B' }, candles: { '1h': flat(HOUR, { 5: 9, 6: 9, 7: 9 }) } },
    }),
    pairs: ['A/BTC', 'B/BTC'],
    fills: 'freqtrade',
    stakeAmount: 96,
    fee: 0,
  });
  expect([outcome.trades, outcome.finalBalance]).toEqual([[], PLAIN_RUN.startingBalance - 96]);
  expect(notes.join('\n')).toMatch(/A\/BTC, B\/BTC: profits in BTC count as USDT, as in Freqtrade/);
  expect(notes.join('\n')).toMatch(
    /A\/BTC: a trade of 96\.00 USDT could not leave .* stake is not in the final balance/,
  );
});
