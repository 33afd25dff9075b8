import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type AnyFeature, runFeature } from '../feature.ts';
import { welfordZscore } from '../normalise/index.ts';
import { blendedVolatility } from '../range-volatility/index.ts';
import { hurstRs, ouFit, ouSignal } from './index.ts';

const folder = process.env.TIDEGATE_VECTORS ?? join(import.meta.dirname, '../../../../shared/vectors');
const path = join(folder, 'microstructure.json');
const isThere = existsSync(path);
if (!isThere) console.log(`microstructure vectors skipped: no ${path}`);

interface Case {
  readonly id: string;
  readonly fn: string;
  readonly params: Record<string, number>;
  readonly input: Record<string, number[]>;
  readonly expected: Record<string, number | boolean | readonly (number | null)[]>;
  readonly rtol: number;
  readonly atol: number;
}

/** Feature, options and the names of its inputs and outputs in the vectors; '' for an output that they lack. */
const kernels: Record<
  string,
  [AnyFeature, (c: Pick<Case, 'params' | 'input'>) => Record<string, unknown>, string[], string[]]
> = {
  HURST: [hurstRs, (c) => ({ period: c.params.window ?? c.params.n }), ['returns'], ['hurst']],
  OU_FIT: [ouFit, (c) => ({ period: c.input.x!.length }), ['x'], ['z_last', 'theta', 'mu', 'sigma', 'half_life', '']],
  OU_SIGNAL: [
    ouSignal,
    (c) => ({
      period: c.params.window,
      minSamples: c.params.min_samples,
      hurstThreshold: c.params.hurst_threshold,
      zThreshold: c.params.z_threshold,
    }),
    ['price', 'hurst'],
    ['signal', 'z', 'active'],
  ],
  PARKINSON_BLEND: [
    blendedVolatility,
    (c) => ({ period: c.params.window, weight: c.params.weight, k: c.params.k }),
    ['high', 'low', 'close'],
    ['blend', 'parkinson', 'realized', 'realized_rms', 'stop_long', 'stop_short'],
  ],
  WELFORD: [
    welfordZscore,
    (c) => ({ period: c.params.window, minDeviation: c.params.min_std }),
    ['x'],
    ['z', 'mean', 'std'],
  ],
};

it.runIf(isThere)('agrees with the vectors', () => {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  const own = cases.filter(({ fn }) => fn in kernels);
  expect(own.length).toBeGreaterThan(0);
  for (const { id, fn, params, input, expected, rtol, atol } of own) {
    const [feature, options, inputs, names] = kernels[fn]!;
    const columns = inputs.map((name) => Float64Array.from(input[name]!));
    const outputs = runFeature(feature.definition, options({ params, input }), columns);
    for (const [k, name] of names.entries()) {
      if (!name) continue;
      const want = expected[name]!;
      const pairs = Array.isArray(want) ? want.map((w, i) => [outputs[k]![i], w]) : [[outputs[k]!.at(-1), want]];
      for (const [got, w] of pairs as [number, number | null][])
        if (w !== null) expect(Math.abs(got - w), `${id} ${name}`).toBeLessThanOrEqual(atol + rtol * Math.abs(w));
    }
  }
});
