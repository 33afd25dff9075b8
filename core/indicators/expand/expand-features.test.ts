import { describe, expect, it } from 'vitest';
import derivatives from '../../../plugins/features/derivatives/index.ts';
import momentum from '../../../plugins/features/momentum/index.ts';
import { declareMarket } from '../../strategy/market.ts';
import { testCandles } from '../../testing/candle-fakes.ts';
import { compute } from '../../testing/feature-set-contract.ts';
import { macd } from '../momentum/macd.ts';
import { rsi } from '../momentum/rsi.ts';
import type { CandleSeries } from '../series.ts';
import { expandFeatures } from './expand-features.ts';

const market = declareMarket('BTC/USDT', '5m');
const set = (c: CandleSeries, n: number) => ({ rsi: rsi(c.close, n), macd: macd(c.close, 12, 26, 9), close: c.close });

describe('expansion', () => {
  it('names periods, timeframes, pairs and lags, each computed once', () => {
    const made = expandFeatures(market, (c, n) => ({ rsi: rsi(c.close, n), close: c.close }), {
      periods: [7, 14],
      timeframes: ['1h'],
      lags: [1],
      pairs: ['ETH/USDT', 'BTC/USDT'],
    });
    expect(Object.keys(made)).toEqual(
      ['', '_1h', '_ETH/USDT', '_1h_ETH/USDT'].flatMap((where) => {
        const of = (name: string, n: number) => [`${name}_${n}${where}`, `${name}_${n}${where}_lag1`];
        return [...of('rsi', 7), ...of('close', 7), ...of('rsi', 14)];
      }),
    );
    expect(new Set(Object.values(made).map((s) => s.key)).size).toBe(24 / 2 + 12);
  });

  it('keeps and drops by name', () => {
    const made = expandFeatures(market, set, { periods: [7, 14], include: ['rsi*', 'macd_*'], exclude: ['*_14'] });
    expect(Object.keys(made)).toEqual(['rsi_7', 'macd_macd_7', 'macd_signal_7', 'macd_hist_7']);
  });

  it('lags count candles of the own timeframe, and values are those of the long way', () => {
    const made = expandFeatures(market, (c) => ({ close: c.close }), { timeframes: ['1h'], lags: [2] });
    const long = { ...made, byHand: market.at('1h', (h) => h.close.shift(2)) };
    const values = compute(long, testCandles(600));
    expect(values.close_1h_lag2).toEqual(values.byHand);
    expect(values.close_lag2!.subarray(2)).toEqual(testCandles(600).close.subarray(0, 598));
  });

  it('takes plugins with their period, derivatives on longer timeframes too', () => {
    const made = expandFeatures(market, momentum, { periods: [7, 21], include: ['rsi_*'] });
    expect(made.rsi_7!.key).toBe(rsi(market.candles.close, 7).key);
    const held = expandFeatures(market, derivatives, { timeframes: ['1h'], include: ['funding*', 'coil*'] });
    expect(Object.keys(held)).toContain('coil_1h');
    const values = compute(held, testCandles(4000));
    expect(values.fundingZ_1h!.some((x) => !Number.isNaN(x))).toBe(true);
  });

  it('says what is wrong', () => {
    expect(() => expandFeatures(market, set, { period: [3] } as never)).toThrow(
      /no option "period".*Did you mean "periods"/s,
    );
    expect(() => expandFeatures(market, set, { periods: [0] })).toThrow(/cannot take periods.0/);
    expect(() => expandFeatures(market, set, { include: ['rsy'] })).toThrow(/no feature is called "rsy"/);
    expect(() => expandFeatures(market, () => ({ x: 3 }))).toThrow(/"x" of .* is no series/);
    expect(() => expandFeatures(market, momentum.create(momentum.options.parse({})), { periods: [3] })).toThrow(
      /takes no periods/,
    );
  });
});
