import type { Column } from './column.ts';
import type { GridData } from './grid-data.ts';

/**
 * Brings a column of one grid to another as of availability: row i of the target takes the last source row that was known when row i became
 * known, NaN while there is none. State: the absolute source row in force, plus one.
 */
export function asOfJoin(
  source: GridData,
  values: Column,
  target: GridData,
  out: Column,
): { readonly state: Float64Array; advance(from: number, to: number): void } {
  const state = new Float64Array(1);
  return {
    state,
    advance(from, to) {
      const known = source.available.values;
      const knownBase = source.available.base;
      const end = source.end;
      const when = target.available.values;
      const whenBase = target.available.base;
      let next = state[0]!;
      for (let i = from; i < to; i++) {
        const now = when[i - whenBase]!;
        while (next < end && known[next - knownBase]! <= now) next++;
        out.values[i - out.base] = next === 0 ? Number.NaN : values.values[next - 1 - values.base]!;
      }
      state[0] = next;
    },
  };
}
