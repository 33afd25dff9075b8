import { describe, expect, it } from 'vitest';
import { normalCdf } from '../../foundation/normal.ts';
import { choice, int, real } from '../../strategy/parameters.ts';
import { compileSpace } from '../space/space.ts';
import { runStudy } from '../study/run-study.ts';
import { gridOf } from './grid.ts';
import { haltonPoint } from './halton.ts';
import { hypervolume } from './hypervolume.ts';
import { referenceDirections } from './nsga3.ts';
import { SAMPLERS, samplerByName } from './sampler-by-name.ts';
import { sobolPoint } from './sobol.ts';
import { tabulatedNormalCdf } from './tabulated-normal-cdf.ts';

const space = compileSpace({
  a: real(-5, 5),
  b: int(0, 30),
  c: choice(['p', 'q', 'r']),
  d: real(0, 1, 0, { when: { c: 'q' } }),
});
const loss = (p: Readonly<Record<string, unknown>>) =>
  ((p.a as number) - 2) ** 2 + ((p.b as number) - 11) ** 2 / 10 + (p.c === 'q' ? ((p.d as number) - 0.4) ** 2 : 1);
/** The Gaussian process is for few trials, and takes its time over each. */
const TRIALS: Readonly<Record<string, number>> = { gp: 24 };
const medianBest = async (name: string, lag: number) => {
  const best: number[] = [];
  for (let seed = 1; seed <= 5; seed++) {
    const options = {
      space,
      sampler: samplerByName(name, name === 'nsga2' ? { populationSize: 20 } : {}),
      seed,
      lag,
      trials: TRIALS[name] ?? 80,
      evaluate: (p: object) => ({ values: loss(p as never) }),
    };
    best.push((await runStudy(options)).best!.values[0]!);
  }
  return best.sort((x, y) => x - y)[2]!;
};

describe('quasi-random points', () => {
  it.each([2, 4, 8, 16, 64])('Sobol puts one of the first %i points into each stratum of every dimension', (n) => {
    const points = Array.from({ length: n }, (_, i) => sobolPoint(i, 40, 7));
    for (let d = 0; d < 40; d++)
      expect(new Set(points.map((p) => Math.floor(p[d]! * n))).size, `dimension ${d}`).toBe(n);
  });

  it('Sobol pairs of the first two dimensions fill a 4 by 4 board with 16 points', () => {
    const cells = Array.from({ length: 16 }, (_, i) => sobolPoint(i, 2, 'x')).map(
      (p) => `${Math.floor(p[0]! * 4)},${Math.floor(p[1]! * 4)}`,
    );
    expect(new Set(cells).size).toBe(16);
  });

  it('Halton puts one of each prime number of points into each stratum', () => {
    for (const [d, prime] of [2, 3, 5, 7, 11].entries()) {
      const cells = Array.from({ length: prime }, (_, i) => Math.floor(haltonPoint(i, 5, 3)[d]! * prime));
      expect(new Set(cells).size).toBe(prime);
    }
  });

  it('other seeds give other points', () => {
    expect(sobolPoint(5, 3, 1)).not.toEqual(sobolPoint(5, 3, 2));
    expect(haltonPoint(5, 3, 1)).not.toEqual(haltonPoint(5, 3, 2));
  });
});

describe('samplers', () => {
  it('find a planted optimum better than random search does', async () => {
    const random = await medianBest('random', 0);
    for (const name of ['tpe', 'cmaes', 'nsga2', 'gp'])
      expect(await medianBest(name, 0), name).toBeLessThan(random / 2);
  });

  it('lose little with eight trials in flight', async () => {
    const random = await medianBest('random', 8);
    for (const name of ['tpe', 'cmaes', 'nsga2', 'gp']) expect(await medianBest(name, 8), name).toBeLessThan(random);
  });

  it('the grid lists every combination once and leaves out inactive parameters', () => {
    const small = compileSpace({ c: choice(['p', 'q']), k: int(1, 3, 1, { when: { c: 'q' } }) });
    const points = gridOf(small, 10).map((u) => small.decode(u));
    expect(points).toEqual([{ c: 'p' }, { c: 'q', k: 1 }, { c: 'q', k: 2 }, { c: 'q', k: 3 }]);
  });

  it('that rank by one objective refuse two', async () => {
    const objectives = ['x', 'y'].map((name) => ({ name, direction: 'minimize' as const }));
    for (const name of ['cmaes', 'gp'])
      await expect(
        runStudy({ space, sampler: samplerByName(name), objectives, trials: 3, evaluate: () => ({ values: [1, 2] }) }),
      ).rejects.toMatchObject({ code: 'HPO_SAMPLER_OBJECTIVES' });
  });

  it('suggests the near name of an unknown sampler', () => {
    expect(() => samplerByName('nsga')).toThrow(/Did you mean "nsga2"\?/);
    expect(Object.keys(SAMPLERS)).toHaveLength(9);
  });
});

describe('several objectives', () => {
  it('hypervolume of known sets', () => {
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 1],
          [5, 5],
        ],
        [4, 4],
      ),
    ).toBe(1 * 1 + 2 * 3);
    expect(hypervolume([[0, 0, 0]], [2, 3, 4])).toBe(24);
    expect(
      hypervolume(
        [
          [0, 1, 1],
          [1, 0, 0],
        ],
        [2, 2, 2],
      ),
    ).toBe(2 + 4 - 1);
  });

  it('the reference directions of three objectives and four divisions are fifteen', () => {
    const directions = referenceDirections(3, 4);
    expect(directions).toHaveLength(15);
    for (const d of directions) expect(d.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it.each(['nsga2', 'nsga3', 'tpe'])(
    '%s covers more of the front than random search',
    { timeout: 60_000 },
    async (name) => {
      const box = compileSpace({ x: real(0, 1), y: real(0, 1), z: real(0, 1) });
      const volume = async (sampler: string) => {
        const result = await runStudy({
          space: box,
          sampler: samplerByName(sampler),
          objectives: ['f', 'g'].map((n) => ({ name: n, direction: 'minimize' as const })),
          lag: 0,
          trials: 150,
          evaluate: ({ x, y, z }) => {
            const g = 1 + 4 * ((y as number) + (z as number));
            return { values: [x as number, g * (1 - Math.sqrt((x as number) / g))] };
          },
        });
        return hypervolume(
          result.trials.map((t) => t.values),
          [1.1, 6],
        );
      };
      expect(await volume(name)).toBeGreaterThan(await volume('random'));
    },
  );
});

it('the tabulated normal distribution agrees with the exact one', () => {
  for (let x = -10; x <= 10; x += 0.0137) expect(Math.abs(tabulatedNormalCdf(x) - normalCdf(x))).toBeLessThan(1e-11);
});
