import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { barrierLabels, candlesFrom, candleTable } from 'tidegate';
import { describe, expect, it } from 'vitest';
import direction from './direction/index.ts';
import returns from './return/index.ts';
import tripleBarrier from './triple-barrier/index.ts';
import volatilityScaled from './volatility-scaled/index.ts';

const candles = (closes: readonly number[], reach = 0) =>
  candlesFrom(
    closes.map((close, i) => ({ time: i, open: close, high: close + reach, low: close - reach, close, volume: 1 })),
  );
const label = (plugin: typeof direction | typeof returns, options: object, closes: readonly number[]) =>
  Array.from(plugin.create(plugin.options.parse(options) as never).label(candles(closes)));

describe('direction', () => {
  it('is 1, -1 or 0 by the return over the horizon, NaN at the end', () => {
    const closes = [100, 101, 103, 100, 99.5];
    expect(label(direction, { horizon: 2, threshold: 0.01 }, closes)).toEqual([1, 0, -1, Number.NaN, Number.NaN]);
    expect(label(direction, { horizon: 2, threshold: 0.01, classes: 2 }, closes)).toEqual([
      1,
      0,
      0,
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe('return', () => {
  it('is that of the close over the horizon', () => {
    expect(label(returns, { horizon: 1 }, [100, 110, 99])).toEqual([
      0.10000000000000009,
      -0.09999999999999998,
      Number.NaN,
    ]);
    expect(label(returns, { horizon: 2, type: 'log' }, [100, 110, 121])[0]).toBeCloseTo(Math.log(1.21), 12);
  });
});

describe('volatility-scaled', () => {
  it('divides the log return by the deviation of past returns, scaled to the horizon', () => {
    const closes = [1, 1.1, 1, 1.1, 1, 1.1, 1.2, 1.3];
    const got = volatilityScaled.create({ horizon: 2, period: 4, clip: 10 }).label(candles(closes));
    // Four past returns of +a, -a, +a, -a: sample deviation a·√(4/3).
    const deviation = Math.log(1.1) * Math.sqrt(4 / 3);
    expect(got[4]).toBeCloseTo(Math.log(1.2) / (deviation * Math.SQRT2), 9);
    expect(got[3]).toBeNaN();
    expect(got[6]).toBeNaN();
  });

  it('clips, and has no label where nothing moved', () => {
    const closes = [...Array.from({ length: 30 }, (_, i) => 100 + 0.001 * (i % 2)), 200, 200];
    const got = volatilityScaled.create({ horizon: 1, period: 5, clip: 3 }).label(candles(closes));
    expect(got[29]).toBe(3);
    expect(volatilityScaled.create({ horizon: 1, period: 5, clip: 3 }).label(candles(Array(20).fill(5)))[10]).toBeNaN();
  });
});

describe('triple barrier', () => {
  const touch = (closes: readonly number[], reach: number, horizon: number) => {
    const { close, high, low } = candles(closes, reach);
    const volatility = closes.map(() => 0.01);
    const { label } = barrierLabels({ close, high, low, volatility }, Array.from(closes.keys()), {
      profit: 2,
      stop: 1,
      horizon,
    });
    return Array.from(label);
  };

  it('names the barrier that is touched first, the lower one when both are in one candle', () => {
    expect(touch([100, 101, 102], 0, 2)[0]).toBe(1);
    expect(touch([100, 99, 103], 0, 2)[0]).toBe(-1);
    expect(touch([100, 100.5, 103], 3, 2)[0]).toBe(-1);
    expect(touch([100, 100.5, 100.5], 0, 2)[0]).toBe(0);
  });

  it('knows a touch near the end of the data, and nothing more', () => {
    expect(touch([100, 102], 0, 5)).toEqual([1, Number.NaN]);
    expect(touch([100, 100.5], 0, 5)).toEqual([Number.NaN, Number.NaN]);
  });

  it('is touched by highs and lows, or by closes alone', () => {
    const closes = [...Array.from({ length: 8 }, (_, i) => 100 + (i % 2)), 101, 101];
    const by = (touch: 'close' | 'high-low') =>
      tripleBarrier.create(tripleBarrier.options.parse({ period: 5, horizon: 1, touch })).label(candles(closes, 5))[8];
    expect([by('close'), by('high-low')]).toEqual([0, -1]);
  });

  it('takes the volatility known at the candle', () => {
    const options = tripleBarrier.options.parse({ period: 5, horizon: 3 });
    const labels = tripleBarrier.create(options).label(candles(Array.from({ length: 12 }, (_, i) => 100 + (i % 2))));
    expect(labels.findIndex((x) => !Number.isNaN(x))).toBe(5);
  });
});

interface VectorCase {
  readonly fn: string;
  readonly params: Readonly<Record<string, never>>;
  readonly input: Readonly<Record<string, number[]>>;
  readonly expected: Readonly<Record<string, (number | null)[]>>;
}
const root = process.env.TIDEGATE_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));
const file = `${root}/selection_labels.json`;
if (!existsSync(file)) console.log(`labels: no golden vectors in ${root}, skipped`);

describe.skipIf(!existsSync(file))('labels equal the golden vectors', () => {
  const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { cases: VectorCase[] }).cases : [];
  const table = (input: VectorCase['input']) => {
    const closes = input.close!;
    const time = Float64Array.from(closes, (_, i) => i);
    const column = (name: string) => Float64Array.from(input[name] ?? closes);
    return { ...candleTable(closes.length), time, close: column('close'), high: column('high'), low: column('low') };
  };
  const plain = (values: Float64Array) => Array.from(values, (x) => (Number.isNaN(x) ? null : x));

  it('of the direction and the return', () => {
    const found = cases.filter((c) => c.fn === 'NBAR_DIRECTION');
    expect(found.length).toBe(2);
    for (const { params, input, expected } of found) {
      const { n: horizon, threshold } = params;
      const market = table(input);
      const three = direction.create({ horizon: horizon!, threshold: threshold!, classes: 3 }).label(market);
      expect(plain(three)).toEqual(expected.label);
      const forward = returns.create({ horizon: horizon!, type: 'simple' }).label(market);
      expected.forward_return!.forEach((want, i) => {
        if (want === null) expect(forward[i]).toBeNaN();
        else expect(forward[i]).toBeCloseTo(want, 11);
      });
    }
  });

  it('of the triple barrier', () => {
    const found = cases.filter((c) => c.fn === 'TRIPLE_BARRIER');
    expect(found.length).toBe(2);
    for (const { params, input, expected } of found) {
      const { close, high, low } = table(input);
      const prices = { close, volatility: input.vol!, ...(params.touch !== 'close' && { high, low }) };
      const barriers = { profit: params.pt!, stop: params.sl!, horizon: params.horizon! };
      const { label } = barrierLabels(prices, input.events!, barriers);
      expect(plain(label)).toEqual(expected.label);
    }
  });
});
