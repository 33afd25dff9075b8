import { TidegateError } from '../../foundation/errors.ts';
import { shown } from '../../foundation/message-of.ts';
import { hash32, seeded } from '../../foundation/rng.ts';
import type { Sampler, SamplerRun } from '../samplers/sampler.ts';
import { uniformPoint } from '../samplers/sampler.ts';
import type { Space } from '../space/space.ts';
import type { SeenTrial, TrialStart } from '../trial.ts';

/** Proposals of the sampler that may be duplicates before the planner draws for itself. */
const SAMPLER_ATTEMPTS = 8;
const RANDOM_ATTEMPTS = 64;

/** What a planner is made for. */
export interface PlannerOptions {
  readonly space: Space;
  readonly sampler: Sampler;
  readonly objectives: number;
  readonly seed: string | number;
  readonly lag: number;
}

/**
 * Proposes trials in order of number and keeps the two laws of a study: trial k sees the outcomes of trials before k - lag and no others,
 * and no parameters are proposed twice. State is a function of the trials told, so a resumed study proposes what it would have anyway.
 */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #run: SamplerRun;
  readonly #keys = new Set<string>();
  #noted = 0;
  #observed = 0;

  constructor(options: PlannerOptions) {
    this.#options = options;
    const run: unknown = options.sampler.start(options);
    const parts = Object(run) as Readonly<Record<string, unknown>>;
    for (const part of ['noted', 'observed', 'suggest'])
      if (typeof parts[part] !== 'function')
        this.#refuse(`began with ${shown(run)}`, `A run of it has the function ${part}.`);
    this.#run = run as SamplerRun;
  }

  /** Trials whose outcomes must be known before trial `number` can be proposed. */
  needed(number: number): number {
    return Math.max(0, number - this.#options.lag);
  }

  /**
   * Parameters of trial `number`, or undefined when the sampler or the space is exhausted.
   * @param starts all trials before `number`
   * @param outcomeOf outcome of a trial before `number - lag`; must be known
   */
  propose(
    number: number,
    starts: (number: number) => TrialStart,
    outcomeOf: (number: number) => SeenTrial,
  ): TrialStart | undefined {
    const { space, seed } = this.#options;
    for (const until = this.needed(number); this.#noted < number || this.#observed < until; ) {
      // Outcomes follow their starts closely, as they do in a fresh run: samplers may rely on that order.
      if (this.#observed < until && this.#observed < this.#noted) this.#run.observed(outcomeOf(this.#observed++));
      else {
        const start = starts(this.#noted++);
        this.#keys.add(space.key(start.unit));
        this.#run.noted(start);
      }
    }
    if (this.#keys.size >= space.size) return undefined;
    for (let attempt = 0; attempt < SAMPLER_ATTEMPTS + RANDOM_ATTEMPTS; attempt++) {
      const rng = seeded(hash32(seed, 'trial', number, attempt));
      const isOwn = attempt >= SAMPLER_ATTEMPTS;
      const suggestion = isOwn
        ? { unit: uniformPoint(space.dims.length, rng) }
        : this.#run.suggest(number, rng, attempt);
      if (!suggestion) return undefined;
      this.#expectPoint(suggestion.unit);
      const unit = space.snap(suggestion.unit);
      if (!this.#keys.has(space.key(unit))) return { number, unit, memo: suggestion.memo ?? {} };
    }
    const unit = this.#firstFree();
    return unit && { number, unit, memo: {} };
  }

  #expectPoint(unit: unknown): void {
    const { length } = this.#options.space.dims;
    const isPoint = (ArrayBuffer.isView(unit) || Array.isArray(unit)) && (unit as Float64Array).length === length;
    if (!isPoint || (unit as number[]).some((x) => typeof x !== 'number'))
      this.#refuse(
        `suggested ${shown(unit)}`,
        `A point is a list of ${length} numbers from 0 to 1, one for each parameter.`,
      );
  }

  /** @throws TidegateError SAMPLER_ANSWER */
  #refuse(what: string, remedy: string): never {
    throw new TidegateError('SAMPLER_ANSWER', `the sampler "${this.#options.sampler.name}" ${what}`, { remedy });
  }

  /** The first point of a finite space that was not tried; draws missed it because few are left. */
  #firstFree(): Float64Array | undefined {
    const { space } = this.#options;
    const unit = new Float64Array(space.dims.length);
    const visit = (d: number): boolean => {
      if (d === unit.length) return !this.#keys.has(space.key(unit));
      const dim = space.dims[d]!;
      const isActive = !Number.isNaN(space.snap(unit)[d]!);
      for (let i = 0; i < (isActive ? Math.max(1, dim.count) : 1); i++) {
        unit[d] = dim.count > 0 ? dim.centre(i) : 0.5;
        if (visit(d + 1)) return true;
      }
      return false;
    };
    return visit(0) ? space.snap(unit) : undefined;
  }
}
