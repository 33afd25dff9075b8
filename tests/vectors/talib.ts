import * as cycle from '../../core/indicators/cycle/index.ts';
import { type AnyFeature, runFeature } from '../../core/indicators/feature.ts';
import * as math from '../../core/indicators/math/index.ts';
import * as momentum from '../../core/indicators/momentum/index.ts';
import * as overlap from '../../core/indicators/overlap/index.ts';
import { MA_TYPES } from '../../core/indicators/overlap/index.ts';
import * as price from '../../core/indicators/price/index.ts';
import * as statistic from '../../core/indicators/statistic/index.ts';
import * as volatility from '../../core/indicators/volatility/index.ts';
import * as volume from '../../core/indicators/volume/index.ts';
import type { VectorCase, VectorFile, VectorHandler } from './types.ts';

/** Our feature behind a TA-Lib function: its inputs in TA-Lib's order, TA-Lib's names of options and outputs. */
export interface TalibBinding {
  readonly feature: AnyFeature;
  /** Columns that TA-Lib's function takes, in its order. */
  readonly inputs: readonly string[];
  /** TA-Lib's parameter name -> our option; null where TA-Lib ignores it too. */
  readonly options: Readonly<Record<string, string | null>>;
  /** Names of the outputs in the vector files, in the order of ours. */
  readonly outputs: readonly string[];
}

const HLC = ['high', 'low', 'close'];
const HL = ['high', 'low'];
const PERIOD = { timeperiod: 'period' };

function bind(
  feature: AnyFeature,
  inputs: readonly string[],
  options: TalibBinding['options'],
  outputs: readonly string[],
): TalibBinding {
  return { feature, inputs, options, outputs };
}

const onClose = (feature: AnyFeature, output: string, options: TalibBinding['options'] = PERIOD) =>
  bind(feature, ['close'], options, [output]);
const onHlc = (feature: AnyFeature, output: string, options: TalibBinding['options'] = PERIOD) =>
  bind(feature, HLC, options, [output]);
const onHl = (feature: AnyFeature, output: string, options: TalibBinding['options'] = PERIOD) =>
  bind(feature, HL, options, [output]);

const FAST_SLOW_TYPE = { fastperiod: 'fast', slowperiod: 'slow', matype: 'maType' };
const MACD_OUTPUTS = ['macd', 'signal', 'hist'];

/** Every TA-Lib function that Tidegate has as a kernel, by TA-Lib's name (candlestick patterns are elsewhere). */
export const TALIB: Readonly<Record<string, TalibBinding>> = {
  SMA: onClose(overlap.sma, 'sma'),
  EMA: onClose(overlap.ema, 'ema'),
  WMA: onClose(overlap.wma, 'wma'),
  DEMA: onClose(overlap.dema, 'dema'),
  TEMA: onClose(overlap.tema, 'tema'),
  TRIMA: onClose(overlap.trima, 'trima'),
  KAMA: onClose(overlap.kama, 'kama'),
  T3: onClose(overlap.t3, 't3', { timeperiod: 'period', vfactor: 'volumeFactor' }),
  MA: onClose(overlap.ma, 'ma', { timeperiod: 'period', matype: 'type' }),
  MAMA: bind(overlap.mama, ['close'], { fastlimit: 'fastLimit', slowlimit: 'slowLimit' }, ['mama', 'fama']),
  ACCBANDS: bind(overlap.accbands, HLC, PERIOD, ['upper', 'middle', 'lower']),
  BBANDS: bind(overlap.bbands, ['close'], { timeperiod: 'period', nbdevup: 'up', nbdevdn: 'down', matype: 'maType' }, [
    'upper',
    'middle',
    'lower',
  ]),
  MIDPOINT: onClose(overlap.midpoint, 'midpoint'),
  MIDPRICE: onHl(overlap.midprice, 'midprice'),
  SAR: onHl(overlap.sar, 'sar', { acceleration: 'acceleration', maximum: 'maximum' }),
  SAREXT: onHl(overlap.sarext, 'sarext', {
    startvalue: 'startValue',
    offsetonreverse: 'offsetOnReverse',
    accelerationinitlong: 'initialLong',
    accelerationlong: 'stepLong',
    accelerationmaxlong: 'maximumLong',
    accelerationinitshort: 'initialShort',
    accelerationshort: 'stepShort',
    accelerationmaxshort: 'maximumShort',
  }),
  MAVP: bind(overlap.mavp, ['close', 'periods'], { minperiod: 'min', maxperiod: 'max', matype: 'maType' }, ['mavp']),
  HT_TRENDLINE: onClose(overlap.htTrendline, 'ht_trendline', {}),
  ADX: onHlc(momentum.adx, 'adx'),
  ADXR: onHlc(momentum.adxr, 'adxr'),
  APO: onClose(momentum.apo, 'apo', FAST_SLOW_TYPE),
  AROON: bind(momentum.aroon, HL, PERIOD, ['aroondown', 'aroonup']),
  AROONOSC: onHl(momentum.aroonosc, 'aroonosc'),
  BOP: bind(momentum.bop, ['open', 'high', 'low', 'close'], {}, ['bop']),
  CCI: onHlc(momentum.cci, 'cci'),
  CMO: onClose(momentum.cmo, 'cmo'),
  DX: onHlc(momentum.dx, 'dx'),
  MACD: bind(
    momentum.macd,
    ['close'],
    { fastperiod: 'fast', slowperiod: 'slow', signalperiod: 'signal' },
    MACD_OUTPUTS,
  ),
  MACDFIX: bind(momentum.macdfix, ['close'], { signalperiod: 'signal' }, MACD_OUTPUTS),
  IMI: bind(momentum.imi, ['open', 'close'], PERIOD, ['imi']),
  MACDEXT: bind(
    momentum.macdext,
    ['close'],
    {
      fastperiod: 'fast',
      fastmatype: 'fastType',
      slowperiod: 'slow',
      slowmatype: 'slowType',
      signalperiod: 'signal',
      signalmatype: 'signalType',
    },
    MACD_OUTPUTS,
  ),
  MFI: bind(momentum.mfi, [...HLC, 'volume'], PERIOD, ['mfi']),
  MINUS_DI: onHlc(momentum.minusDi, 'minus_di'),
  MINUS_DM: onHl(momentum.minusDm, 'minus_dm'),
  MOM: onClose(momentum.mom, 'mom'),
  PLUS_DI: onHlc(momentum.plusDi, 'plus_di'),
  PLUS_DM: onHl(momentum.plusDm, 'plus_dm'),
  PPO: onClose(momentum.ppo, 'ppo', FAST_SLOW_TYPE),
  ROC: onClose(momentum.roc, 'roc'),
  ROCP: onClose(momentum.rocp, 'rocp'),
  ROCR: onClose(momentum.rocr, 'rocr'),
  ROCR100: onClose(momentum.rocr100, 'rocr100'),
  RSI: onClose(momentum.rsi, 'rsi'),
  STOCH: bind(
    momentum.stoch,
    HLC,
    {
      fastk_period: 'fastK',
      slowk_period: 'slowK',
      slowk_matype: 'slowKType',
      slowd_period: 'slowD',
      slowd_matype: 'slowDType',
    },
    ['slowk', 'slowd'],
  ),
  STOCHF: bind(momentum.stochf, HLC, { fastk_period: 'fastK', fastd_period: 'fastD', fastd_matype: 'fastDType' }, [
    'fastk',
    'fastd',
  ]),
  STOCHRSI: bind(
    momentum.stochrsi,
    ['close'],
    { timeperiod: 'period', fastk_period: 'fastK', fastd_period: 'fastD', fastd_matype: 'fastDType' },
    ['fastk', 'fastd'],
  ),
  TRIX: onClose(momentum.trix, 'trix'),
  ULTOSC: onHlc(momentum.ultosc, 'ultosc', { timeperiod1: 'period1', timeperiod2: 'period2', timeperiod3: 'period3' }),
  WILLR: onHlc(momentum.willr, 'willr'),
  AD: bind(volume.ad, [...HLC, 'volume'], {}, ['ad']),
  ADOSC: bind(volume.adosc, [...HLC, 'volume'], { fastperiod: 'fast', slowperiod: 'slow' }, ['adosc']),
  OBV: bind(volume.obv, ['close', 'volume'], {}, ['obv']),
  ATR: onHlc(volatility.atr, 'atr'),
  NATR: onHlc(volatility.natr, 'natr'),
  TRANGE: onHlc(volatility.trange, 'trange', {}),
  AVGPRICE: bind(price.avgprice, ['open', 'high', 'low', 'close'], {}, ['avgprice']),
  MEDPRICE: onHl(price.medprice, 'medprice', {}),
  TYPPRICE: onHlc(price.typprice, 'typprice', {}),
  WCLPRICE: onHlc(price.wclprice, 'wclprice', {}),
  AVGDEV: onClose(price.avgdev, 'avgdev'),
  BETA: bind(statistic.beta, ['high', 'low'], PERIOD, ['beta']),
  CORREL: bind(statistic.correl, ['close', 'volume'], PERIOD, ['correl']),
  LINEARREG: onClose(statistic.linearreg, 'linearreg'),
  LINEARREG_ANGLE: onClose(statistic.linearregAngle, 'angle'),
  LINEARREG_INTERCEPT: onClose(statistic.linearregIntercept, 'intercept'),
  LINEARREG_SLOPE: onClose(statistic.linearregSlope, 'slope'),
  STDDEV: onClose(statistic.stddev, 'stddev', { timeperiod: 'period', nbdev: 'deviations' }),
  TSF: onClose(statistic.tsf, 'tsf'),
  VAR: onClose(statistic.variance, 'var', { timeperiod: 'period', nbdev: null }),
  HT_DCPERIOD: onClose(cycle.htDcperiod, 'ht_dcperiod', {}),
  HT_DCPHASE: onClose(cycle.htDcphase, 'ht_dcphase', {}),
  HT_PHASOR: bind(cycle.htPhasor, ['close'], {}, ['inphase', 'quadrature']),
  HT_SINE: bind(cycle.htSine, ['close'], {}, ['sine', 'leadsine']),
  HT_TRENDMODE: onClose(cycle.htTrendmode, 'ht_trendmode', {}),
  MAX: onClose(math.max, 'max'),
  MIN: onClose(math.min, 'min'),
  MAXINDEX: onClose(math.maxindex, 'maxindex'),
  MININDEX: onClose(math.minindex, 'minindex'),
  MINMAX: bind(math.minmax, ['close'], PERIOD, ['min', 'max']),
  MINMAXINDEX: bind(math.minmaxindex, ['close'], PERIOD, ['minidx', 'maxidx']),
  SUM: onClose(math.sum, 'sum'),
};

/** TA-Lib's parameters as options of ours: MA types by name, parameters without effect left out. */
export function talibOptions(
  binding: TalibBinding,
  params: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    const name = binding.options[key];
    if (name === undefined) throw new Error(`${binding.feature.definition.name}: no option for ${key}`);
    if (name !== null) options[name] = key.endsWith('matype') ? MA_TYPES[value as number] : value;
  }
  return options;
}

/** Runs our feature as TA-Lib's function would be called: columns in its order, its parameters, its outputs in its order. */
export function runTalib(
  binding: TalibBinding,
  inputs: readonly Float64Array[],
  params: Readonly<Record<string, unknown>>,
): Float64Array[] {
  return runFeature(binding.feature.definition, talibOptions(binding, params), inputs);
}

/** TA-Lib gives these as whole numbers, which have no NaN: its rows of warm-up hold 0. */
const WHOLE = new Set(['MAXINDEX', 'MININDEX', 'MINMAXINDEX', 'HT_TRENDMODE']);

function compute(vector: VectorCase, file: VectorFile): unknown {
  const datasets = file.datasets as Record<string, Record<string, (number | null)[]>>;
  const columns = datasets[vector.dataset!]!;
  const inputs = vector.inputs!.map((name) => Float64Array.from(columns[name]!, (x) => x ?? Number.NaN));
  const binding = TALIB[vector.fn]!;
  const outputs = runTalib(binding, inputs, vector.params ?? {});
  const warmup = WHOLE.has(vector.fn) ? 0 : Number.NaN;
  const plain = (x: number) => (Number.isNaN(x) ? warmup : x);
  // A file that names the outputs of a function in its own way has them in TA-Lib's order.
  const given = Object.keys((vector.expected ?? {}) as object);
  const isKnown = given.every((name) => binding.outputs.includes(name));
  const names = isKnown || given.length !== outputs.length ? binding.outputs : given;
  return Object.fromEntries(names.map((name, k) => [name, Array.from(outputs[k]!, plain)]));
}

/** Handlers of indicators_talib.json, by TA-Lib function. */
export const handlers: Record<string, VectorHandler> = Object.fromEntries(
  Object.keys(TALIB).map((name) => [name, compute]),
);
