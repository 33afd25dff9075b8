import { expect, it } from 'vitest';
import { vwapBands } from '../bands/index.ts';
import { type AnyFeature, parseOptions } from '../feature.ts';
import { cmf, kyleLambda, vwapRolling } from '../flow/index.ts';
import { welfordZscore } from '../normalise/index.ts';
import { yangZhang } from '../range-volatility/index.ts';
import { hurstDfa, ouFit } from '../stochastic-process/index.ts';
import { volumeProfile } from '../structure/index.ts';
import { hma, trendTStat } from '../trend/index.ts';
import { regressionR2, rollingKurtosis, rollingMedian } from './index.ts';

/** A million rows in the daily check; `TIDEGATE_LONG=1` runs ten million, which takes most of a minute. */
const ROWS = process.env.TIDEGATE_LONG ? 10_000_000 : 1_000_000;
const BLOCK = 100_000;
const TAIL = 5000;

/** A block of candles that is repeated at drifting price levels: the same rows whenever asked for. */
function block(index: number, names: readonly string[]): Float64Array[] {
  const level = 100 * (1 + 0.9 * Math.sin(index / 7));
  const make = (fill: (i: number) => number) => Float64Array.from({ length: BLOCK }, (_, i) => fill(i));
  const close = (i: number) => level * (1 + 0.02 * Math.sin(i * 0.7319) + 0.01 * Math.cos(i * 2.233 + index));
  const open = (i: number) => close(i) * (1 + 0.002 * Math.sin(i * 1.917));
  const columns: Record<string, () => Float64Array> = {
    open: () => make(open),
    high: () => make((i) => Math.max(open(i), close(i)) * (1.001 + 0.001 * Math.sin(i))),
    low: () => make((i) => Math.min(open(i), close(i)) * (0.999 + 0.001 * Math.cos(i))),
    close: () => make(close),
    volume: () => make((i) => 50 + 49 * Math.sin(i * 3.7 + index)),
    returns: () => make((i) => 0.01 * Math.sin(i * 0.7319 + index) + 0.005 * Math.cos(i * 2.233)),
  };
  return names.map((name) => (columns[name] ?? columns.close!)());
}

/** The last outputs of a kernel run over ROWS rows, and of a fresh one that saw only the last TAIL. */
function lastOutputs({ definition }: AnyFeature, cache: Map<string, Float64Array[]>): [number[], number[]] {
  const names = definition.name.startsWith('hurst') ? ['returns'] : definition.inputs;
  const options = parseOptions(definition, {}) as never;
  const reach = BLOCK + TAIL;
  const inputs = names.map(() => ({ values: new Float64Array(reach), base: -TAIL }));
  const outputs = definition.outputs.map(() => ({ values: new Float64Array(reach), base: -TAIL }));
  const kernel = definition.create(options, inputs, outputs);
  for (let index = 0; index < ROWS / BLOCK; index++) {
    const key = `${index % 50} ${names.join()}`;
    let columns = cache.get(key);
    if (!columns) {
      columns = block(index % 50, names);
      cache.set(key, columns);
    }
    for (const [k, input] of inputs.entries()) {
      input.values.copyWithin(0, BLOCK);
      input.values.set(columns[k]!, TAIL);
      input.base = index * BLOCK - TAIL;
    }
    for (const output of outputs) output.base = index * BLOCK - TAIL;
    kernel.advance(index * BLOCK, (index + 1) * BLOCK);
  }
  const tail = inputs.map(({ values }) => ({ values: values.slice(-TAIL), base: 0 }));
  const fresh = definition.outputs.map(() => ({ values: new Float64Array(TAIL), base: 0 }));
  definition.create(options, tail, fresh).advance(0, TAIL);
  return [outputs.map((o) => o.values.at(-1)!), fresh.map((o) => o.values.at(-1)!)];
}

const cache = new Map<string, Float64Array[]>();
const sliding = {
  cmf,
  hma,
  hurstDfa,
  kyleLambda,
  ouFit,
  regressionR2,
  rollingKurtosis,
  rollingMedian,
  trendTStat,
  volumeProfile,
  vwapBands,
  vwapRolling,
  welfordZscore,
  yangZhang,
};

it.each(Object.keys(sliding) as (keyof typeof sliding)[])(
  '%s is as precise after millions of rows as a fresh window',
  (name) => {
    const [old, fresh] = lastOutputs(sliding[name], cache);
    for (const [k, value] of old.entries())
      expect(Math.abs(value - fresh[k]!)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(fresh[k]!)));
  },
);
