import { describe, expect, test } from 'vitest';
import { leaks, nondeterminism } from './compare-traces.ts';
import type { Decision, Trace } from './record-run.ts';

const MINUTE = 60_000;
const decision = (time: number, answer: string, callback = 'onCandle'): Decision => ({
  callback,
  pair: 'A/B',
  time,
  answer,
});

function trace(decisions: readonly Decision[], over: Partial<Trace> = {}): Trace {
  return { decisions, fills: [], features: new Map(), hash: 'h', changed: [], privateFields: [], ...over };
}

const features = (values: readonly number[]): Partial<Trace> => ({
  features: new Map([
    ['A/B', { time: Float64Array.from(values, (_, i) => i * MINUTE), columns: { x: Float64Array.from(values) } }],
  ]),
});

describe('leaks', () => {
  test('equal answers up to the cut are no leak, whatever comes after', () => {
    const whole = trace([decision(1, ''), decision(2, 'enter long'), decision(3, 'exit long')]);
    expect(leaks(whole, trace([decision(1, ''), decision(2, 'enter long')]), 2, MINUTE, 'none')).toEqual([]);
  });

  test('an answer at the cut that differs is a leak', () => {
    const whole = trace([decision(1, ''), decision(2, 'enter long')]);
    const [found] = leaks(whole, trace([decision(1, ''), decision(2, '')]), 2, MINUTE, 'none');
    expect(found?.what).toBe('onCandle said enter long when later data was there, and nothing when it was not');
  });

  test('an answer that only one run gave is a leak before the cut, not at it', () => {
    const whole = trace([decision(1, 'null', 'customStop'), decision(2, 'null', 'customStop')]);
    expect(leaks(whole, trace([decision(1, 'null', 'customStop')]), 2, MINUTE, 'none')).toEqual([]);
    expect(leaks(whole, trace([decision(2, 'null', 'customStop')]), 2, MINUTE, 'none')).toHaveLength(1);
  });

  test('feature values are compared to the bit where both runs have rows; NaN equals NaN', () => {
    const whole = trace([], features([Number.NaN, 1, 2, 3]));
    expect(leaks(whole, trace([], features([Number.NaN, 1, 2])), 3 * MINUTE, MINUTE, 'none')).toEqual([]);
    const [found] = leaks(whole, trace([], features([Number.NaN, 1, 2 + 2 ** -50])), 3 * MINUTE, MINUTE, 'none');
    expect(found).toMatchObject({ check: 'look-ahead', where: 'A/B, candle of 1970-01-01 00:02 UTC' });
  });

  test('with another future only candles that closed by the cut are compared', () => {
    const whole = trace([], features([1, 2, 3, 4]));
    expect(leaks(whole, trace([], features([1, 2, 9, 9])), 2 * MINUTE, MINUTE, 'mirrored')).toEqual([]);
    const [found] = leaks(whole, trace([], features([1, 9, 9, 9])), 2 * MINUTE, MINUTE, 'mirrored');
    expect(found?.what).toBe('the feature "x" is 2 when later data is there and 9 when it is mirrored');
  });

  test('fills are compared, but for those in the last candle', () => {
    const fill = (time: number, price: number) => ({
      pair: 'A/B',
      side: 'buy' as const,
      time,
      price,
      amount: 1,
      tag: null,
      fee: 0,
      funding: null,
    });
    const whole = trace([], { fills: [fill(1 * MINUTE, 10), fill(5 * MINUTE, 11)] });
    expect(
      leaks(whole, trace([], { fills: [fill(1 * MINUTE, 10), fill(5 * MINUTE, 12)] }), 6 * MINUTE, MINUTE, 'none'),
    ).toEqual([]);
    expect(leaks(whole, trace([], { fills: [fill(1 * MINUTE, 9)] }), 6 * MINUTE, MINUTE, 'none')).toHaveLength(1);
    expect(leaks(whole, trace([]), 6 * MINUTE, MINUTE, 'none')).toHaveLength(1);
  });
});

describe('nondeterminism', () => {
  test('names the first answer that differs', () => {
    const [found] = nondeterminism(
      trace([decision(1, ''), decision(2, 'a')]),
      trace([decision(1, ''), decision(2, 'b')]),
    );
    expect(found?.what).toBe('onCandle said a in one run and b in the next, over the same data');
  });

  test('equal answers with another result are found, equal runs are not', () => {
    expect(nondeterminism(trace([decision(1, '')]), trace([decision(1, '')], { hash: 'other' }))).toHaveLength(1);
    expect(nondeterminism(trace([decision(1, '')]), trace([decision(1, '')]))).toEqual([]);
  });
});
