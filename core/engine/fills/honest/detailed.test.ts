import { describe, expect, it } from 'vitest';
import { long, type Row, runOne, runTest, Scripted, START, short, still } from './run-fixture.ts';

const minutes = (changes: Readonly<Record<number, Row>> = {}) =>
  Array.from({ length: 20 }, (_, i) => changes[i] ?? still(100));

describe.each<[string, typeof long, Row, number]>([
  ['below', long, [100, 100, 90, 100], 95],
  ['above', short, [100, 110, 100, 100], 105],
])('detail candles that are missing, with the stop %s', (_, enter, reaching, rate) => {
  const ending = (detail: Row[], detailGaps: readonly number[]) =>
    runOne(
      [still(100), still(100), reaching, still(100)],
      enter(0),
      { stoploss: -0.05 },
      { market: { detail, detailGaps } },
    ).trades.map((t) => `${t.reason} ${t.closeRate} at ${t.closed}`);

  it('leave the main candle to be met, where it went further than those that are there', () => {
    expect(ending(minutes(), [12])).toEqual([`stop_loss ${rate} at 10`]);
    expect(ending(minutes(), [10, 11, 12, 13, 14])).toEqual([`stop_loss ${rate} at 10`]);
  });

  it('change nothing where those that are there went as far', () => {
    expect(ending(minutes({ 13: reaching }), [10, 12])).toEqual([`stop_loss ${rate} at 13`]);
  });
});

describe('detail candles that are missing', () => {
  it('let nobody hear of the main candle before it closes', () => {
    const heard: string[] = [];
    const customStop = ({ pair, rate, time }: { pair: string; rate: number; time: number }) => {
      if (time > START + 10 * 60_000) heard.push(`${pair[0]} ${rate} at ${(time - START) / 60_000}`);
      return null;
    };
    const rising: Row[] = [still(100), still(100), [100, 120, 100, 120], still(120)];
    const detail = minutes();
    runTest({
      markets: {
        'A/USDT:USDT': { rows: rising, detail, detailGaps: [10, 11, 12, 13, 14] },
        'B/USDT:USDT': { rows: rising.map(() => still(100)), detail },
      },
      strategies: { S: new Scripted(long(0), { customStop: customStop as never }) },
    });
    expect(heard.slice(0, 6)).toEqual([
      'B 100 at 11',
      'B 100 at 12',
      'B 100 at 13',
      'B 100 at 14',
      'B 100 at 15',
      'A 120 at 15',
    ]);
  });
});
