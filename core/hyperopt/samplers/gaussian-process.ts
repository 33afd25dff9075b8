import type { Rng } from '../../foundation/rng.ts';
import type { SeenTrial, Suggestion, TrialStart } from '../trial.ts';
import { compareTrials } from '../trial.ts';
import { fitTheta, type GpData, initialTheta } from './gp-model.ts';
import { type GpPosterior, gpPosterior } from './gp-posterior.ts';
import { needsOneObjective } from './needs-one-objective.ts';
import { type Sampler, type SamplerContext, type SamplerRun, uniformPoint } from './sampler.ts';
import { sobolPoint } from './sobol.ts';

export interface GaussianProcessOptions {
  /** Evenly spread trials before the model takes over. */
  readonly startTrials?: number | undefined;
  /** Most outcomes the model is conditioned on: the best half and the newest half of this number. */
  readonly maxTrials?: number | undefined;
}

const GLOBAL_CANDIDATES = 384;
const LOCAL_CANDIDATES = 96;
const REFINED = 4;

/**
 * Gaussian process with Matern 5/2 kernel, length scale per parameter, and expected improvement (Jones et al. 1998); for few costly trials.
 * Open trials count with their predicted mean (kriging believer). Cost grows with the cube of the outcomes used. One objective.
 * @throws TidegateError HPO_SAMPLER_OBJECTIVES for several objectives
 */
export function gaussianProcessSampler(options: GaussianProcessOptions = {}): Sampler {
  const { startTrials = 10, maxTrials = 200 } = options;
  return {
    name: 'gp',
    options: { startTrials, maxTrials },
    start(context) {
      needsOneObjective('gp', context.objectives);
      return new GaussianProcessRun(context, startTrials, maxTrials);
    },
  };
}

class GaussianProcessRun implements SamplerRun {
  readonly #context: SamplerContext;
  readonly #startTrials: number;
  readonly #maxTrials: number;
  readonly #done: SeenTrial[] = [];
  readonly #starts: TrialStart[] = [];

  constructor(context: SamplerContext, startTrials: number, maxTrials: number) {
    this.#context = context;
    this.#startTrials = startTrials;
    this.#maxTrials = maxTrials;
  }

  noted(trial: TrialStart): void {
    this.#starts.push(trial);
  }

  observed(trial: SeenTrial): void {
    this.#done.push(trial);
  }

  suggest(number: number, rng: Rng, attempt: number): Suggestion {
    const { space, seed } = this.#context;
    const dims = space.dims.length;
    const complete = this.#done.filter((t) => t.state === 'complete');
    if (number < this.#startTrials || complete.length < 2)
      return { unit: attempt > 0 ? uniformPoint(dims, rng) : sobolPoint(number, dims, seed) };
    const used = this.#selected();
    const losses = standardised(used);
    const isCategorical = space.dims.map((d) => d.isCategorical);
    const data: GpData = { x: rows(used, dims), y: losses, dims, isCategorical };
    const last = this.#starts.findLast((t) => t.memo.theta)?.memo.theta;
    const theta = fitTheta(data, last ? Float64Array.from(last) : initialTheta(dims), last ? 8 : 40);
    let posterior = gpPosterior(data, theta);
    const open = this.#starts.slice(this.#done.length);
    if (open.length > 0) {
      const believed = open.map((t) => posterior.mean(t.unit));
      const y = Float64Array.from([...losses, ...believed]);
      posterior = gpPosterior({ ...data, x: rows([...used, ...open], dims), y }, theta);
    }
    const best = Math.min(...losses);
    const leaders = used.filter((_, i) => losses[i]! <= best + 0.3).slice(0, 8);
    return { unit: this.#maximise(posterior, best, leaders, rng), memo: { theta: Array.from(theta) } };
  }

  /** Outcomes to condition on: all, or the best and the newest where there are many. */
  #selected(): SeenTrial[] {
    if (this.#done.length <= this.#maxTrials) return this.#done;
    const half = Math.floor(this.#maxTrials / 2);
    const newest = this.#done.slice(-half);
    const older = this.#done
      .slice(0, -half)
      .sort(compareTrials)
      .slice(0, this.#maxTrials - half);
    return [...older, ...newest].sort((a, b) => a.number - b.number);
  }

  /** Random points and neighbours of the leaders, the best few improved one coordinate at a time. */
  #maximise(posterior: GpPosterior, best: number, leaders: readonly SeenTrial[], rng: Rng): Float64Array {
    const { space } = this.#context;
    const dims = space.dims.length;
    const scored: { unit: Float64Array; score: number }[] = [];
    const add = (raw: Float64Array) => {
      const unit = space.snap(raw);
      scored.push({ unit, score: posterior.logImprovement(unit, best) });
    };
    for (let i = 0; i < GLOBAL_CANDIDATES; i++) add(uniformPoint(dims, rng));
    for (let i = 0; i < LOCAL_CANDIDATES && leaders.length > 0; i++) {
      const { unit } = leaders[rng.int(leaders.length)]!;
      const width = 0.2 * 10 ** (-2 * rng.next());
      add(unit.map((u) => (Number.isNaN(u) ? rng.next() : Math.min(1, Math.max(0, u + width * rng.normal())))));
    }
    scored.sort((a, b) => b.score - a.score);
    let winner = scored[0]!;
    for (const start of scored.slice(0, REFINED)) {
      const refined = this.#climb(posterior, best, start);
      if (refined.score > winner.score) winner = refined;
    }
    return winner.unit;
  }

  #climb(posterior: GpPosterior, best: number, start: { unit: Float64Array; score: number }): typeof start {
    const { space } = this.#context;
    let { unit, score } = start;
    for (let width = 0.1; width > 1e-4; ) {
      let isBetter = false;
      for (let d = 0; d < unit.length; d++) {
        if (Number.isNaN(unit[d]!)) continue;
        const { count } = space.dims[d]!;
        const step = count > 0 ? Math.max(width, 1 / count) : width;
        for (const move of [step, -step]) {
          const raw = unit.map((u) => (Number.isNaN(u) ? 0.5 : u));
          raw[d] = Math.min(1, Math.max(0, raw[d]! + move));
          const next = space.snap(raw);
          const nextScore = posterior.logImprovement(next, best);
          if (nextScore <= score + 1e-9) continue;
          unit = next;
          score = nextScore;
          isBetter = true;
        }
      }
      if (!isBetter) width /= 3;
    }
    return { unit, score };
  }
}

function rows(trials: readonly TrialStart[], dims: number): Float64Array {
  const x = new Float64Array(trials.length * dims);
  for (const [i, t] of trials.entries()) x.set(t.unit, i * dims);
  return x;
}

/**
 * Losses with mean 0 and deviation 1. What has no comparable loss (failed, pruned, infeasible) counts as the worst one seen, and losses
 * beyond three interquartile ranges above the median are cut there, so that a few disasters do not flatten the rest.
 */
function standardised(trials: readonly SeenTrial[]): Float64Array {
  const isGood = (t: SeenTrial) => t.state === 'complete' && !(t.violation > 0);
  const known = trials.filter(isGood).map((t) => t.losses[0]!);
  if (known.length === 0) return new Float64Array(trials.length);
  const order = [...known].sort((a, b) => a - b);
  const at = (share: number) => order[Math.floor(share * (order.length - 1))]!;
  const cut = at(0.5) + 3 * Math.max(at(0.75) - at(0.25), 1e-12);
  const worst = Math.min(order.at(-1)!, Math.max(cut, at(0.5)));
  const y = Float64Array.from(trials, (t) => (isGood(t) ? Math.min(t.losses[0]!, worst) : worst));
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((a, b) => a + (b - mean) ** 2, 0) / y.length);
  return y.map((v) => (deviation > 0 ? (v - mean) / deviation : 0));
}
