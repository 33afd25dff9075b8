import { expect, test } from 'vitest';
import { guardGlobals } from './guard-globals.ts';
import { outsideFindings } from './outside-findings.ts';

const use = { check: 'outside data', what: 'fs.readFileSync()', path: 'a/b.csv', where: 'x.ts:1' } as const;

test('a file that a parameter names is noted, another is a fault', () => {
  expect(outsideFindings([use], { file: './a/b.csv' })).toMatchObject([{ severity: 'warn' }]);
  expect(outsideFindings([use], { file: 'a/c.csv', fast: 12 })).toMatchObject([{ severity: 'fail' }]);
});

test('the guard leaves clock and chance as they were, also after a failure', async () => {
  const before = [Date, Date.now, Math.random, performance.now];
  await expect(guardGlobals(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect([Date, Date.now, Math.random, performance.now]).toEqual(before);
  const { value } = await guardGlobals(async () => {
    expect(new Date(5).getTime()).toBe(5);
    expect(new Date() instanceof Date).toBe(true);
    return Math.random();
  });
  expect(value).toBeLessThan(1);
  expect(globalThis.Date).toBe(before[0]);
  const day = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short' });
  const written = await guardGlobals(async () => [day.format(0), day.formatToParts(0)[4]!.value, day.format() !== '']);
  expect(written.value).toEqual(['1/1/70', '70', true]);
});
