import { expect, it } from 'vitest';
import { curveOf, daily, returnsOf } from './daily.ts';

const hour = 3_600_000;
const day = 24 * hour;

it('takes the last value of each day, midnight belonging to the day before', () => {
  const d = daily(
    Float64Array.of(day + hour, 2 * day, 2 * day + 1, 3 * day - 1),
    Float64Array.of(101, 110, 50, 99),
    100,
  );
  expect([...d.day]).toEqual([day, 2 * day]);
  expect([...d.value]).toEqual([110, 99]);
  expect(d.returns[0]).toBeCloseTo(0.1, 15);
  expect(d.returns[1]).toBeCloseTo(-0.1, 15);
});

it('holds the value over days without points, or leaves such days out', () => {
  const time = Float64Array.of(day + 1, 4 * day + 1);
  const curve = Float64Array.of(110, 121);
  expect([...daily(time, curve, 100).value]).toEqual([110, 110, 110, 121]);
  expect([...daily(time, curve, 100, false).value]).toEqual([110, 121]);
});

it('is empty for an empty curve', () => {
  expect(daily(new Float64Array(), new Float64Array(), 1).returns).toHaveLength(0);
});

it('turns returns into a curve and back', () => {
  const curve = curveOf([0.1, -0.5, 1], 10);
  expect([...returnsOf(curve, 10)].map((r) => Math.round(r * 1e12) / 1e12)).toEqual([0.1, -0.5, 1]);
});

it('earns nothing from nothing: after a total loss returns are 0, not undefined or of the wrong sign', () => {
  expect([...returnsOf(Float64Array.of(50, 0, 0, -10, -20, 5, 10), 100)]).toEqual([-0.5, -1, 0, 0, 0, 0, 1]);
});
