import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonPieces } from './json-pieces.ts';

it('gives together what JSON.stringify gives', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.anything(), fc.array(fc.anything()))), (object) => {
      // Numbers beyond what JSON knows, and what gives itself a form of its own, are not of a document.
      const plain = JSON.stringify(object, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
      const given = JSON.parse(plain) as Record<string, unknown>;
      expect([...jsonPieces(given)].join('')).toBe(JSON.stringify(given));
    }),
    { numRuns: 200 },
  );
});

it('leaves out what is undefined, and cuts long lists', () => {
  const object = { a: undefined, list: Array.from({ length: 1000 }, (_, k) => [k, Number.NaN, undefined]), b: 1 };
  const pieces = [...jsonPieces(object)];
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.join('')).toBe(JSON.stringify(object));
  expect([...jsonPieces({ a: undefined })].join('')).toBe('{}');
});
