import { TidegateError } from '../foundation/errors.ts';
import { combine, EXPRESSION, type Part } from './expressions/expression.ts';
import type { Program } from './expressions/program.ts';
import type { FeatureDefinition } from './feature.ts';

/** The grid that a series lives on: one row per candle of a pair, timeframe and candle type, or per event of a kind. */
export interface Grid {
  readonly pair: string;
  readonly timeframe: string;
  /** `candles`, `mark`, `index`, `funding`, `oi`, … */
  readonly type: string;
}

/** `BTC/USDT|1h|candles` */
export function gridKey(grid: Grid): string {
  return `${grid.pair}|${grid.timeframe}|${grid.type}`;
}

/** Where a series' values come from. */
export type SeriesNode =
  | { readonly kind: 'source'; readonly grid: Grid; readonly field: string; readonly key: string }
  | {
      readonly kind: 'feature';
      readonly grid: Grid;
      readonly definition: FeatureDefinition;
      readonly options: Readonly<Record<string, unknown>>;
      readonly inputs: readonly Series[];
      readonly key: string;
    }
  | { readonly kind: 'join'; readonly grid: Grid; readonly from: Series; readonly key: string };

/** What a strategy sees of a series at a candle: its value now and before. It cannot address the future. */
export interface SeriesView {
  /** Value at the candle that just closed; NaN during warm-up. */
  readonly now: number;
  /** Value one candle earlier; NaN before the first. */
  readonly prev: number;
  /** Value `ago` candles back (0 = now). */
  at(ago: number): number;
  /** The last `count` values, oldest first, as a copy. */
  last(count: number): Float64Array;
}

/**
 * A declared series: it has no values, only says how they come to be. Strategies build them in `features()`; the engine computes
 * them, causally, and hands views to `onCandle`. Two series with the same key are computed once.
 */
export class Series {
  /** Type only: what `onCandle` sees in its place. */
  declare readonly view: SeriesView;
  readonly node: SeriesNode;
  /** Which output of a feature with several. */
  readonly output: number;

  constructor(node: SeriesNode, output = 0) {
    this.node = node;
    this.output = output;
  }

  get grid(): Grid {
    return this.node.grid;
  }

  /** Identity of the computation: name, version, canonical options and input keys. */
  get key(): string {
    return this.output === 0 ? this.node.key : `${this.node.key}#${this.output}`;
  }

  /** this + x. As of all expressions: row by row, NaN where either is. */
  add(x: Operand): Series {
    return expression('add', [this, x]);
  }

  /** this - x */
  sub(x: Operand): Series {
    return expression('sub', [this, x]);
  }

  /** this * x */
  mul(x: Operand): Series {
    return expression('mul', [this, x]);
  }

  /** this / x; NaN where that is not finite. */
  div(x: Operand): Series {
    return expression('div', [this, x]);
  }

  /** this to the power of x; NaN where that is not finite. */
  pow(x: Operand): Series {
    return expression('pow', [this, x]);
  }

  /** The lesser of this and x. */
  min(x: Operand): Series {
    return expression('min', [this, x]);
  }

  /** The greater of this and x. */
  max(x: Operand): Series {
    return expression('max', [this, x]);
  }

  /** -this */
  neg(): Series {
    return expression('neg', [this]);
  }

  /** |this| */
  abs(): Series {
    return expression('abs', [this]);
  }

  /** Natural logarithm; NaN at and below 0. */
  log(): Series {
    return expression('log', [this]);
  }

  /** Square root; NaN below 0. */
  sqrt(): Series {
    return expression('sqrt', [this]);
  }

  /** 1 where this > x, else 0; NaN where either is. */
  gt(x: Operand): Series {
    return expression('gt', [this, x]);
  }

  /** 1 where this >= x, else 0; NaN where either is. */
  gte(x: Operand): Series {
    return expression('gte', [this, x]);
  }

  /** 1 where this < x, else 0; NaN where either is. */
  lt(x: Operand): Series {
    return expression('lt', [this, x]);
  }

  /** 1 where this <= x, else 0; NaN where either is. */
  lte(x: Operand): Series {
    return expression('lte', [this, x]);
  }

  /** 1 where this equals x exactly, else 0; NaN where either is. */
  eq(x: Operand): Series {
    return expression('eq', [this, x]);
  }

  /** 1 where neither is 0, else 0; NaN where either is. */
  and(x: Operand): Series {
    return expression('and', [this, x]);
  }

  /** 0 where both are 0, else 1; NaN where either is. */
  or(x: Operand): Series {
    return expression('or', [this, x]);
  }

  /** 1 where this is 0, else 0; NaN where it is NaN. */
  not(): Series {
    return expression('not', [this]);
  }

  /** The value `rows` rows ago, 0 for itself: there is no way ahead. A NaN starts it anew. @throws TidegateError FEATURE_OPTION unless rows is a whole number >= 0 */
  shift(rows: number): Series {
    if (!Number.isInteger(rows) || rows < 0 || rows > 1_000_000)
      throw new TidegateError('FEATURE_OPTION', `shift cannot take ${rows} rows`, {
        remedy: 'Give a whole number of rows back, 0 to 1,000,000; later rows are not known yet.',
      });
    return rows === 0 ? this : expression('shift', [this], [rows]);
  }

  /** This, held between `low` and `high`. */
  clip(low: Operand, high: Operand): Series {
    return expression('clip', [this, low, high]);
  }
}

/** The field of `knownVolume`. */
export const KNOWN_VOLUME = 'knownVolume';

/** The candles, their volume taken as known: what is made of it refuses data without volume (DATA_NO_VOLUME) instead of computing from zeros. */
export function knownVolume(candles: CandleSeries): CandleSeries {
  const { node } = candles.volume;
  return node.kind === 'source' ? { ...candles, volume: source(node.grid, KNOWN_VOLUME) } : candles;
}

/** What expressions are made of: series, and numbers for constants. */
export type Operand = Series | number;

/**
 * One operation over series of one grid and numbers. Operands that are expressions themselves are computed in the same loop.
 * @throws TidegateError FEATURE_GRID when they lie on different grids, FEATURE_INPUT when an operand is neither or none is a series
 */
export function expression(op: string, operands: readonly Operand[], literals: readonly number[] = []): Series {
  const first = operands.find((x): x is Series => x instanceof Series);
  const bad = operands.findIndex((x) => !(x instanceof Series) && typeof x !== 'number');
  if (!first || bad >= 0)
    throw new TidegateError(
      'FEATURE_INPUT',
      first ? `${op} got ${JSON.stringify(operands[bad])} for an operand` : `${op} got no series`,
      { remedy: 'Give series, such as m.candles.close, or numbers.' },
    );
  const { grid } = first;
  for (const x of operands)
    if (x instanceof Series && gridKey(x.grid) !== gridKey(grid))
      throw new TidegateError('FEATURE_GRID', `${op} got series of ${gridKey(grid)} and ${gridKey(x.grid)}`, {
        remedy: "Bring the other one over first: m.at('1h', h => …) or m.pair('BTC/USDT', p => …).",
      });
  const parts = operands.map((x): Part<Series> => {
    if (typeof x === 'number') return x;
    const { node } = x;
    if (node.kind !== 'feature' || node.definition !== EXPRESSION) return { series: x, inputs: [] };
    return { series: x, program: node.options.program as Program, inputs: node.inputs };
  });
  const { program, inputs } = combine(op, parts, literals);
  const steps = program.map((step) => step.join(' ')).join(';');
  const key = `expression@${EXPRESSION.version}(${steps})[${inputs.map((s) => s.key).join(',')}]`;
  return new Series({ kind: 'feature', grid, definition: EXPRESSION, options: { program }, inputs, key });
}

export type CandleField = 'time' | 'open' | 'high' | 'low' | 'close' | 'volume';
export const CANDLE_FIELDS: readonly CandleField[] = ['time', 'open', 'high', 'low', 'close', 'volume'];

/** The declared columns of one pair's candles at one timeframe. `time` is the opening time, ms UTC. */
export interface CandleSeries {
  readonly pair: string;
  readonly timeframe: string;
  readonly time: Series;
  readonly open: Series;
  readonly high: Series;
  readonly low: Series;
  readonly close: Series;
  readonly volume: Series;
}

/** A column of a grid as a series. */
export function source(grid: Grid, field: string): Series {
  return new Series({ kind: 'source', grid, field, key: `${gridKey(grid)}.${field}` });
}

/** The candle columns of a grid. */
export function candleSeries(grid: Grid): CandleSeries {
  return {
    pair: grid.pair,
    timeframe: grid.timeframe,
    time: source(grid, 'time'),
    open: source(grid, 'open'),
    high: source(grid, 'high'),
    low: source(grid, 'low'),
    close: source(grid, 'close'),
    volume: source(grid, 'volume'),
  };
}

/** `from`, brought to `grid` as of availability: each row takes the last value that was known at that row's close. */
export function join(from: Series, grid: Grid): Series {
  if (gridKey(from.grid) === gridKey(grid)) return from;
  return new Series({ kind: 'join', grid, from, key: `join(${from.key})@${gridKey(grid)}` });
}

// Whoever reads a value where series are declared would compare with undefined, which is silently false.
for (const name of ['now', 'prev'])
  Object.defineProperty(Series.prototype, name, {
    get() {
      throw new TidegateError('STRATEGY_FEATURES', `.${name} of a series was read where series are declared`, {
        remedy: 'There are no values in features(), it says what to compute: read f.name.now in onCandle.',
      });
    },
  });
