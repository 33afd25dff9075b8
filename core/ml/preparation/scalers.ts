import { TidegateError } from '../../foundation/errors.ts';
import { normalQuantile } from '../../foundation/normal.ts';
import { percentile } from '../../metrics/percentile.ts';
import { checkTraining, checkWidth, presentValues, type Transform } from './transform.ts';

/** (x - mean) / deviation (divided by n). A constant column becomes 0. NaN stays NaN in every scaler. */
export function standardScaler(columns: readonly Float64Array[]): Transform {
  return shiftAndScale('standard', columns, (values) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return [mean, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)];
  });
}

/** (x - median) / (75th - 25th percentile): outliers do not move it. */
export function robustScaler(columns: readonly Float64Array[]): Transform {
  return shiftAndScale('robust', columns, (values) => [
    percentile(values, 0.5),
    percentile(values, 0.75) - percentile(values, 0.25),
  ]);
}

/** (x - least) / (greatest - least): 0 to 1 on the training rows, beyond that on others. */
export function minMaxScaler(columns: readonly Float64Array[]): Transform {
  return shiftAndScale('min-max', columns, (values) => [values[0]!, values[values.length - 1]! - values[0]!]);
}

function shiftAndScale(
  name: string,
  columns: readonly Float64Array[],
  learn: (ascending: Float64Array) => [number, number],
): Transform {
  checkTraining(columns);
  const learned = columns.map((column, f) => learn(presentValues(column, f)));
  const shift = Float64Array.from(learned, ([s]) => s);
  const scale = Float64Array.from(learned, ([s, size]) => (size > 1e-14 * Math.max(1, Math.abs(s)) ? size : 1));
  return shiftScale(name, { shift, scale });
}

type State = Transform['state'];

/** A scaler from what it learned. */
export function shiftScale(name: string, state: State): Transform {
  const shift = state.shift!;
  const scale = state.scale!;
  return {
    name,
    state,
    apply(rows) {
      checkWidth(rows, shift.length);
      return rows.map((column, f) => column.map((v) => (v - shift[f]!) / scale[f]!));
    },
  };
}

/**
 * Maps each column to its training quantile in [0, 1], or to the normal score of it (cut at 5.2). Linear between `points` quantiles; ties
 * take the middle of their range.
 */
export function quantileScaler(
  columns: readonly Float64Array[],
  { points = 1000, isNormal = false }: { readonly points?: number; readonly isNormal?: boolean } = {},
): Transform {
  checkTraining(columns);
  if (!(Number.isInteger(points) && points >= 2))
    throw new TidegateError('PREPARE_OPTION', `points is ${points}`, { remedy: 'Give a whole number from 2.' });
  const size = Math.min(points, columns[0]!.length);
  const grid = columns.map((column, f) => {
    const values = presentValues(column, f);
    return Float64Array.from({ length: size }, (_, k) => percentile(values, size === 1 ? 0.5 : k / (size - 1)));
  });
  const state = Object.fromEntries(grid.map((table, f) => [`column${f}`, table]));
  return quantiles(isNormal ? 'quantile-normal' : 'quantile', state);
}

/** A quantile scaler from what it learned. */
export function quantiles(name: string, state: State): Transform {
  const isNormal = name === 'quantile-normal';
  const grid = Array.from({ length: Object.keys(state).length }, (_, f) => state[`column${f}`]!);
  const share = (table: Float64Array, v: number) => 0.5 * (position(table, v, false) + position(table, v, true));
  return {
    name,
    state,
    apply(rows) {
      checkWidth(rows, grid.length);
      return rows.map((column, f) =>
        column.map((v) => {
          if (Number.isNaN(v)) return v;
          const p = share(grid[f]!, v);
          return isNormal ? normalQuantile(Math.min(1 - 1e-7, Math.max(1e-7, p))) : p;
        }),
      );
    },
  };
}

/** Where v falls in an ascending table, as a share of it; at ties the last (`isUpper`) or the first place. */
function position(table: Float64Array, v: number, isUpper: boolean): number {
  const last = table.length - 1;
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isUpper ? table[middle]! <= v : table[middle]! < v) low = middle + 1;
    else high = middle;
  }
  if (last === 0) return low === 0 ? 0 : 1;
  // `low` values come before v (ties among them when isUpper).
  if (low === 0) return 0;
  if (low > last) return 1;
  const below = table[low - 1]!;
  const above = table[low]!;
  if (!isUpper && above === v) return low / last;
  return (low - 1 + (above > below ? (v - below) / (above - below) : 0)) / last;
}

/** Cuts each column at two percentiles of the training rows (default the 1st and 99th). */
export function winsoriser(
  columns: readonly Float64Array[],
  { low = 0.01, high = 0.99 }: { readonly low?: number; readonly high?: number } = {},
): Transform {
  checkTraining(columns);
  if (!(low >= 0 && low < high && high <= 1))
    throw new TidegateError('PREPARE_OPTION', `low is ${low}, high ${high}`, {
      remedy: 'Give fractions with low below high.',
    });
  const least = Float64Array.from(columns, (column, f) => percentile(presentValues(column, f), low));
  const most = Float64Array.from(columns, (column, f) => percentile(presentValues(column, f), high));
  return clipped({ least, most });
}

/** A winsoriser from what it learned. */
export function clipped(state: State): Transform {
  const least = state.least!;
  const most = state.most!;
  return {
    name: 'winsor',
    state,
    apply(rows) {
      checkWidth(rows, least.length);
      return rows.map((column, f) => column.map((v) => Math.min(most[f]!, Math.max(least[f]!, v))));
    },
  };
}

/** Fills NaN with the mean, the median or the most frequent value of the training rows, or with a constant. */
export function imputer(
  columns: readonly Float64Array[],
  rule: 'mean' | 'median' | 'most-frequent' | number = 'median',
): Transform {
  checkTraining(columns);
  const fill = Float64Array.from(columns, (column, f) => {
    if (typeof rule === 'number') return rule;
    const values = presentValues(column, f);
    if (rule === 'median') return percentile(values, 0.5);
    if (rule === 'mean') return values.reduce((sum, v) => sum + v, 0) / values.length;
    return mostFrequent(values);
  });
  return filled({ fill });
}

/** An imputer from what it learned. */
export function filled(state: State): Transform {
  const fill = state.fill!;
  return {
    name: 'impute',
    state,
    apply(rows) {
      checkWidth(rows, fill.length);
      return rows.map((column, f) => column.map((v) => (Number.isNaN(v) ? fill[f]! : v)));
    },
  };
}

function mostFrequent(ascending: Float64Array): number {
  let best = ascending[0]!;
  let most = 0;
  for (let i = 0; i < ascending.length; ) {
    let j = i;
    while (j < ascending.length && ascending[j] === ascending[i]) j++;
    if (j - i > most) {
      most = j - i;
      best = ascending[i]!;
    }
    i = j;
  }
  return best;
}
