import { expect, it } from 'vitest';
import { candlesFrom } from '../domain/candles.ts';
import { timeframe } from '../domain/timeframe.ts';
import { closeTimes, GridData } from './grid-data.ts';

it('knows candles at their closes', () => {
  const row = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const table = candlesFrom([0, 300_000, 900_000].map((time) => ({ time, ...row })));
  const grid = GridData.candles('k', table, timeframe('5m'));
  expect([...grid.available.values]).toEqual([300_000, 600_000, 1_200_000]);
  expect(grid.end).toBe(3);
  expect(grid.fields.get('close')!.values).toBe(table.close);
});

it('reckons months by the calendar', () => {
  const opened = Float64Array.of(Date.UTC(2024, 0, 1), Date.UTC(2024, 1, 1));
  expect([...closeTimes(opened, timeframe('1M'))]).toEqual([Date.UTC(2024, 1, 1), Date.UTC(2024, 2, 1)]);
});

it('reckons closing times anew where the opening times have been written to since', () => {
  const opened = Float64Array.of(0, 300_000, 600_000);
  const frame = timeframe('5m');
  const first = closeTimes(opened, frame);
  expect(closeTimes(opened, frame).buffer).toBe(first.buffer);
  opened[1] = 310_000;
  expect([...closeTimes(opened, frame)]).toEqual([300_000, 610_000, 900_000]);
  expect([...first]).toEqual([300_000, 600_000, 900_000]);
  expect([...closeTimes(opened, timeframe('1m'))]).toEqual([60_000, 370_000, 660_000]);
});

it('slides when it is full, attached columns with it, and keeps absolute indexes', () => {
  const grid = GridData.growing('k', ['close'], 4, 2);
  const attached = grid.attach();
  const close = grid.fields.get('close')!;
  for (let k = 0; k < 7; k++) {
    const at = grid.grow();
    close.values[at] = k;
    attached.values[at] = 10 * k;
    grid.available.values[at] = k;
  }
  expect(grid.end).toBe(7);
  expect([close.base, attached.base]).toEqual([4, 4]);
  for (const k of [4, 5, 6])
    expect([close.values[k - close.base], attached.values[k - attached.base]]).toEqual([k, 10 * k]);
});

it('refuses to grow when nothing may go', () => {
  const grid = GridData.growing('k', [], 2, 2);
  grid.grow();
  grid.grow();
  expect(() => grid.grow()).toThrow(RangeError);
});
