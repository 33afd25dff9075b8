import { z } from 'zod';
import type { Column } from '../columns/column.ts';
import { TidegateError } from '../foundation/errors.ts';
import type { FeatureDefinition } from '../indicators/feature.ts';
import { gridKey, Series, type SeriesView } from '../indicators/series.ts';
import { agreement } from '../microstructure/ensemble-agreement.ts';

export interface EnsembleOptions {
  /** Candles after which it shows whether a direction was right. */
  readonly horizon: number;
  /** `average`, or by how often each member was right lately. */
  readonly weighting?: 'average' | 'accuracy';
  /** Candles after which a hit or miss counts half (default 200). */
  readonly halfLife?: number;
}

/** What several models say together. */
export interface EnsembleSeries {
  /** Weighted mean of the members' directions. */
  readonly direction: Series;
  /** Agreement: 1 - deviation of the directions / their mean size, from 0 to 1. */
  readonly confidence: Series;
  /** Share of each member in the direction, in the order given. */
  readonly weights: readonly Series[];
  /** Type only. */
  readonly view: { readonly direction: SeriesView; readonly confidence: SeriesView };
}

/**
 * Directions of several models as one, candle by candle and causally: a direction of `horizon` candles ago was right when the close has moved its way
 * since. Weights by accuracy are how far the decayed hit rate is above one half; equal where none is. A member without an opinion (NaN) does not
 * count; NaN where none has one. The confidence is that of Hansen and Salamon (1990): see `agreement`.
 * @throws TidegateError FEATURE_INPUT for fewer than two members, FEATURE_GRID when they lie on different grids, FEATURE_OPTION
 */
export function ensemble(members: readonly Series[], close: Series, options: EnsembleOptions): EnsembleSeries {
  const { horizon, weighting = 'average', halfLife = 200 } = options;
  if (members.length < 2)
    throw new TidegateError('FEATURE_INPUT', `an ensemble of ${members.length} members is none`, {
      remedy: 'Give the directions of two models or more.',
    });
  for (const member of members)
    if (gridKey(member.grid) !== gridKey(close.grid))
      throw new TidegateError('FEATURE_GRID', `an ensemble got ${gridKey(member.grid)} and ${gridKey(close.grid)}`, {
        remedy: 'Give series of one pair and timeframe.',
      });
  if (!(Number.isInteger(horizon) && horizon >= 1 && halfLife > 0))
    throw new TidegateError('FEATURE_OPTION', `an ensemble cannot take horizon ${horizon}, halfLife ${halfLife}`, {
      remedy: 'Give whole candles from 1, and a half-life above 0.',
    });
  const inputs = [close, ...members];
  const text = JSON.stringify([horizon, weighting, halfLife]);
  const key = `ensemble@1(${text})[${inputs.map((s) => s.key).join(',')}]`;
  const definition = ensembleFeature(members.length, horizon, weighting, halfLife);
  const node = { kind: 'feature', grid: close.grid, definition, options: {}, inputs, key } as const;
  const [direction, confidence, ...weights] = definition.outputs.map((_, k) => new Series(node, k));
  return { direction, confidence, weights } as unknown as EnsembleSeries;
}

function ensembleFeature(members: number, horizon: number, weighting: string, halfLife: number): FeatureDefinition {
  const names = Array.from({ length: members }, (_, m) => `weight${m}`);
  return {
    name: 'ensemble',
    version: 1,
    doc: 'Directions of several models as one',
    source: 'Hansen and Salamon, IEEE TPAMI 12(10), 1990',
    units: '-1..1, 0..1',
    inputs: ['close'],
    outputs: ['direction', 'confidence', ...names],
    options: z.object({}),
    args: [],
    warmup: () => 0,
    lookback: () => horizon,
    settle: () => (weighting === 'accuracy' ? Math.ceil(30 * halfLife) : 0),
    create: (_: never, inputs: readonly Column[], outputs: readonly Column[]) => {
      // Decayed share of hits, one per member.
      const state = new Float64Array(members).fill(0.5);
      const step = 1 - 2 ** (-1 / halfLife);
      const said = new Float64Array(members);
      const weights = new Float64Array(members);
      return {
        state,
        advance(from: number, to: number) {
          const { base } = inputs[0]!;
          const [close, ...directions] = inputs.map((c) => c.values) as [Float64Array, ...Float64Array[]];
          const [direction, confidence, ...shares] = outputs.map((c) => c.values) as [
            Float64Array,
            Float64Array,
            ...Float64Array[],
          ];
          for (let row = from; row < to; row++) {
            const i = row - base;
            const move = row >= horizon ? close[i]! - close[i - horizon]! : 0;
            if (move !== 0)
              for (let m = 0; m < members; m++) {
                const past = directions[m]![i - horizon]!;
                if (past !== 0 && !Number.isNaN(past))
                  state[m]! += step * ((past > 0 === move > 0 ? 1 : 0) - state[m]!);
              }
            let sum = 0;
            let equal = 0;
            for (let m = 0; m < members; m++) {
              said[m] = directions[m]![i]!;
              const isSilent = Number.isNaN(said[m]!);
              weights[m] = isSilent ? 0 : weighting === 'accuracy' ? Math.max(0, state[m]! - 0.5) : 1;
              if (!isSilent) equal++;
              sum += weights[m]!;
            }
            for (let m = 0; m < members; m++) {
              const isSilent = Number.isNaN(said[m]!);
              weights[m] = isSilent ? 0 : sum > 0 ? weights[m]! / sum : 1 / equal;
              shares[m]![i] = weights[m]!;
            }
            const speaking = equal === members ? said : said.filter((d) => !Number.isNaN(d));
            const whole =
              equal === 0
                ? null
                : agreement(speaking, equal === members ? weights : weights.filter((_, m) => !Number.isNaN(said[m]!)));
            direction[i] = whole?.direction ?? Number.NaN;
            confidence[i] = whole?.confidence ?? Number.NaN;
          }
        },
      };
    },
  };
}
