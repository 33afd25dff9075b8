import { runFeature } from '../../core/indicators/feature.ts';
import * as patterns from '../../core/indicators/patterns/index.ts';
import type { VectorHandler } from './types.ts';

/**
 * Handlers for candles_talib.json: the non-zero rows as [row, value], as `expected_nonzero` lists them. TA-Lib has 0 during the warm-up
 * where we have NaN, so those rows are left out.
 */
export const handlers: Record<string, VectorHandler> = Object.fromEntries(
  Object.values(patterns).map(({ definition }) => [
    definition.name.toUpperCase().replaceAll('-', ''),
    (vector, file) => {
      const dataset = (file.datasets as Record<string, Record<string, number[]>>)[vector.dataset!]!;
      const { penetration } = (vector.params ?? {}) as { penetration?: number };
      const columns = definition.inputs.map((name) => Float64Array.from(dataset[name]!));
      const [out] = runFeature(definition, penetration === undefined ? {} : { penetration }, columns);
      const rows: [number, number][] = [];
      for (const [row, value] of out!.entries()) if (value !== 0 && !Number.isNaN(value)) rows.push([row, value]);
      return rows;
    },
  ]),
);
