import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeframe } from '../domain/timeframe.ts';
import { seeded } from '../foundation/rng.ts';
import { asOfJoin } from './as-of.ts';
import { GridData } from './grid-data.ts';
import { Resampler } from './resample.ts';

const MINUTE = 60_000;
const NAMES = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Five-minute rows of [minute, open, high, low, close, volume], appended one by one. */
function source(capacity: number) {
  const grid = GridData.growing('base', NAMES, capacity, capacity);
  const push = (minute: number, ...values: readonly number[]) => {
    const at = grid.grow();
    [minute * MINUTE, ...values].forEach((value, k) => {
      grid.fields.get(NAMES[k]!)!.values[at] = value;
    });
    grid.available.values[at] = (minute + 5) * MINUTE;
  };
  return { grid, push };
}

const rowsOf = (grid: GridData) =>
  Array.from({ length: grid.end }, (_, i) => NAMES.map((name) => grid.fields.get(name)!.values[i]!));

it('makes longer candles as soon as they are over, and leaves out a first one that was not seen from its start', () => {
  const { grid, push } = source(20);
  const resampler = new Resampler(grid, 'long', timeframe('15m'), 20, 10);
  push(5, 1, 9, 1, 2, 1);
  push(10, 2, 3, 2, 3, 1);
  resampler.advance();
  expect(resampler.target.end).toBe(0);
  push(15, 3, 5, 3, 4, 10);
  push(20, 4, 4, 2, 3, 20);
  resampler.advance();
  expect(resampler.target.end).toBe(0);
  push(25, 3, 6, 3, 5, 30);
  resampler.advance();
  expect(rowsOf(resampler.target)).toEqual([[15 * MINUTE, 3, 6, 2, 5, 60]]);
  expect(resampler.target.available.values[0]).toBe(30 * MINUTE);
});

it('closes a longer candle with holes when the next one begins', () => {
  const { grid, push } = source(20);
  const resampler = new Resampler(grid, 'long', timeframe('15m'), 20, 10);
  push(0, 1, 2, 1, 2, 1);
  push(45, 7, 8, 7, 8, 1);
  resampler.advance();
  expect(rowsOf(resampler.target)).toEqual([[0, 1, 2, 1, 2, 1]]);
});

it('is the same however the rows arrive, and joins back as of its close, never early', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 40 }),
      (seed, cuts) => {
        const run = (pieces: readonly number[]) => {
          const rng = seeded(seed);
          const { grid, push } = source(60);
          const resampler = new Resampler(grid, 'long', timeframe('15m'), 60, 30);
          const out = grid.attach();
          const join = asOfJoin(resampler.target, resampler.target.fields.get('close')!, grid, out);
          let minute = 0;
          let done = 0;
          for (let i = 0, k = 0; i < 60; k++) {
            for (let j = 0; j < (pieces[k] ?? 60) && i < 60; j++, i++) {
              push(minute, minute, minute + rng.next(), minute - rng.next(), minute, 1);
              minute += rng.next() < 0.1 ? 5 * (1 + rng.int(6)) : 5;
            }
            resampler.advance();
            join.advance(done, grid.end);
            done = grid.end;
          }
          return {
            long: rowsOf(resampler.target),
            joined: [...out.values.subarray(0, 60)],
            times: rowsOf(grid).map((r) => r[0]!),
          };
        };
        const whole = run([60]);
        expect(run(cuts)).toEqual(whole);
        // The joined close is the opening minute of the last row of a candle that was over by then.
        whole.joined.forEach((minute, i) => {
          if (Number.isNaN(minute)) return;
          const over = Math.floor(minute / 15) * 15 + 15;
          expect(over * MINUTE).toBeLessThanOrEqual(whole.times[i]! + 5 * MINUTE);
        });
      },
    ),
  );
});
