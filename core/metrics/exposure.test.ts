import { expect, it } from 'vitest';
import { sampleRun } from '../../tests/fixtures/report/sample-run.ts';
import { exposure, turnover } from './exposure.ts';
import { tradeColumns } from './trade-measures.ts';

const of = (...values: number[]) => Float64Array.from(values);

it('counts time in the market and the size of positions, shorts by their size', () => {
  const curve = {
    time: of(1, 2, 3, 4),
    equity: of(1, 1, 1, 1),
    buyAndHold: of(1, 1, 1, 1),
    exposure: of(0, 0.5, -1.5, 0),
  };
  expect(exposure(curve)).toEqual({ timeInMarket: 0.5, average: 0.5, highest: 1.5 });
  expect(exposure({ ...curve, exposure: of() }).highest).toBeNaN();
});

it('adds up all fills, and compares them with equity and time', () => {
  const [trade] = sampleRun({ candles: 500 }).trades;
  const notional = trade!.amount * (trade!.openRate + trade!.closeRate);
  const { notionals } = tradeColumns([trade!, { ...trade!, orders: [] }]);
  expect(notionals[0]).toBeCloseTo(notional, 8);
  expect(notionals[1]).toBe(notional);
  const curve = { time: of(1), equity: of(notional / 2), buyAndHold: of(1), exposure: of(0) };
  expect(turnover(of(notional), curve, 365 * 86_400_000).perYear).toBeCloseTo(2, 9);
  expect(turnover(of(notional), curve, 1000).perYear).toBeNaN();
});

it('adds up a long curve in its order', () => {
  const sizes = Float64Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 0 : Math.sin(i)));
  const curve = { time: sizes, equity: sizes.map((x) => x + 2), buyAndHold: sizes, exposure: sizes };
  const sum = sizes.reduce((all, x) => all + Math.abs(x), 0);
  expect(exposure(curve)).toEqual({
    timeInMarket: sizes.filter((x) => x !== 0).length / 3000,
    average: sum / 3000,
    highest: Math.max(...sizes.map(Math.abs)),
  });
  const mean = curve.equity.reduce((all, x) => all + x, 0) / 3000;
  expect(turnover(of(3, 4), curve, 365 * 86_400_000).perYear).toBe(7 / mean);
});
