import { expect, it } from 'vitest';
import { regimeRibbon } from './regime-ribbon.ts';

const HOUR = 3_600_000;
const rects = (markup: string) =>
  [...markup.matchAll(/<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" fill="([^"]+)"/g)].map(
    ([, x, y, width, height, fill]) => ({ x: +x!, y: +y!, width: +width!, height: +height!, fill }),
  );
const ribbon = (hours: number, stateOf: (i: number) => number) => ({
  block: 'regime',
  pair: 'A/B',
  states: ['trend', 'chop'],
  time: Float64Array.from({ length: hours }, (_, i) => Date.UTC(2020, 0, 1) + (i + 1) * HOUR),
  state: Float64Array.from({ length: hours }, (_, i) => stateOf(i)),
});

it('draws stretches while they can be told apart', () => {
  const { drawing, note } = regimeRibbon(ribbon(1000, (i) => (i < 250 ? 0 : 1)));
  expect(rects(drawing.markup)).toEqual([
    { x: 0, y: 0, width: 250, height: 24, fill: '#2457d6' },
    { x: 250, y: 0, width: 750, height: 24, fill: '#c99a1b' },
  ]);
  expect(note).toBe('');
});

it('shows shares of the states by week where years of hours change too often', () => {
  // A quarter of each day in chop; the second half of the years without a state.
  const { drawing, note } = regimeRibbon(ribbon(5 * 8766, (i) => (i > 21_900 ? Number.NaN : i % 4 === 0 ? 1 : 0)));
  const columns = rects(drawing.markup);
  expect(note).toContain('Each column is 1 week');
  // Two bars a column, one on the other, until states end.
  expect(columns.length).toBe(2 * 131);
  expect(columns[4]).toEqual({ x: columns[5]!.x, y: 18, width: columns[5]!.width, height: 54, fill: '#2457d6' });
  expect(columns[5]).toMatchObject({ y: 0, height: 18, fill: '#c99a1b' });
  expect(Math.max(...columns.map(({ x, width }) => x + width))).toBeLessThan(505);
  expect(drawing.markup).toContain('2021-01-01');
});

it('takes the shortest part of the calendar that leaves columns to look at', () => {
  const words = (hours: number) => regimeRibbon(ribbon(hours, (i) => i % 2)).note;
  expect(words(200)).toContain('column is 1 hour');
  expect(words(2000)).toContain('column is 1 day');
  expect(words(60_000)).toContain('column is 1 month');
});
