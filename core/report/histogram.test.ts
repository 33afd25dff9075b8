import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationStep, durationTick, percentTick } from './axis.ts';
import { drawHistogram, histogram } from './histogram.ts';

it('counts every value once', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1 }), (values) => {
      expect(histogram(values).counts.reduce((a, b) => a + b, 0)).toBe(values.length);
    }),
  );
});

it('keeps gains and losses in different bins', () => {
  const { from, width, counts } = histogram([-3, -2, -1, -0.01, 0.01, 5, 6, 7], { bins: 8 });
  const zero = Math.round(-from / width);
  expect(Math.abs(from + zero * width)).toBeLessThan(1e-12);
  expect(counts.slice(0, zero).reduce((a, b) => a + b, 0)).toBe(4);
});

it('takes values that differ by rounding only, or hardly at all', () => {
  for (const values of [[5, 5, 5], [0, 5e-324], [1e-321], [0.1 + 0.2, 0.3]])
    expect(histogram(values).counts.reduce((a, b) => a + b, 0)).toBe(values.length);
});

it('draws nothing for nothing', () => {
  expect(drawHistogram([], { name: 'Nothing', show: String }).markup).toContain('Nothing to show');
});

it('has round edges, and says what lies beyond them', () => {
  const values = [...Array.from({ length: 1000 }, (_, k) => (k % 100) / 1000 - 0.0295), -5, 7];
  const { from, width, counts, below, above } = histogram(values, { bins: 10 });
  expect([from, width, counts.length]).toEqual([-0.03, 0.01, 10]);
  expect([below, above]).toEqual([1, 1]);
  expect(counts).toEqual([101, 100, 100, 100, 100, 100, 100, 100, 100, 101]);
  const { markup } = drawHistogram(values, { name: 'Trades', show: percentTick, isSigned: true });
  expect(markup).toContain('The outer bars hold what lies beyond: 1 below -3.0 %, 1 above 7.0 %.');
  expect([...markup.matchAll(/text-anchor="middle">([^<]+)/g)].map(([, text]) => text)).toEqual([
    '-2 %',
    '0 %',
    '2 %',
    '4 %',
    '6 %',
  ]);
  // Its counts stand at a left axis that begins at zero.
  expect([...markup.matchAll(/text-anchor="end">([^<]+)/g)].map(([, text]) => text)).toEqual(['0', '20', '40']);
});

it('labels one value as people would, no label on another', () => {
  const labels = (value: number) => {
    const { markup } = drawHistogram([value], { name: 'Trades', show: percentTick });
    return [...markup.matchAll(/<text x="([\d.]+)" y="202" text-anchor="(\w+)">([^<]+)/g)].map(
      ([, x, anchor, text]) => {
        const [at, width] = [Number(x), text!.length * 7];
        return {
          text: text!,
          from: anchor === 'end' ? at - width : at - width / 2,
          to: anchor === 'end' ? at : at + width / 2,
        };
      },
    );
  };
  expect(labels(0).map(({ text }) => text)).toEqual(['-1.0 %', '-0.5 %', '0.0 %', '0.5 %', '1.0 %']);
  const odd = labels(-0.014357);
  expect(odd.length).toBeGreaterThan(3);
  for (const [k, { from, to }] of odd.entries()) {
    expect(to).toBeLessThanOrEqual(600);
    if (k > 0) expect(from).toBeGreaterThan(odd[k - 1]!.to);
  }
});

it('keeps large counts short and the ends of one length of time apart', () => {
  const markup = drawHistogram(new Float64Array(525_598).fill(60_000), {
    name: 'Trades',
    show: durationTick,
    stepOf: durationStep,
  }).markup;
  const texts = [...markup.matchAll(/<text[^>]*>([^<]+)/g)].map(([, text]) => text!);
  expect(texts.slice(0, 3)).toEqual(['0', '200k', '400k']);
  const across = texts.slice(3);
  expect(new Set(across).size).toBe(across.length);
});
