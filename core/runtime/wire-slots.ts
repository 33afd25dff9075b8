import type { Column } from '../columns/column.ts';
import type { GridData } from '../columns/grid-data.ts';
import type { Instrument } from '../domain/tradable.ts';
import { CandleCursor, PairState } from '../engine/slot.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { FeaturePlan } from '../indicators/plan.ts';
import { Series } from '../indicators/series.ts';
import type { Bar } from '../strategy/bar.ts';
import { checkReads } from '../strategy/check-reads.ts';
import type { LearnedDeclarer } from '../strategy/learned-series.ts';
import { declareMarket } from '../strategy/market.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { TickSeries } from '../strategy/tick-series.ts';
import { type Cursor, View } from '../strategy/view.ts';

/** What one strategy declared for one pair, ready to become views. */
export interface DeclaredFeatures {
  readonly record: Readonly<Record<string, unknown>>;
  /** Every series in it, by dotted name. */
  readonly series: ReadonlyMap<string, Series>;
  /** Every feature of trades and books in it. */
  readonly ticks: ReadonlyMap<string, TickSeries>;
}

/**
 * Asks a strategy what it computes for a pair and adds that to the plan.
 * @throws TidegateError STRATEGY_FEATURES when `features()` returns something that is no series, STRATEGY_NAME when code reads what there is none of
 */
export function declareFeatures(
  strategy: Strategy,
  name: string,
  pair: string,
  plan: Pick<FeaturePlan, 'add'>,
  learned?: LearnedDeclarer,
  ticks: Map<string, TickSeries> | null = null,
): DeclaredFeatures {
  const record = strategy.features(declareMarket(pair, strategy.timeframe, learned)) as Record<string, unknown>;
  const series = new Map<string, Series>();
  const walk = (value: unknown, path: string): void => {
    if (value instanceof TickSeries) {
      if (!ticks)
        throw new TidegateError(
          'STRATEGY_NEEDS_TICKS',
          `${name} uses "${value.name}", which is made of trades and books, and this run has only candles`,
          { where: `features().${path}`, remedy: 'Give it ticks: tidegate backtest --ticks --pairs <pair>.' },
        );
      ticks.set(path, value);
      return;
    }
    if (value instanceof Series) {
      series.set(path, value);
      plan.add(value);
      return;
    }
    if (typeof value !== 'object' || value === null)
      throw new TidegateError(
        'STRATEGY_FEATURES',
        `${name}.features() returned ${JSON.stringify(value) ?? String(value)}${path && ` as "${path}"`}`,
        {
          where: pair,
          remedy:
            'Return series by name: return { fast: ema(m.candles.close, 12) }. They have no values there; onCandle reads them.',
        },
      );
    for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
  };
  walk(record, '');
  checkReads(strategy, name, record);
  return { record, series, ticks: ticks ?? NO_TICKS };
}

const NO_TICKS: ReadonlyMap<string, TickSeries> = new Map();

/** Views over the computed columns, shaped like what `features()` returned. */
export function viewsOf(
  declared: DeclaredFeatures,
  plan: Pick<FeaturePlan, 'add'>,
  cursor: Cursor,
  ofTicks?: (series: TickSeries) => unknown,
): Bar['f'] {
  const build = (value: unknown): unknown => {
    if (value instanceof Series) return new View(plan.add(value), cursor);
    if (value instanceof TickSeries) return ofTicks!(value);
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([key, inner]) => [key, build(inner)]),
    );
  };
  return build(declared.record) as Bar['f'];
}

/**
 * The engine's state of a pair over its main grid.
 * @param others pairs of the run that go through time together: those with the same column of times are at the same row, so one cursor does for them
 */
export function pairStateOf(
  index: number,
  instrument: Instrument,
  grid: GridData,
  others: readonly PairState[] = [],
): PairState {
  const field = (name: string): Float64Array => (grid.fields.get(name) as Column).values;
  const time = field('time');
  const peer = others.find(({ candle }) => candle instanceof CandleCursor && candle.times === time);
  const cursor: Cursor = peer?.cursor ?? { row: -1 };
  const candle = new CandleCursor(
    {
      time,
      open: field('open'),
      high: field('high'),
      low: field('low'),
      close: field('close'),
      volume: field('volume'),
      closeTime: grid.available.values,
    },
    cursor,
  );
  return new PairState(index, instrument, candle, cursor);
}
