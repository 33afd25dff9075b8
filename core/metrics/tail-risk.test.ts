import { expect, it } from 'vitest';
import { percentile } from './percentile.ts';
import { tailRisk } from './tail-risk.ts';

it('interpolates percentiles between neighbours', () => {
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(percentile([10], 0.05)).toBe(10);
  expect(percentile([], 0.5)).toBeNaN();
});

it('reads the tail of twenty-one equally spaced returns', () => {
  const returns = Array.from({ length: 21 }, (_, i) => (i - 10) / 100);
  const risk = tailRisk(returns);
  expect(risk.var95).toBeCloseTo(-0.09, 15);
  expect(risk.cvar95).toBeCloseTo(-0.095, 15);
  expect(risk.tailRatio).toBeCloseTo(1, 12);
});

it('is undefined without returns, and has no tail ratio when nothing is lost', () => {
  expect(tailRisk([]).var95).toBeNaN();
  expect(tailRisk([]).cvar95).toBeNaN();
  expect(tailRisk([0, 0, 0]).tailRatio).toBeNaN();
});
