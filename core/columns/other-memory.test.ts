import { expect, it } from 'vitest';
import { addressOf, placeColumn } from './column-memory.ts';

type Memory = new (pages: { initial: number; maximum: number; shared: true }) => { grow(pages: number): number };

it('knows its columns after another shared memory of the thread has grown', () => {
  const before = placeColumn(1000)!;
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: { readonly Memory: Memory } };
  new WebAssembly.Memory({ initial: 1, maximum: 100, shared: true }).grow(10);
  const after = placeColumn(1000)!;
  expect(addressOf(before)).toBe(before.byteOffset);
  expect(addressOf(after)).toBe(after.byteOffset);
});
