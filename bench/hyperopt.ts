import { compileSpace, runStudy, samplerByName } from '../core/hyperopt/index.ts';
import { int, real } from '../core/strategy/parameters.ts';
import { type Figure, figure } from './figure.ts';

const TRIALS = 1000;
const REPEATS = 5;

/** A sampler's own cost per trial: 1,000 trials with 4 real and 2 whole parameters and a trivial objective; median milliseconds. */
export async function samplerOverhead(name: string, options: Readonly<Record<string, unknown>> = {}): Promise<number> {
  const reals = Object.fromEntries([0, 1, 2, 3].map((i) => [`x${i}`, real(-5, 5)]));
  const space = compileSpace({ ...reals, k0: int(1, 50), k1: int(1, 50) });
  const times: number[] = [];
  for (let seed = 0; seed < REPEATS; seed++) {
    const start = process.cpuUsage();
    await runStudy({
      space,
      sampler: samplerByName(name, options),
      seed,
      lag: 0,
      trials: TRIALS,
      evaluate: (p) => {
        let loss = Math.abs(Number(p.k0) - 25) + Math.abs(Number(p.k1) - 10);
        for (let i = 0; i < 4; i++) loss += Number(p[`x${i}`]) ** 2;
        return { values: loss };
      },
    });
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000 / TRIALS);
  }
  return times.sort((a, b) => a - b)[Math.floor(REPEATS / 2)]!;
}

/** Own cost per trial of each sampler. Optuna's on the same six parameters is measured by a script of its own (TPE: 6.5 ms). */
export async function benches(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const name of ['tpe', 'cmaes', 'nsga2', 'sobol', 'halton', 'random'])
    figures.push(figure(`hyperopt ${name} per trial`, await samplerOverhead(name), 'ms'));
  const independent = await samplerOverhead('tpe', { isMultivariate: false });
  return [...figures, figure('hyperopt tpe per parameter, per trial', independent, 'ms')];
}
