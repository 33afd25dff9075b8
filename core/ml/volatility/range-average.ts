import { TidegateError } from '../../foundation/errors.ts';
import { checkHorizon } from './garch-model.ts';
import type { VolatilityForecast, VolatilityModel, VolatilityObservation } from './volatility-model.ts';

/**
 * The mean of the last realised variances, flat over the horizon: of ranges, it is the realised range of Christensen and Podolskij (2007) as a
 * forecast. @throws TidegateError VOLATILITY_DATA where there are fewer than `period` values
 */
export class RangeAverage implements VolatilityModel {
  readonly name = 'realised-range';
  readonly #recent: number[];

  constructor(realised: Float64Array, period: number) {
    if (realised.length < period)
      throw new TidegateError('VOLATILITY_DATA', `${realised.length} values are too few for a mean of ${period}`, {
        remedy: 'Use more history or a shorter period.',
      });
    this.#recent = [...realised.slice(realised.length - period)];
  }

  forecast(horizon: number): VolatilityForecast {
    checkHorizon(horizon);
    const mean = this.#recent.reduce((sum, x) => sum + x, 0) / this.#recent.length;
    return { variance: new Float64Array(horizon).fill(mean) };
  }

  update({ return: value, realisedVariance }: VolatilityObservation): void {
    const next = realisedVariance ?? value * value;
    if (!Number.isFinite(next))
      throw new TidegateError('VOLATILITY_DATA', `the new variance is ${next}`, {
        where: this.name,
        remedy: 'Leave rows without a value out.',
      });
    this.#recent.shift();
    this.#recent.push(next);
  }
}
