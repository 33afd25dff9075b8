import { expect, it } from 'vitest';
import { ROW_KERNELS, ROW_SOURCE } from '../../core/indicators/rolling/row-kernels-binary.ts';
import { translated } from './row-kernels/build.ts';

const { rows, left, hash } = translated();

it('the compiled loops are of the features as they are now (else: node tests/architecture/row-kernels/build.ts)', () => {
  expect(hash).toBe(ROW_SOURCE);
  expect(ROW_KERNELS).toEqual(Object.fromEntries(rows.map(({ name, options }) => [name, options])));
});

it('no feature that is declared by its rows stays in JavaScript', () => {
  expect([...left]).toEqual([]);
});
