import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientOrderId, decodeOrderId, encodeOrderId, isOwnOrderId } from './client-order-id.ts';

const parts = fc.record({
  installId: fc.stringMatching(/^[a-z0-9]{12}$/),
  epoch: fc.nat(),
  intent: fc.nat(),
  attempt: fc.nat({ max: 20 }),
});

it('is at most 32 letters and digits, and the same for the same attempt', () => {
  fc.assert(
    fc.property(parts, (p) => {
      const id = clientOrderId(p);
      expect(id).toMatch(/^[a-z0-9]{30}$/);
      expect(clientOrderId({ ...p })).toBe(id);
      expect(isOwnOrderId(id)).toBe(true);
    }),
  );
});

it('differs with each of its parts', () => {
  const base = { installId: 'abcdefabcdef', epoch: 1, intent: 12, attempt: 3 };
  const ids = [
    base,
    { ...base, installId: 'abcdefabcdeg' },
    { ...base, epoch: 11, intent: 2 },
    { ...base, intent: 13 },
    { ...base, attempt: 4 },
  ].map(clientOrderId);
  expect(new Set(ids).size).toBe(5);
});

it('comes back from every form of a venue', () => {
  const id = clientOrderId({ installId: 'a', epoch: 1, intent: 1, attempt: 0 });
  for (const form of ['plain', 'uuid', 'cloid'] as const) expect(decodeOrderId(encodeOrderId(id, form), form)).toBe(id);
  expect(encodeOrderId(id, 'uuid')).toMatch(/^[0-9a-f]{32}$/);
  expect(encodeOrderId(id, 'cloid')).toMatch(/^0x[0-9a-f]{32}$/);
});

it('leaves the ids of others alone', () => {
  expect(isOwnOrderId('web_12')).toBe(false);
  expect(isOwnOrderId(null)).toBe(false);
  expect(decodeOrderId('0xdeadbeefdeadbeefdeadbeefdeadbeef', 'cloid')).toBe('0xdeadbeefdeadbeefdeadbeefdeadbeef');
  expect(decodeOrderId('', 'plain')).toBe(null);
});
