import { expect, it } from 'vitest';
import { ema } from '../indicators/overlap/ema.ts';
import { declareMarket } from '../strategy/market.ts';
import { needsOf } from './needs.ts';

const market = declareMarket('BTC/USDT', '5m');

it('adds the warm-up of a feature to that of what feeds it', () => {
  const once = ema(market.candles.close, 10);
  expect(needsOf([once], '5m').warmup).toBe(9);
  expect(needsOf([ema(once, 5)], '5m').warmup).toBe(13);
  expect(needsOf([once, ema(market.candles.close, 30)], '5m').warmup).toBe(29);
});

it('settles later than it warms up', () => {
  const { warmup, settle } = needsOf([ema(market.candles.close, 10)], '5m');
  expect(settle).toBeGreaterThan(warmup);
});

it('counts longer candles in rows of the run, with room for one that is seen from its middle', () => {
  // Nine candles of an hour, and two more, in rows of five minutes.
  expect(needsOf([market.at('1h', (hour) => ema(hour.close, 10))], '5m').warmup).toBe((9 + 2) * 12);
});

it('names the grids to load: other pairs, longer timeframes, mark prices, funding', () => {
  const declared = [
    market.candles.close,
    market.at('1h', (hour) => hour.close),
    market.pair('ETH/USDT', (eth) => eth.close),
    market.mark.close,
    market.funding,
  ];
  expect([...needsOf(declared, '5m').grids.keys()].sort()).toEqual([
    'BTC/USDT|1h|candles',
    'BTC/USDT|5m|candles',
    'BTC/USDT||funding',
    'BTC/USDT||mark',
    'ETH/USDT|5m|candles',
  ]);
});
