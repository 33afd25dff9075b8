import { describe, expect, it } from 'vitest';
import { runFeature } from '../indicators/feature.ts';
import { macd } from '../indicators/momentum/macd.ts';
import { ema } from '../indicators/overlap/ema.ts';
import { candleSeries } from '../indicators/series.ts';
import { atr } from '../indicators/volatility/atr.ts';
import { testCandles } from '../testing/candle-fakes.ts';
import { computeExpression } from './compute-expression.ts';
import { parseExpression } from './feature-expression.ts';
import { readExpression } from './feature-spec.ts';

const { time, open, high, low, close, volume } = testCandles(300);
const columns = { time, open, high, low, close, volume };
const candles = candleSeries({ pair: 'file', timeframe: '1m', type: 'candles' });
const read = (text: string) => parseExpression(text, candles, Object.keys(columns));
const values = (text: string) => computeExpression(text, columns, 'candles.csv');

describe('an expression of the command line', () => {
  it('is the series that a strategy would declare', () => {
    expect(read('close.sub(ema(close, 20)).div(atr(14))').key).toBe(
      candles.close.sub(ema(candles.close, 20)).div(atr(candles, 14)).key,
    );
    expect(read(' ( high.add(low) ) . mul( -0.5e0 ) ').key).toBe(candles.high.add(candles.low).mul(-0.5).key);
    expect(read('macd(close, { fast: 5, "slow": 20 }).hist').key).toBe(
      macd(candles.close, { fast: 5, slow: 20 }).hist.key,
    );
    expect(read('ema').key).toBe(ema(candles.close).key);
    expect(read('atr(candles, 14)').key).toBe(read('atr(14)').key);
    expect(read('candles.close.shift(3)').key).toBe(candles.close.shift(3).key);
  });

  it('has values like any feature', () => {
    const [mean] = runFeature(ema.definition, { period: 10 }, [close]);
    const got = values('iff(close.gt(ema(close, 10)), 1, 0)');
    for (let i = 9; i < 300; i++) expect(got[i]).toBe(close[i]! > mean![i]! ? 1 : 0);
    expect(got.subarray(0, 9).every(Number.isNaN)).toBe(true);
  });

  it('is told from a name with options, and may have a name', () => {
    expect(readExpression('rsi')).toBeUndefined();
    expect(readExpression('rsi:{"period":7,"inputs":["high"]}')).toBeUndefined();
    expect(readExpression('stoch-rsi')).toBeUndefined();
    expect(readExpression('body = close.sub(open)')).toEqual({ name: 'body', expression: 'close.sub(open)' });
    expect(readExpression('close.sub(open)')).toEqual({ name: 'close.sub(open)', expression: 'close.sub(open)' });
  });

  it.each([
    ['close.sub(', 'FEATURE_SYNTAX', /expected a value, got the end at character 11/],
    ['close - open', 'FEATURE_SYNTAX', /cannot read "-" at character 7.*by name/s],
    ['close.subb(open)', 'FEATURE_SYNTAX', /no operation "subb".*"sub"/s],
    ['close.sub(open))', 'FEATURE_SYNTAX', /expected the end, got "\)"/],
    ['clsoe.sub(open)', 'FEATURE_UNKNOWN', /no column or feature "clsoe".*"close"/s],
    ['bbands(close)', 'FEATURE_SYNTAX', /gives no series.*\.upper/s],
    ['bbands(close).uper', 'FEATURE_SYNTAX', /no "uper" here.*"upper"/s],
    ['macd.constructor', 'FEATURE_SYNTAX', /no "constructor" here/],
    ['close.constructor("x")', 'FEATURE_SYNTAX', /no operation "constructor"/],
    ['toString()', 'FEATURE_UNKNOWN', /no column or feature "toString"/],
    ['3', 'FEATURE_SYNTAX', /gives no series/],
    ['ema(close, 0)', 'FEATURE_OPTION', /period/],
    ['close.shift(-1)', 'FEATURE_OPTION', /rows back/],
  ])('%s is refused with the place', (text, code, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
    let said = '';
    try {
      read(text);
    } catch (cause) {
      said = `${(cause as Error).message} ${(cause as { remedy?: string }).remedy ?? ''}`;
    }
    expect(said).toMatch(message);
  });

  it('says which column the file lacks', () => {
    expect(() => computeExpression('atr(14).add(close)', { close }, 'x.csv')).toThrow(/no column "high"/);
  });
});
