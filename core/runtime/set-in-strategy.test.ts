import { expect, it } from 'vitest';
import { rsi } from '../indicators/momentum/rsi.ts';
import { declareMarket } from '../strategy/market.ts';
import { loadRegistry } from './load-registry.ts';

const market = declareMarket('ETH/USDT', '5m');

it('declares a feature set by its name, with options and expanded', async () => {
  // asked for beforehand: the test runner's copy of the framework is not the one that a built-in module would load at once
  await (await loadRegistry()).find('feature', 'momentum');
  expect(market.set('momentum').rsi!.key).toBe(rsi(market.candles.close, 14).key);
  expect(market.set('momentum', { period: 10 }).rsi!.key).toBe(rsi(market.candles.close, 10).key);
  const expanded = market.set('momentum', {
    rocPeriods: [3],
    expand: { periods: [7, 14], timeframes: ['1h'], lags: [1], include: ['rsi_*'] },
  });
  expect(Object.keys(expanded)).toContain('rsi_14_1h_lag1');
  expect(expanded.rsi_7!.key).toBe(rsi(market.candles.close, 7).key);
});

it('says what is wrong', async () => {
  await (await loadRegistry()).find('feature', 'momentum');
  expect(() => market.set('momentun')).toThrow(/feature "momentun" is not registered.*Did you mean "momentum"/s);
  expect(() => market.set('momentum', { periode: 3 })).toThrow(/no option "periode"/);
  expect(() => market.set('vpin')).toThrow(/vpin/);
});
