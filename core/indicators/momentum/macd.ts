import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import type { KernelMaker } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { emaWeights, settleOf } from '../overlap/ema.ts';

interface MacdWeights {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
  readonly fastWeights: readonly [number, number];
  readonly slowWeights: readonly [number, number];
}

/** The MACD kernel for given lengths and weights: both averages are seeded on the same row, the fast one from the latest `fast` values. */
export const createMacd: KernelMaker<MacdWeights> = (
  { fast, slow, signal, fastWeights, slowWeights },
  [input],
  outputs,
) => {
  const [fastNew, fastOld] = fastWeights;
  const [slowNew, slowOld] = slowWeights;
  const [sigNew, sigOld] = emaWeights(signal);
  const warm = slow + signal - 1;
  // [values since the last NaN (up to warm), fast sum then mean, slow sum then mean, signal sum then mean]
  const state = new Float64Array(4);
  return inBlocks({
    state,
    advance(from, to) {
      const xs = input!.values;
      const xb = input!.base;
      const line = outputs[0]!.values;
      const lb = outputs[0]!.base;
      const sig = outputs[1]!.values;
      const sb = outputs[1]!.base;
      const hist = outputs[2]!.values;
      const hb = outputs[2]!.base;
      let count = state[0]!;
      let f = state[1]!;
      let s = state[2]!;
      let g = state[3]!;
      let i = from;
      while (i < to) {
        if (count === warm) {
          for (; i < to; i++) {
            const x = xs[i - xb]!;
            f = fastNew * x + fastOld * f;
            s = slowNew * x + slowOld * s;
            const macd = f - s;
            g = sigNew * macd + sigOld * g;
            if (Number.isNaN(g)) break;
            line[i - lb] = macd;
            sig[i - sb] = g;
            hist[i - hb] = macd - g;
          }
          if (i === to) break;
        }
        const x = xs[i - xb]!;
        if (count === warm || Number.isNaN(x)) count = f = s = g = 0;
        else {
          count++;
          if (count <= slow) {
            s += x;
            if (count > slow - fast) f += x;
            if (count === slow) {
              s /= slow;
              f /= fast;
            }
          } else {
            f = fastNew * x + fastOld * f;
            s = slowNew * x + slowOld * s;
          }
          if (count >= slow) g += f - s;
          if (count === warm) g /= signal;
        }
        const ready = count === warm;
        line[i - lb] = ready ? f - s : Number.NaN;
        sig[i - sb] = ready ? g : Number.NaN;
        hist[i - hb] = ready ? f - s - g : Number.NaN;
        i++;
      }
      state[0] = count;
      state[1] = f;
      state[2] = s;
      state[3] = g;
    },
  });
};

/**
 * Moving average convergence/divergence of Appel: fast EMA - slow EMA, its EMA as signal, and their difference.
 * Both EMAs are seeded on the same row, as TA-Lib does; a fast period above the slow one is swapped with it.
 * Price in, price differences out; NaN for the first slow + signal - 2 rows. O(1) per row.
 */
export const macd = defineFeature({
  name: 'macd',
  doc: 'Moving average convergence/divergence: line, signal and histogram',
  source: 'TA-Lib MACD; Appel 1979',
  units: 'as input',
  inputs: ['x'],
  outputs: ['macd', 'signal', 'hist'],
  options: z.object({ fast: period(2, 12), slow: period(2, 26), signal: period(1, 9) }),
  args: ['fast', 'slow', 'signal'],
  warmup: (o) => Math.max(o.fast, o.slow) + o.signal - 2,
  settle: (o) => settleOf(2 / (Math.max(o.fast, o.slow) + 1)) + settleOf(2 / (o.signal + 1)),
  create({ fast, slow, signal }, inputs, outputs) {
    const short = Math.min(fast, slow);
    const long = Math.max(fast, slow);
    const options = { fast: short, slow: long, signal, fastWeights: emaWeights(short), slowWeights: emaWeights(long) };
    return createMacd(options, inputs, outputs);
  },
});
