import { type PastTrade, testContext, testIntent } from 'tidegate/testing';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const MINUTE = 60_000;
const stop = (minute: number, changes: Partial<PastTrade> = {}): PastTrade => ({
  pair: 'BTC/USDT:USDT',
  profitRatio: -0.02,
  profitAbs: -2,
  exitReason: 'stop_loss',
  closeTime: minute * MINUTE,
  ...changes,
});
const options = plugin.options.parse({ tradeLimit: 2, lookbackMinutes: 30, durationMinutes: 10 });
const verdict = (trades: PastTrade[], minute: number, pair = 'BTC/USDT:USDT', changes: Partial<typeof options> = {}) =>
  plugin
    .create({ ...options, ...changes })
    .review(testIntent({ time: minute * MINUTE, pair }), 100, testContext({ trades })).verdict;

describe('stoploss-guard', () => {
  it('locks all pairs after two stop-outs within the window', () => {
    const trades = [stop(0), stop(20, { pair: 'ETH/USDT:USDT', exitReason: 'liquidation' })];
    expect(verdict(trades, 20)).toBe('deny');
    expect(verdict(trades, 29, 'SOL/USDT:USDT')).toBe('deny');
    expect(verdict(trades, 30)).toBe('allow');
  });

  it('counts neither older ones nor other exits nor trailing stops in profit', () => {
    expect(verdict([stop(0), stop(30)], 30)).toBe('allow');
    expect(verdict([stop(0), stop(10, { exitReason: 'exit_signal' })], 10)).toBe('allow');
    expect(verdict([stop(0), stop(10, { exitReason: 'trailing_stop_loss', profitRatio: 0.01 })], 10)).toBe('allow');
  });

  it('is not prolonged by other trades that close meanwhile', () => {
    expect(verdict([stop(0), stop(5), stop(14, { exitReason: 'roi', profitRatio: 0.1 })], 16)).toBe('allow');
  });

  it('counts and locks pairs alone where asked', () => {
    const trades = [stop(0), stop(5, { pair: 'ETH/USDT:USDT' }), stop(6)];
    expect(verdict(trades, 7, 'BTC/USDT:USDT', { onlyPerPair: true })).toBe('deny');
    expect(verdict(trades, 7, 'ETH/USDT:USDT', { onlyPerPair: true })).toBe('allow');
  });
});
