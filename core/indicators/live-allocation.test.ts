import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import type { Column } from '../columns/column.ts';
import { GridData } from '../columns/grid-data.ts';
import { syntheticInputs } from '../testing/feature-contract.ts';
import { type FeatureDefinition, parseOptions } from './feature.ts';
import { FEATURES } from './library.ts';

const ROWS = 4096;
const SLICE = 30_000;
const SLICES = 40;

/**
 * Heap bytes per row of a live bot's updates, one row at a time over buffers that slide: of the first 30,000 rows in a line that take less than a byte
 * each, once V8 has compiled the kernel, or else of the last.
 */
function bytesPerUpdate({ definition }: { readonly definition: FeatureDefinition }) {
  const inputs = syntheticInputs(definition, ROWS, 1);
  const options = parseOptions(definition, {}) as never;
  const keep = definition.lookback(options) + 1;
  const names = definition.inputs.map((name, k) => `${name}${k}`);
  const grid = GridData.growing('live', names, 4 * keep + 1024, keep);
  const columns: Column[] = names.map((name) => grid.fields.get(name)!);
  const outputs = definition.outputs.map(() => grid.attach());
  const kernel = definition.create(options, columns, outputs);
  const update = (rows: number) => {
    for (let k = 0; k < rows; k++) {
      const at = grid.grow();
      const row = grid.end - 1;
      for (let j = 0; j < columns.length; j++) columns[j]!.values[at] = inputs[j]![row & (ROWS - 1)]!;
      kernel.advance(row, row + 1);
    }
  };
  let bytes = Number.NaN;
  for (let k = 0; k < SLICES && !(bytes >= 0 && bytes < 1); k++) {
    const before = getHeapStatistics().used_heap_size;
    update(SLICE);
    bytes = (getHeapStatistics().used_heap_size - before) / SLICE;
  }
  return bytes;
}

it.each([...FEATURES.keys()])('%s allocates nothing for a new row', (name) => {
  // the smallest thing on the heap takes 16 bytes, a look at the heap itself some hundred
  const bytes = bytesPerUpdate(FEATURES.get(name)!.feature);
  expect(bytes).toBeGreaterThanOrEqual(0);
  expect(bytes).toBeLessThan(1);
});

it('would see one number per row', () => {
  let kept: unknown;
  const definition = {
    ...FEATURES.get('mom')!.feature.definition,
    create: (_: never, [x]: readonly Column[]) => ({
      state: new Float64Array(0),
      advance: (from: number) => {
        kept = { x: x!.values[from - x!.base]! };
      },
    }),
  };
  const bytes = bytesPerUpdate({ definition });
  expect(bytes >= 0 && bytes < 1).toBe(false);
  expect(kept).toBeDefined();
});
