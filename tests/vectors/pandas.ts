import * as bands from '../../core/indicators/bands/index.ts';
import { type AnyFeature, runFeature } from '../../core/indicators/feature.ts';
import * as flow from '../../core/indicators/flow/index.ts';
import * as ranges from '../../core/indicators/range-volatility/index.ts';
import { logReturn } from '../../core/indicators/rolling/log-return.ts';
import * as trend from '../../core/indicators/trend/index.ts';
import type { VectorCase, VectorFile, VectorHandler } from './types.ts';

type Named = Record<string, readonly number[] | Float64Array>;

/** Columns of the case's dataset under the names of a feature's inputs; `x` is the close, `time` the timestamp. */
function columnsOf(vector: VectorCase, file: VectorFile, feature: AnyFeature): Float64Array[] {
  const dataset = (file.datasets as Record<string, Record<string, number[]>>)[vector.dataset!]!;
  const alias: Record<string, string> = { x: 'close', time: 'timestamp' };
  return feature.definition.inputs.map((name) => Float64Array.from(dataset[alias[name] ?? name]!));
}

/** A handler that runs `feature` with options drawn from the case's params and names its outputs as the vectors do. */
function run(
  feature: AnyFeature,
  options: (p: Record<string, number>) => object,
  names: readonly string[],
): VectorHandler {
  return (vector, file) => {
    const given = options((vector.params ?? {}) as Record<string, number>) as Record<string, unknown>;
    const outputs = runFeature(feature.definition, given, columnsOf(vector, file, feature));
    const result: Named = {};
    for (const [k, name] of names.entries()) if (name) result[name] = outputs[k]!;
    return result;
  };
}

const window = (p: Record<string, number>) => ({ period: p.window });

/** Handlers for indicators_pandas.json. */
export const handlers: Record<string, VectorHandler> = {
  CMF: run(flow.cmf, window, ['cmf']),
  VWAP_ROLLING: run(flow.vwapRolling, window, ['vwap']),
  VWAP_SESSION: run(flow.vwapSession, () => ({}), ['vwap']),
  DONCHIAN: run(bands.donchian, window, ['upper', 'middle', 'lower']),
  KELTNER: run(bands.keltner, (p) => ({ period: p.ema, atrPeriod: p.atr, multiple: p.mult }), [
    'upper',
    'middle',
    'lower',
  ]),
  SUPERTREND: run(trend.supertrend, (p) => ({ period: p.length, multiple: p.mult }), ['supertrend', 'direction']),
  ICHIMOKU: run(
    trend.ichimoku,
    (p) => ({ tenkan: p.tenkan, kijun: p.kijun, senkouB: p.senkou_b, displacement: p.displacement }),
    ['tenkan', 'kijun', 'senkou_a', 'senkou_b', 'senkou_a_unshifted', 'senkou_b_unshifted'],
  ),
  HIST_VOL: run(
    ranges.historicalVolatility,
    (p) => ({ period: p.window, ...(p.annualisation ? { rowsPerYear: p.annualisation } : {}) }),
    ['vol', 'vol_ann'],
  ),
  PARKINSON: run(ranges.parkinson, window, ['vol']),
  GARMAN_KLASS: run(ranges.garmanKlass, window, ['vol']),
  ROGERS_SATCHELL: run(ranges.rogersSatchell, window, ['vol']),
  YANG_ZHANG: run(ranges.yangZhang, window, ['vol']),
  REL_VOLUME: run(flow.relativeVolume, window, ['including', 'excluding']),
  VOLUME_ZSCORE: run(flow.volumeZscore, window, ['ddof0', 'ddof1']),
  VROC: run(flow.vroc, window, ['vroc']),
  EFFICIENCY_RATIO: run(trend.efficiencyRatio, window, ['er']),
  LOG_RETURN: run(logReturn, (p) => ({ lag: p.lag }), ['ret']),
  HIGHER_HIGHS_LOWER_LOWS: run(trend.higherHighsLowerLows, window, ['higher_highs', 'lower_lows']),
  VOLUME_SPIKE: run(flow.volumeSpike, (p) => ({ period: p.window, deviations: p.std }), ['spike']),
  VWMA: run(flow.vwma, window, ['vwma']),
  HMA: run(trend.hma, window, ['hma']),
  FORCE_INDEX: run(flow.forceIndex, window, ['fi']),
};
