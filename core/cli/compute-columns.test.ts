import { expect, it } from 'vitest';
import { sampleCandles } from '../indicators/math/sample-candles.ts';
import { loadRegistry } from '../runtime/load-registry.ts';
import { computeColumns } from './compute-columns.ts';

const candles = sampleCandles(300);
const columns = { ...candles, time: Float64Array.from(candles.close, (_, i) => Date.UTC(2024, 0, 1) + i * 3_600_000) };
const names = async (...texts: string[]) => [...(await computeColumns(texts, columns, 'x.csv', loadRegistry)).keys()];
const values = async (text: string) => [...(await computeColumns([text], columns, 'x.csv', loadRegistry)).values()];

it('takes features, sets, expressions and columns, by any spelling of a name', async () => {
  expect(await names('PLUS_DI', 'CDL3BLACKCROWS', 'close', 'bbands', 'up=close.gt(open)')).toEqual([
    'plus-di',
    'cdl-3-black-crows',
    'close',
    'bbands.upper',
    'bbands.middle',
    'bbands.lower',
    'up',
  ]);
  const calendar = await names('calendar', 'rsi');
  expect(calendar).toContain('weekend');
  expect(calendar.at(-1)).toBe('rsi');
  expect(await values('RSI(close, 7)')).toEqual(await values('rsi:{"period":7}'));
});

it('multiplies by expand: names say over what, longer timeframes come from the rows of the file', async () => {
  expect(
    await names('rsi:{"expand":{"periods":[7,14],"timeframes":["4h"],"lags":[1],"exclude":["*_14_4h*"]}}'),
  ).toEqual(['rsi_7', 'rsi_7_lag1', 'rsi_14', 'rsi_14_lag1', 'rsi_7_4h', 'rsi_7_4h_lag1']);
  const [longer] = await values('rsi:{"expand":{"timeframes":["4h"],"include":["rsi_4h"]}}');
  // known at the close of the fourth hour, not before
  expect(longer!.findIndex((x) => !Number.isNaN(x))).toBe(4 * 15 - 1);
});

it('names that two columns would have are an error; sets that share one are numbered', async () => {
  await expect(names('rsi', 'rsi')).rejects.toThrow(/rsi is given twice/);
  await expect(names('a=rsi', 'a=sma')).rejects.toThrow(/two columns are called "a", the second by a=sma/);
  await expect(names('technical', 'rsi')).rejects.toThrow(/two columns are called "rsi"/);
  expect(await names('technical', 'momentum')).toContain('rsi#2');
  expect(await names('rsi', 'rsi:{"period":7}')).toEqual(['rsi', 'rsi:{"period":7}']);
});

it('says what it cannot take, and what to do', async () => {
  await expect(names('tecnical')).rejects.toThrow(/no feature or feature set "tecnical".*Did you mean "technical"/s);
  await expect(names('rsi:{"period":1}')).rejects.toThrow(/cannot take period = 1: .*>=2/);
  await expect(names('rsi:{period:5}')).rejects.toThrow(/no JSON object.*'rsi:\{"period":14\}'.*'rsi\(close, 14\)'/s);
  await expect(names('correl:{"inputs":["high","lo"]}')).rejects.toThrow(/no column "lo".*Did you mean "low"/s);
  await expect(names('derivatives')).rejects.toThrow(/"derivatives" reads funding, which one file of candles has not/);
  await expect(names('cross')).rejects.toThrow(/reads candles of .*BTC\/USDT.*tidegate explore/s);
  await expect(names('momentum:{"expand":{"include":["zz*"]}}')).rejects.toThrow(/no feature is called "zz\*"/);
});
