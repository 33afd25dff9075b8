import type { ParamValue } from '../../strategy/parameters.ts';

/** A condition on an earlier dimension: the child exists where `allowed[index of the parent's value]` is 1. */
export interface DimCondition {
  readonly parent: number;
  readonly allowed: Uint8Array;
}

/**
 * One search dimension after flattening, mapped onto the unit interval.
 * Continuous dimensions have `count` 0; discrete ones have `count` cells `[edge(i), edge(i + 1))` that decode to one value each.
 */
export interface Dim {
  readonly name: string;
  readonly kind: 'real' | 'int' | 'choice' | 'bool';
  readonly group: string;
  /** Discrete values; 0 = continuous. */
  readonly count: number;
  /** True where values have no order (more than two choices). */
  readonly isCategorical: boolean;
  readonly default: ParamValue;
  readonly conditions: readonly DimCondition[];
  /** Left edge of cell i in the unit interval, i in 0..count; NaN-free; only for discrete dimensions. */
  edge(i: number): number;
  /** Cell of a unit coordinate; only for discrete dimensions. */
  cell(unit: number): number;
  /** Middle of the cell of `i`, where its value is encoded. */
  centre(i: number): number;
  /** Value at a unit coordinate (clipped to [0, 1]). */
  decode(unit: number): ParamValue;
  /** Unit coordinate of a value, or NaN where the value is not in the dimension. */
  encode(value: ParamValue): number;
}

interface DimHead {
  readonly name: string;
  readonly group: string;
  readonly default: ParamValue;
  readonly conditions: readonly DimCondition[];
}

/** Into [0, 1]; NaN becomes 0. */
const clip = (u: number) => (u > 0 ? Math.min(u, 1) : 0);
/** Removes the dust of `low + i * step` (0.30000000000000004), so that values print and compare as a person would write them. */
const clean = (x: number) => Number(x.toPrecision(12));

/** Continuous dimension over [low, high], linear or logarithmic. */
export function continuousDim(head: DimHead, low: number, high: number, log: boolean): Dim {
  const a = log ? Math.log(low) : low;
  const span = (log ? Math.log(high) : high) - a;
  return {
    ...head,
    kind: 'real',
    count: 0,
    isCategorical: false,
    edge: (i) => i,
    cell: () => 0,
    centre: (i) => i,
    decode(unit) {
      // The ends are met exactly, not through a logarithm and back.
      if (unit <= 0 || unit >= 1) return unit <= 0 ? low : high;
      const x = a + unit * span;
      return Math.min(high, Math.max(low, log ? Math.exp(x) : x));
    },
    encode(value) {
      if (typeof value !== 'number' || !(value >= low && value <= high)) return Number.NaN;
      return span === 0 ? 0.5 : clip(((log ? Math.log(value) : value) - a) / span);
    },
  };
}

/** Stepped dimension low, low + step, ... (`count` values); with `log`, cells are as wide as they are on a log axis. */
export function steppedDim(
  head: DimHead & { readonly kind: 'int' | 'real' },
  low: number,
  step: number,
  count: number,
  log: boolean,
): Dim {
  const valueAt = (i: number) => (head.kind === 'int' ? low + i * step : clean(low + i * step));
  // Half a step below `low` may not be positive; half of `low` itself then bounds the first cell.
  const bottom = log ? Math.log(Math.max(low - step / 2, low / 2)) : 0;
  const span = log ? Math.log(low + (count - 0.5) * step) - bottom : 0;
  const edge = log
    ? (i: number) => (i <= 0 ? 0 : i >= count ? 1 : (Math.log(low + (i - 0.5) * step) - bottom) / span)
    : (i: number) => i / count;
  const cell = (unit: number) => {
    const u = clip(unit);
    const i = log ? Math.round((Math.exp(bottom + u * span) - low) / step) : Math.floor(u * count);
    return i < 0 ? 0 : i >= count ? count - 1 : i;
  };
  const centre = (i: number) => (edge(i) + edge(i + 1)) / 2;
  return {
    ...head,
    count,
    isCategorical: false,
    edge,
    cell,
    centre,
    decode: (unit) => valueAt(cell(unit)),
    encode(value) {
      if (typeof value !== 'number') return Number.NaN;
      const i = Math.round((value - low) / step);
      const isOn = i >= 0 && i < count && Math.abs(valueAt(i) - value) <= 1e-9 * Math.max(step, Math.abs(value));
      return isOn ? centre(i) : Number.NaN;
    },
  };
}

/** Unordered dimension; two values count as ordered, since a threshold separates them. */
export function choiceDim(head: DimHead & { readonly kind: 'choice' | 'bool' }, options: readonly ParamValue[]): Dim {
  const count = options.length;
  const cell = (unit: number) => Math.min(count - 1, Math.floor(clip(unit) * count));
  return {
    ...head,
    count,
    isCategorical: count > 2,
    edge: (i) => i / count,
    cell,
    centre: (i) => (i + 0.5) / count,
    decode: (unit) => options[cell(unit)]!,
    encode(value) {
      const i = options.indexOf(value);
      return i < 0 ? Number.NaN : (i + 0.5) / count;
    },
  };
}
