import { describe, expect, it } from 'vitest';
import { bool, choice, int, real } from '../../strategy/parameters.ts';
import { medianPruner } from '../pruners/median.ts';
import { pruneJudge } from '../pruners/pruner.ts';
import { hyperbandPruner, successiveHalvingPruner } from '../pruners/successive-halving.ts';
import { samplerByName } from '../samplers/sampler-by-name.ts';
import { compileSpace } from '../space/space.ts';
import { runStudy } from './run-study.ts';
import type { Evaluate, StudyOptions } from './study-options.ts';

const space = compileSpace({
  a: int(0, 40),
  b: real(0.001, 1, 0.1, { log: true }),
  c: choice(['x', 'y', 'z']),
  d: int(1, 9, 1, { when: { c: 'y' } }),
});
const lossOf = (p: Readonly<Record<string, unknown>>) =>
  ((p.a as number) - 12) ** 2 +
  Math.log10((p.b as number) / 0.05) ** 2 +
  (p.c === 'y' ? Math.abs((p.d as number) - 4) : 3);
/** Ends trials out of order: each takes a number of turns that depends on its number. */
const shuffled: Evaluate = async (params, { number, report }) => {
  for (let i = 0; i < (number * 7) % 5; i++) await new Promise((resolve) => setImmediate(resolve));
  if (number % 13 === 5) throw new Error('the strategy divides by zero');
  for (let step = 1; step <= 9; step++) if (report(step, lossOf(params) * (10 - step))) break;
  return { values: lossOf(params), constraints: [Number(params.a) - 35] };
};
const study = (more: Partial<StudyOptions>) =>
  runStudy({ space, sampler: samplerByName('random'), trials: 20, evaluate: (p) => ({ values: lossOf(p) }), ...more });

describe('a study', () => {
  it('says what a sampler answers that is no point', async () => {
    const begins = (run: unknown) => study({ sampler: { name: 'odd', options: {}, start: () => run } as never });
    for (const run of [undefined, {}, Promise.resolve({})])
      await expect(begins(run)).rejects.toThrow(
        /^SAMPLER_ANSWER: the sampler "odd" began with .* has the function noted/,
      );
    const suggests = (answer: unknown) => begins({ noted() {}, observed() {}, suggest: () => answer });
    for (const answer of [{}, { unit: [] }, { unit: new Float64Array(99) }, { unit: space.dims.map(() => '1') }])
      await expect(suggests(answer)).rejects.toThrow(
        /^SAMPLER_ANSWER: the sampler "odd" suggested .* A point is a list of/,
      );
  });

  const names = ['random', 'sobol', 'halton', 'tpe', 'cmaes', 'nsga2', 'nsga3', 'gp'];
  it.each(names.flatMap((name) => [[name, 1] as const, [name, 8] as const]))(
    'with %s and lag %i is the same for 1, 2 and 4 workers',
    async (name, lag) => {
      const hashes = new Set<string>();
      for (const parallel of [1, 2, 4])
        hashes.add(
          (
            await study({
              sampler: samplerByName(name),
              lag,
              parallel,
              trials: name === 'gp' ? 24 : 45,
              pruner: medianPruner(),
              evaluate: shuffled,
            })
          ).hash,
        );
      expect(hashes.size).toBe(1);
    },
  );

  it('never runs more than lag + 1 trials at a time, and no parameters twice', async () => {
    let running = 0;
    let most = 0;
    const result = await study({
      lag: 2,
      parallel: 8,
      evaluate: async (p) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return { values: lossOf(p) };
      },
    });
    expect(most).toBe(3);
    expect(new Set(result.trials.map((t) => JSON.stringify(t.params))).size).toBe(20);
  });

  it('ends when every point of a small space was tried', async () => {
    const tiny = compileSpace({ on: bool(), k: int(1, 3, 1, { when: { on: true } }) });
    for (const name of ['random', 'tpe', 'cmaes', 'nsga2', 'gp', 'grid']) {
      const result = await study({
        space: tiny,
        sampler: samplerByName(name),
        evaluate: (p) => ({ values: Number(p.k ?? 0) }),
      });
      expect(result.end, name).toBe('exhausted');
      expect(result.trials).toHaveLength(4);
    }
  });

  it('tries given parameters first', async () => {
    const result = await study({ first: [{ a: 12, b: 0.05, c: 'y', d: 4 }] });
    expect(result.trials[0]!.params).toEqual({ a: 12, b: expect.closeTo(0.05, 12), c: 'y', d: 4 });
    expect(result.best!.number).toBe(0);
  });

  it('maximises where told, and prefers feasible trials', async () => {
    const result = await study({
      objectives: [{ name: 'profit', direction: 'maximize' }],
      trials: 41,
      space: compileSpace({ a: int(0, 40) }),
      evaluate: (p) => ({ values: Number(p.a), constraints: [Number(p.a) - 30] }),
    });
    expect(result.best!.params.a).toBe(30);
  });

  it('records trials that throw, return NaN or the wrong number of values as failed and goes on', async () => {
    const result = await study({
      evaluate: (_, { number }) => {
        if (number === 1) throw new Error('boom');
        return { values: number === 2 ? Number.NaN : number === 3 ? [1, 2] : 1 };
      },
    });
    expect(result.trials.slice(0, 5).map((t) => t.state)).toEqual([
      'complete',
      'failed',
      'failed',
      'failed',
      'complete',
    ]);
    expect(result.trials.slice(1, 4).map((t) => t.error)).toEqual([
      'boom',
      'the objective "loss" is NaN, not a finite number',
      'the evaluation returned 2 values for 1 objectives',
    ]);
  });

  it('gives up with the commonest reason when most trials fail', async () => {
    let runs = 0;
    const failing = study({
      trials: 500,
      evaluate: () => {
        runs++;
        throw new Error('no candles for BTC/USDT');
      },
    });
    await expect(failing).rejects.toThrow(/HPO_TRIALS_FAILED: .*no candles for BTC\/USDT/);
    expect(runs).toBeLessThan(25);
  });

  it('stops when nothing better came for long, at the same trial for any number of workers', async () => {
    const ends: number[] = [];
    for (const parallel of [1, 4]) {
      const result = await study({ patience: 15, trials: 1000, parallel, evaluate: shuffled });
      expect(result.end).toBe('stagnated');
      ends.push(result.trials.length);
    }
    expect(ends[0]).toBe(ends[1]);
  });

  it('stops on a signal and leaves what was running to be run again', async () => {
    const control = new AbortController();
    const result = await study({
      trials: 1000,
      signal: control.signal,
      onTrial: (t) => t.number === 6 && control.abort(),
    });
    expect(result.end).toBe('stopped');
    expect(result.trials).toHaveLength(7);
  });

  it.each([{ trials: 0 }, { lag: -1 }, { parallel: 1.5 }, { objectives: [] }])('refuses %o', async (bad) => {
    await expect(study(bad as Partial<StudyOptions>)).rejects.toMatchObject({ code: 'HPO_OPTION' });
  });
});

describe('pruners', () => {
  const done = (number: number, ...losses: number[]) => ({
    number,
    unit: new Float64Array(0),
    memo: {},
    state: 'complete' as const,
    losses: [losses.at(-1)!],
    violation: 0,
    steps: losses.map((l, i) => [i + 1, l] as const),
  });

  it('the median pruner stops what is worse than the median at the same step', () => {
    const plan = medianPruner({ startTrials: 3 }).plan(9, [done(0, 1, 10), done(1, 3, 20), done(2, 5, 30)]);
    expect(plan.bounds).toEqual([
      [1, 3],
      [2, 20],
    ]);
    const judge = pruneJudge(plan);
    expect([judge(1, 3), judge(2, 20.5), judge(2, Number.NaN)]).toEqual([false, true, true]);
  });

  it('successive halving lets the best quarter through each rung, once', () => {
    const seen = Array.from({ length: 7 }, (_, i) => done(i, i, i, i, i));
    const judge = pruneJudge(successiveHalvingPruner({ factor: 4 }).plan(9, seen));
    expect([judge(1, 1), judge(2, 99), judge(4, 1.5)]).toEqual([false, false, true]);
  });

  it('Hyperband deals trials to brackets in proportion and compares within them', () => {
    const pruner = hyperbandPruner({ maxStep: 9, factor: 3 });
    const seen = Array.from({ length: 30 }, (_, i) => done(i, i, i, i, i, i, i, i, i, i));
    const firstRungs = new Set(Array.from({ length: 17 }, (_, k) => pruner.plan(k, seen).bounds[0]?.[0]));
    expect(firstRungs).toEqual(new Set([1, 3, undefined]));
  });
});
