import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileSpace, hypervolume, runStudy, type Sampler, samplerByName } from '../../core/hyperopt/index.ts';
import { percentile, sorted } from '../../core/metrics/percentile.ts';
import { HELD_OUT } from './held-out-functions.ts';

/** What Optuna's sampler reached: quartiles over seeds of the best value, or of the hypervolume. */
interface Reached {
  readonly case: string;
  readonly seeds: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
}

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const cases = JSON.parse(readFileSync(at('optuna-held-out.json'), 'utf8')) as readonly Reached[];
/** An odd number keeps the median one of the values. */
const SEEDS = 31;

function samplerOf(name: string): Sampler {
  if (name === 'tpe_independent') return samplerByName('tpe', { isMultivariate: false });
  if (name === 'tpe_multivariate') return samplerByName('tpe');
  if (name === 'nsgaii') return samplerByName('nsga2', { populationSize: 20 });
  if (name === 'nsgaiii') return samplerByName('nsga3', { populationSize: 20 });
  return samplerByName(name);
}

/** Median over seeds of what our sampler reaches, without lag, as Optuna runs. */
async function medianOf(sampler: string, name: string, trials: number): Promise<number> {
  const { space, evaluate, reference } = HELD_OUT[name]!;
  const reached: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { trials: done } = await runStudy({
      space: compileSpace(space),
      sampler: samplerOf(sampler),
      objectives: (reference ?? [0]).map((_, i) => ({ name: `f${i}`, direction: 'minimize' })),
      seed,
      lag: 0,
      trials,
      evaluate: (params) => ({ values: evaluate(params) }),
    });
    const values = done.map((t) => t.values);
    reached.push(reference ? hypervolume(values, reference) : Math.min(...values.map((v) => v[0]!)));
  }
  return percentile(sorted(reached), 0.5);
}

describe("on functions that were not looked at, a sampler's median is no worse than the worse quartile of Optuna's", () => {
  it.each(cases.map((c) => [c.case, c] as const))('%s', async (text, theirs) => {
    const [sampler, name, trials] = text.split(' ') as [string, string, string];
    const ours = await medianOf(sampler, name, Number(trials));
    if (process.env.TIDEGATE_VERBOSE) process.stdout.write(`${JSON.stringify({ ...theirs, ours })}\n`);
    if (HELD_OUT[name]!.reference) expect(ours).toBeGreaterThanOrEqual(theirs.q25);
    else expect(ours).toBeLessThanOrEqual(theirs.q75);
  });
});

const python = process.env.TIDEGATE_PYTHON;
const hasOptuna = python !== undefined && spawnSync(python, ['-c', 'import optuna, cmaes']).status === 0;
if (!hasOptuna) process.stdout.write('optuna is not run: set TIDEGATE_PYTHON to a Python with optuna and cmaes\n');

describe.skipIf(!hasOptuna)('the quartiles that are kept', () => {
  it('are those that Optuna reaches today', { timeout: 300_000 }, () => {
    const some = ['tpe_multivariate hartmann3 50', 'cmaes levy6 50', 'nsgaiii dtlz2 250'];
    const { stdout, stderr } = spawnSync(python!, [at('run-optuna.py'), some.join(',')], { encoding: 'utf8' });
    const lines = stdout.trim().split('\n');
    expect(lines, stderr).toHaveLength(some.length);
    for (const line of lines) {
      const now = JSON.parse(line) as Reached;
      const kept = cases.find((c) => c.case === now.case)!;
      const room = 0.5 * (kept.q75 - kept.q25);
      expect(now.median).toBeGreaterThan(kept.q25 - room);
      expect(now.median).toBeLessThan(kept.q75 + room);
    }
  });
});
