import type { Rng } from '../../foundation/rng.ts';
import type { SeenTrial, Suggestion, TrialStart } from '../trial.ts';
import { compareTrials } from '../trial.ts';
import { bestSubset } from './pareto-subset.ts';
import { Parzen, type ParzenColumn } from './parzen.ts';
import { axisKind } from './parzen-axis.ts';
import { type Sampler, type SamplerContext, type SamplerRun, uniformPoint } from './sampler.ts';

export interface TpeOptions {
  /** One estimator over all parameters that exist together (true, the default) or one per parameter. */
  readonly isMultivariate?: boolean | undefined;
  /** Trials drawn at random before the estimator takes over. */
  readonly startTrials?: number | undefined;
  /** Most draws from the good side, of which the most promising is taken: 64, or 8 per parameter; fewer before 100 trials and beyond 200. */
  readonly candidates?: number | undefined;
}

/** Options, filled in. */
type TpeSettings = { readonly [K in keyof TpeOptions]-?: Exclude<TpeOptions[K], undefined> };

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023): the best tenth of the trials (at most 25) against the rest;
 * proposes what is likely under the first and unlikely under the second.
 * Conditional parameters form groups of those that exist together. Open trials count as bad ones (constant liar), so that parallel workers
 * spread out. Several objectives: the good side is the first non-dominated fronts, cut by hypervolume.
 */
export function tpeSampler(options: TpeOptions = {}): Sampler {
  const { isMultivariate = true, startTrials = 10, candidates = isMultivariate ? 64 : 8 } = options;
  const settings = { isMultivariate, startTrials, candidates };
  return { name: 'tpe', options: settings, start: (context) => new TpeRun(context, settings) };
}

/** Trials from which on, and up to which, all draws are made. */
const FINE_FROM = 100;
const CHEAP_TO = 200;

/** Dimensions that exist under the same conditions, or one dimension. */
interface Group {
  readonly dims: readonly number[];
}

/** The estimator at work; `only` limits it to some dimensions, for samplers that leave unordered parameters to it. */
export class TpeRun implements SamplerRun {
  readonly #context: SamplerContext;
  readonly #settings: TpeSettings;
  readonly #groups: readonly Group[];
  #columns: ParzenColumn[];
  /** Per dimension the trials in which it exists, by coordinate; equal ones by number. */
  readonly #sorted: number[][];
  #count = 0;
  /** Good and bad estimator per group, kept while a trial is proposed again and again. */
  readonly #estimators = new Map<Group, readonly [good: Parzen, bad: Parzen]>();
  /** Trials with a result that failed ones lack, best first (one objective). */
  readonly #ranked: SeenTrial[] = [];
  #isBelow = new Uint8Array(64);

  constructor(context: SamplerContext, settings: TpeSettings, only?: readonly number[]) {
    this.#context = context;
    this.#settings = settings;
    const { dims } = context.space;
    this.#groups = groupsOf(context, settings.isMultivariate, only);
    this.#columns = dims.map((dim) => column(dim, 64));
    this.#sorted = dims.map(() => []);
  }

  noted(trial: TrialStart): void {
    this.#estimators.clear();
    const number = this.#count++;
    if (number >= this.#isBelow.length) this.#grow();
    for (let d = 0; d < this.#columns.length; d++) {
      const x = trial.unit[d]!;
      this.#columns[d]!.unit[number] = x;
      if (Number.isNaN(x)) continue;
      const order = this.#sorted[d]!;
      const unit = this.#columns[d]!.unit;
      let low = 0;
      let high = order.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (unit[order[middle]!]! <= x) low = middle + 1;
        else high = middle;
      }
      order.splice(low, 0, number);
    }
  }

  observed(trial: SeenTrial): void {
    this.#estimators.clear();
    if (trial.state === 'failed') return;
    const ranked = this.#ranked;
    if (this.#context.objectives > 1) {
      ranked.push(trial);
      return;
    }
    let low = 0;
    let high = ranked.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTrials(ranked[middle]!, trial) <= 0) low = middle + 1;
      else high = middle;
    }
    ranked.splice(low, 0, trial);
  }

  suggest(number: number, rng: Rng): Suggestion {
    const { space } = this.#context;
    const { startTrials } = this.#settings;
    if (number < startTrials || this.#ranked.length < Math.min(2, startTrials))
      return { unit: uniformPoint(space.dims.length, rng) };
    const unit = new Float64Array(space.dims.length).fill(Number.NaN);
    this.fill(unit, rng);
    return { unit };
  }

  /** Sets the coordinates of this run's dimensions that exist, given those already set. */
  fill(unit: Float64Array, rng: Rng): void {
    if (this.#estimators.size === 0) this.#split();
    for (const group of this.#groups) {
      if (!this.#exists(group.dims[0]!, unit)) continue;
      const best = this.#bestOf(group, this.#candidates(), rng);
      for (let c = 0; c < group.dims.length; c++) unit[group.dims[c]!] = best[c]!;
    }
  }

  /**
   * Fewer draws while the estimators are coarse, since the most promising of many is then far from the good trials as often as not; and fewer as
   * outcomes grow, so that a proposal's cost stays in bounds. 24 at the least.
   */
  #candidates(): number {
    const most = this.#settings.candidates;
    const share = Math.min(1, this.#count / FINE_FROM, CHEAP_TO / this.#count);
    return Math.max(Math.min(24, most), Math.round(most * share));
  }

  /** Marks the good side: the best tenth, for one objective at most 25. */
  #split(): void {
    const { objectives } = this.#context;
    const tenth = Math.ceil(0.1 * this.#ranked.length);
    this.#isBelow.fill(0);
    const good = objectives === 1 ? this.#ranked.slice(0, Math.min(tenth, 25)) : bestSubset(this.#ranked, tenth);
    for (const trial of good) this.#isBelow[trial.number] = 1;
  }

  #exists(dim: number, unit: Float64Array): boolean {
    const { dims } = this.#context.space;
    return dims[dim]!.conditions.every(
      (c) => !Number.isNaN(unit[c.parent]!) && c.allowed[dims[c.parent]!.cell(unit[c.parent]!)] === 1,
    );
  }

  #bestOf(group: Group, candidates: number, rng: Rng): Float64Array {
    const columns = group.dims.map((d) => this.#columns[d]!);
    const known = this.#estimators.get(group);
    const [good, bad] = known ?? [this.#estimator(group, columns, 1), this.#estimator(group, columns, 0)];
    if (!known) this.#estimators.set(group, [good, bad]);
    let best = new Float64Array(columns.length);
    let point = new Float64Array(columns.length);
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < candidates; i++) {
      good.draw(rng, point);
      const score = good.logDensity(point) - bad.logDensity(point);
      if (score > bestScore) {
        bestScore = score;
        [best, point] = [point, best];
      }
    }
    return best;
  }

  #estimator(group: Group, columns: readonly ParzenColumn[], side: 0 | 1): Parzen {
    const isBelow = this.#isBelow;
    const first = this.#sorted[group.dims[0]!]!;
    const members = Int32Array.from(first.filter((t) => isBelow[t] === side)).sort();
    const sorted = group.dims.map((d) => {
      const order = this.#sorted[d]!;
      const kept = new Int32Array(members.length);
      let n = 0;
      for (let i = 0; i < order.length; i++) if (isBelow[order[i]!] === side) kept[n++] = order[i]!;
      return kept;
    });
    const isRecencyWeighted = side === 0 || this.#context.objectives === 1;
    return new Parzen(columns, members, sorted, isRecencyWeighted);
  }

  #grow(): void {
    const size = this.#isBelow.length * 2;
    this.#isBelow = new Uint8Array(size);
    this.#columns = this.#columns.map((old) => {
      const next = column(old.dim, size);
      next.unit.set(old.unit);
      next.normSigma.set(old.normSigma);
      next.norm.set(old.norm);
      return next;
    });
  }
}

function column(dim: ParzenColumn['dim'], size: number): ParzenColumn {
  return {
    dim,
    kind: axisKind(dim),
    unit: new Float64Array(size),
    normSigma: new Float64Array(size),
    norm: new Float64Array(size),
  };
}

/** Groups in an order in which parents come first. */
function groupsOf({ space }: SamplerContext, isMultivariate: boolean, only?: readonly number[]): Group[] {
  if (only || !isMultivariate) return (only ?? space.dims.map((_, d) => d)).map((d) => ({ dims: [d] }));
  const groups = new Map<string, number[]>();
  space.dims.forEach((dim, d) => {
    const key = dim.conditions.map((c) => `${c.parent}:${c.allowed.join('')}`).join(' ');
    const group = groups.get(key);
    if (group) group.push(d);
    else groups.set(key, [d]);
  });
  return [...groups.values()].map((dims) => ({ dims }));
}
