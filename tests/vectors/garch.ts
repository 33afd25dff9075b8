import { GarchModel } from '../../core/ml/volatility/garch-model.ts';
import { type GarchSpec, parameterNames } from '../../core/ml/volatility/garch-spec.ts';
import type { VectorCase, VectorFile, Verdict } from './types.ts';

interface GarchCase {
  readonly series: string;
  readonly model: string;
  readonly mean: string;
  readonly dist: string;
  readonly params: Readonly<Record<string, number>>;
  readonly filter: {
    readonly loglik: number;
    readonly backcast: number;
    readonly conditional_volatility: readonly number[];
    readonly forecast: {
      readonly variance_1?: number;
      readonly variance_5?: readonly number[];
      readonly variance_5_simulated?: readonly number[];
      readonly variance_5_rtol?: number;
    };
    readonly rtol: number;
    readonly loglik_rtol: number;
  };
  readonly fit: {
    readonly loglik: number;
    readonly params: Readonly<Record<string, number>>;
    readonly std_err: Readonly<Record<string, number>>;
  };
}

const KINDS: Readonly<Record<string, GarchSpec['kind']>> = {
  GARCH: 'garch',
  GJR: 'gjr',
  TARCH: 'tarch',
  ZARCH: 'tarch',
  EGARCH: 'egarch',
};
const ERRORS: Readonly<Record<string, GarchSpec['errors']>> = {
  normal: 'normal',
  t: 't',
  studentst: 't',
  skewt: 'skewed-t',
  skewstudent: 'skewed-t',
};

/** Their names of our parameters. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  mu: ['mu', 'Const', 'const'],
  omega: ['omega'],
  alpha: ['alpha[1]', 'alpha'],
  gamma: ['gamma[1]', 'gamma'],
  beta: ['beta[1]', 'beta'],
  nu: ['nu', 'eta'],
  lambda: ['lambda', 'lam'],
};

function garchCase(vector: VectorCase, file: VectorFile): Verdict {
  const c = vector as unknown as GarchCase;
  const stored = (file.series as Record<string, readonly number[] | { readonly returns: readonly number[] }>)[
    c.series
  ]!;
  const returns = 'returns' in stored ? stored.returns : stored;
  const spec = specOf(c);
  const names = parameterNames(spec);
  const theirs = (name: string, from: Readonly<Record<string, number>>) => {
    const lag = /^ar\[(\d+)\]$/.exec(name)?.[1];
    const key = (lag ? [`y[${lag}]`, `ar[${lag}]`] : NAMES[name]!).find((k) => k in from);
    if (key === undefined) throw new Error(`the case has no parameter ${name}`);
    return from[key]!;
  };
  const { filter } = c;
  const wrong: string[] = [];
  const near = (what: string, got: number, wanted: number, rtol: number) => {
    if (!(Math.abs(got - wanted) <= 1e-12 + rtol * Math.abs(wanted))) wrong.push(`${what} ${got} instead of ${wanted}`);
  };
  const given = GarchModel.withParameters(
    spec,
    returns,
    names.map((name) => theirs(name, c.params)),
  );
  near('loglik', given.fit.logLikelihood, filter.loglik, filter.loglik_rtol);
  near('backcast', given.fit.backcast, filter.backcast, filter.rtol);
  if (given.fit.conditionalVolatility.length !== filter.conditional_volatility.length)
    wrong.push(`${given.fit.conditionalVolatility.length} volatilities`);
  filter.conditional_volatility.forEach((v, t) => {
    near(`volatility[${t}]`, given.fit.conditionalVolatility[t]!, v, filter.rtol);
  });
  const { forecast } = filter;
  const steps = forecast.variance_5 ?? forecast.variance_5_simulated ?? [forecast.variance_1!];
  const variance = given.forecast(steps.length, { paths: 200_000, seed: 1 }).variance;
  if (forecast.variance_1 !== undefined) near('variance[1]', variance[0]!, forecast.variance_1, filter.rtol);
  const rtol = forecast.variance_5 ? filter.rtol : (forecast.variance_5_rtol ?? filter.rtol);
  steps.forEach((v, h) => {
    near(`variance[${h + 1}]`, variance[h]!, v, rtol);
  });
  const { fit } = GarchModel.fitted(spec, returns);
  if (!(fit.logLikelihood >= c.fit.loglik - 0.5))
    wrong.push(`fitted loglik ${fit.logLikelihood} below ${c.fit.loglik}`);
  names.forEach((name, k) => {
    const away = Math.abs(fit.parameters[k]! - theirs(name, c.fit.params)) / theirs(name, c.fit.std_err);
    if (!(away <= 2))
      wrong.push(`fitted ${name} ${fit.parameters[k]} is ${away.toFixed(1)} errors from ${theirs(name, c.fit.params)}`);
  });
  const computed = {
    filter: {
      loglik: given.fit.logLikelihood,
      backcast: given.fit.backcast,
      conditional_volatility: Array.from(given.fit.conditionalVolatility),
      forecast: Array.from(variance),
    },
    fit: {
      loglik: fit.logLikelihood,
      params: Object.fromEntries(names.map((name, k) => [name, fit.parameters[k]])),
      std_err: Object.fromEntries(names.map((name, k) => [name, fit.standardErrors[k]])),
      aic: fit.aic,
      bic: fit.bic,
    },
  };
  return { computed, passed: wrong.length === 0, ...(wrong.length > 0 && { why: wrong.slice(0, 3).join('; ') }) };
}

function specOf(c: GarchCase): GarchSpec {
  const kind = KINDS[c.model];
  const errors = ERRORS[c.dist];
  if (!kind || !errors) throw new Error(`model ${c.model} with ${c.dist} errors is not known`);
  const lags = Object.keys(c.params)
    .flatMap((key) => /^(?:y|ar)\[(\d+)\]$/.exec(key)?.[1] ?? [])
    .map(Number);
  const mean: GarchSpec['mean'] =
    c.mean === 'Zero' ? { kind: 'zero' } : lags.length > 0 ? { kind: 'ar', lags } : { kind: 'constant' };
  return { kind, errors, mean, hasLeverage: Object.keys(c.params).some((key) => key.startsWith('gamma')) };
}

/** Cases of garch.json: the filter at given parameters, and the fit by the file's accept rule. */
export const handlers: Record<string, (c: VectorCase, file: VectorFile) => unknown> = { '*': garchCase };
