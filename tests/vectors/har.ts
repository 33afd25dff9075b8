import { fitHar, HarModel } from '../../core/ml/volatility/har.ts';
import type { VectorCase } from './types.ts';

function harCase(c: VectorCase): unknown {
  const { rv, params } = c as unknown as { rv: readonly number[]; params: { lags: readonly number[] } };
  const plain = new HarModel(rv, { lags: params.lags });
  const { fit } = plain;
  const log = fitHar(rv, { lags: params.lags, isLog: true });
  return {
    coef: named(fit.coefficients),
    std_err: named(fit.standardErrors),
    std_err_hac5: named(fit.hacErrors),
    r2: fit.r2,
    fitted_last10: Array.from(fit.fitted.slice(-10)),
    forecast_next: plain.forecast(1).variance[0],
    log_model: { coef: named(log.coefficients), r2: log.r2 },
  };
}

function named(values: ArrayLike<number>): Record<string, number> {
  const names = ['const', 'daily', 'weekly', 'monthly'];
  return Object.fromEntries(Array.from(values, (v, k) => [names[k] ?? `lag${k}`, v]));
}

/** Cases of har_rv.json. */
export const handlers: Record<string, (c: VectorCase) => unknown> = { '*': harCase };
