import type { Transform } from './transform.ts';

/** Says of rows how unlike the training rows they are. */
export interface OutlierGuard {
  /** Higher = stranger. NaN for rows with a missing value. */
  score(columns: readonly Float64Array[]): Float64Array;
  /** Scores above this count as outliers. */
  readonly limit: number;
  /** What it learned, as plain arrays. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** A guard as a step of a preparation: of rows that it calls outliers every value is missing, so that no model has an opinion of them. */
export function outlierFilter(name: string, guard: OutlierGuard): Transform {
  return {
    name,
    state: guard.state,
    apply(columns) {
      const score = guard.score(columns);
      return columns.map((column) => column.map((x, i) => (score[i]! > guard.limit ? Number.NaN : x)));
    },
  };
}
