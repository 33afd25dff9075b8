import type { CandleTable } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { VolatilityModule } from '../../ports/learning-modules.ts';
import { expectSaved } from '../linear/saved.ts';
import { checkReturns } from './garch-spec.ts';
import type { VolatilityModel } from './volatility-model.ts';

/** What candles show of volatility, from the second on: log returns in percent, and the variance of their ranges in percent squared. */
export interface CandleObservations {
  readonly returns: Float64Array;
  /** ln(high / low)^2 / (4 ln 2) of each candle (Parkinson 1980). */
  readonly ranges: Float64Array;
}

/** A volatility model as a module. */
export interface VolatilityModuleSpec {
  readonly name: string;
  /** Of the saved form. */
  readonly version: number;
  readonly options: Readonly<Record<string, unknown>>;
  /** It is shown the variance of ranges, not squared returns. */
  readonly readsRanges: boolean;
  /** Fits to observations, or takes parameters as they were saved. */
  readonly make: (
    observations: CandleObservations,
    parameters: Float64Array | null,
  ) => { readonly model: VolatilityModel; readonly parameters: Float64Array };
}

/** Percent: fits of returns of the size of 1 converge, of 0.01 often not. */
const SCALE = 100;
/** A module over a volatility model of percent returns; what it says is in fractions. */
export function volatilityModule(spec: VolatilityModuleSpec): VolatilityModule {
  const { name, version, options, readsRanges } = spec;
  let fitted: {
    readonly model: VolatilityModel;
    readonly seen: CandleObservations;
    readonly parameters: Float64Array;
  } | null = null;
  const expectFitted = () => {
    if (fitted) return fitted;
    throw new TidegateError('MODEL_NOT_FITTED', `volatility "${name}" has learned nothing yet`, {
      remedy: 'Fit it to past candles, or load a saved one.',
    });
  };
  return {
    name,
    fit(candles) {
      const seen = observationsOf(candles);
      checkReturns(seen.returns, 2);
      fitted = { seen, ...spec.make(seen, null) };
    },
    update(candles, row) {
      const shown = observationsOf(candles, row);
      expectFitted().model.update({
        return: shown.returns[0]!,
        ...(readsRanges && { realisedVariance: shown.ranges[0]! }),
      });
    },
    forecast: (horizon) =>
      expectFitted()
        .model.forecast(horizon)
        .variance.map((v) => v / SCALE ** 2),
    save() {
      const { seen, parameters } = expectFitted();
      return { name, version, meta: { options }, arrays: { ...seen, parameters } };
    },
    load(saved) {
      expectSaved(saved, name, version, ['returns', 'ranges', 'parameters']);
      const { returns, ranges, parameters } = saved.arrays;
      const seen = { returns: returns!, ranges: ranges! };
      fitted = { seen, ...spec.make(seen, parameters!) };
    },
  };
}

/** Of all candles from the second on, or of one row. */
function observationsOf({ close, high, low, length }: CandleTable, row?: number): CandleObservations {
  const first = row ?? 1;
  const rows = { length: row === undefined ? Math.max(0, length - 1) : 1 };
  return {
    returns: Float64Array.from(rows, (_, i) => SCALE * Math.log(close[first + i]! / close[first + i - 1]!)),
    ranges: Float64Array.from(
      rows,
      (_, i) => (SCALE * Math.log(high[first + i]! / low[first + i]!)) ** 2 / (4 * Math.LN2),
    ),
  };
}
