import { testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const trade = { pair: 'BTC/USDT:USDT', profitRatio: 0.01, profitAbs: 1, exitReason: 'roi', closeTime: 600_000 };
const options = { durationMinutes: undefined, durationCandles: 3, timeframe: '5m', onlyAfterLoss: false };
const at = (time: number, pair = 'BTC/USDT:USDT', changes: Partial<typeof options> = {}) =>
  plugin.create({ ...options, ...changes }).review(testIntent({ time, pair }), 100, testContext({ trades: [trade] }));

describe('cooldown', () => {
  it('locks the pair for three candles after the close', () => {
    expect(at(600_000)).toEqual({ verdict: 'deny', reason: 'cooldown' });
    expect(at(1_499_999)).toEqual({ verdict: 'deny', reason: 'cooldown' });
    expect(at(1_500_000)).toEqual({ verdict: 'allow' });
  });

  it('leaves other pairs alone, and winners where only losses count', () => {
    expect(at(600_000, 'ETH/USDT:USDT')).toEqual({ verdict: 'allow' });
    expect(at(600_000, 'BTC/USDT:USDT', { onlyAfterLoss: true })).toEqual({ verdict: 'allow' });
  });

  it('wants to know how long a candle is', () => {
    expect(() =>
      plugin.create({ durationMinutes: undefined, durationCandles: 3, timeframe: undefined, onlyAfterLoss: false }),
    ).toThrow(
      'PLUGIN_OPTION: risk "cooldown" counts durationCandles but does not know how long a candle is. Add timeframe: "5m" (the strategy\'s), or give durationMinutes.',
    );
  });
});
