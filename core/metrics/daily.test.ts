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

it('counts five days a week where markets close: what opens on Sunday evening belongs to Monday', () => {
  // Hours of forex: Sunday 22:00 to Friday 21:00 UTC, three weeks from Sunday 7 January 2024.
  const hours = Array.from({ length: 21 * 24 }, (_, h) => Date.UTC(2024, 0, 7) + (h + 1) * 3_600_000);
  const open = hours.filter((close) => {
    const start = new Date(close - 3_600_000);
    const [weekday, hour] = [start.getUTCDay(), start.getUTCHours()];
    return weekday === 0 ? hour >= 22 : weekday === 5 ? hour < 21 : weekday !== 6;
  });
  const { day, value } = daily(
    Float64Array.from(open),
    Float64Array.from(open, (_, i) => 100 + i),
    100,
    false,
  );
  expect([...day].map((t) => new Date(t).getUTCDay())).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  // Monday ends with its own last hour: 2 hours of Sunday and 24 of its own are behind it.
  expect([value[0], value.at(-1)]).toEqual([125, 99 + open.length]);
});
