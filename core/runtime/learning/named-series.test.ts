import { expect, it } from 'vitest';
import { Series } from '../../indicators/series.ts';
import type { Market } from '../../strategy/market.ts';
import { namedSeries } from './named-series.ts';

const close = Object.create(Series.prototype) as Series;
const market = { symbol: 'BTC/USDT', candles: { close }, ticks: () => ({}) } as unknown as Market;

it('names series by where they stand, market parts taken apart or not', () => {
  const found = namedSeries(({ candles }: Market) => ({ a: { b: candles.close }, c: candles.close }), market, 'brain');
  expect([...found]).toEqual([
    ['a.b', close],
    ['c', close],
  ]);
});

it('says what learns from features of trades and books', () => {
  const declare = (m: Market) => ({ vpin: m.ticks('vpin') });
  expect(() => namedSeries(declare, market, 'brain')).toThrow(
    "ask for \"vpin\" of trades and books: train blocks learn from candles (BTC/USDT). m.ticks('learned-direction', { features: ['vpin'] })",
  );
  expect(() => namedSeries(() => ({ a: 3 }), market, 'brain')).toThrow('returned 3 as "a"');
  expect(() => namedSeries(() => ({}), market, 'brain')).toThrow('returned no series');
});
