import { TidegateError } from '../../foundation/errors.ts';
import { checkHorizon } from './garch-model.ts';
import { checkReturns } from './garch-spec.ts';
import type { VolatilityForecast, VolatilityModel, VolatilityObservation } from './volatility-model.ts';

/**
 * Exponentially weighted variance (RiskMetrics 1996): s²[t+1] = λ s²[t] + (1-λ) r²[t], started at the mean of the first squares (at most
 * 75). Flat over the horizon. Uses the realised variance in place of r² where it is given.
 * @throws TidegateError VOLATILITY_OPTION unless 0 < decay < 1, VOLATILITY_DATA on bad returns
 */
export class EwmaModel implements VolatilityModel {
  readonly name = 'ewma';
  readonly #decay: number;
  #variance: number;

  constructor(returns: ArrayLike<number>, decay = 0.94) {
    if (!(decay > 0 && decay < 1))
      throw new TidegateError('VOLATILITY_OPTION', `decay is ${decay}`, {
        remedy: 'Use a number between 0 and 1, such as 0.94.',
      });
    checkReturns(returns, 2);
    this.#decay = decay;
    const n = Math.min(75, returns.length);
    let sum = 0;
    for (let t = 0; t < n; t++) sum += returns[t]! ** 2;
    this.#variance = sum / n;
    for (let t = 0; t < returns.length; t++) this.update({ return: returns[t]! });
  }

  forecast(horizon: number): VolatilityForecast {
    checkHorizon(horizon);
    return { variance: new Float64Array(horizon).fill(this.#variance) };
  }

  update({ return: value, realisedVariance }: VolatilityObservation): void {
    const square = realisedVariance ?? value * value;
    if (!Number.isFinite(square))
      throw new TidegateError('VOLATILITY_DATA', `the new return is ${value}`, {
        where: this.name,
        remedy: 'Leave rows without a value out.',
      });
    this.#variance = this.#decay * this.#variance + (1 - this.#decay) * square;
  }
}
