import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { addressOf } from '../../columns/column-memory.ts';
import { givePlace, takePlace } from './loop-memory.ts';

it('places lie apart, zeroed, in the memory of the loops', () => {
  const places = [10, 64, 65, 5000, 40_000].map((length) => ({ length, place: takePlace(length)! }));
  for (const { length, place } of places) {
    expect(place.length).toBeGreaterThanOrEqual(length);
    expect(addressOf(place)).toBeGreaterThan(0);
    expect(place.every((x) => x === 0)).toBe(true);
    place.fill(length);
  }
  for (const { length, place } of places) expect(place.every((x) => x === length)).toBe(true);
});

it('a place that was given back is zeroed and used again', () => {
  const place = takePlace(300)!.fill(7);
  givePlace(place);
  expect(takePlace(257)).toBe(place);
  expect(place.every((x) => x === 0)).toBe(true);
});

it('columns never take all of the memory: there is room for loops when they have filled theirs', () => {
  // in a process of its own, since what is placed stays
  const found = execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { addressOf, placeColumn } = await import('${new URL('../../columns/column-memory.ts', import.meta.url)}');
       const { takePlace } = await import('${new URL('loop-memory.ts', import.meta.url)}');
       let columns = 0;
       while (placeColumn(1_000_000)) columns++;
       const places = Array.from({ length: 40 }, () => takePlace(131_072));
       console.log(columns, places.filter((place) => place && addressOf(place) > 0).length);`,
    ],
    { encoding: 'utf8' },
  );
  expect(found.trim()).toBe('67 40');
});
