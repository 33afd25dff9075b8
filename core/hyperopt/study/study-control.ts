import { TidegateError } from '../../foundation/errors.ts';
import { paretoFront } from '../samplers/pareto.ts';
import { compareTrials, type SeenTrial, type Trial } from '../trial.ts';
import { Planner } from './planner.ts';
import { seenOf, startOf } from './seen.ts';
import type { Pick, StudyView } from './store.ts';
import type { Objective, StudyOptions } from './study-options.ts';

/** Ended trials before the share of failures is judged. */
const FAILURES_FROM = 10;

/**
 * Decides what comes next from the trials alone, so that every process and every resumed run decides alike:
 * whether trial k may start, with which parameters, and when the study is over. Rules that end it read only trials before k - lag.
 */
export class StudyControl {
  readonly #options: StudyOptions;
  readonly #objectives: readonly Objective[];
  readonly #lag: number;
  readonly #planner: Planner;
  readonly #seen: SeenTrial[] = [];
  #failed = 0;
  #best: SeenTrial | undefined;
  #front: SeenTrial[] = [];
  /** Number of the last trial that improved on all before it. */
  #lastGain = -1;
  #isExhausted = false;

  constructor(options: StudyOptions, objectives: readonly Objective[], seed: string | number, lag: number) {
    this.#options = options;
    this.#objectives = objectives;
    this.#lag = lag;
    const { space, sampler } = options;
    this.#planner = new Planner({ space, sampler, objectives: objectives.length, seed, lag });
  }

  /** Outcomes that trial `number` may know. */
  seenBefore(number: number, trials: readonly Trial[]): readonly SeenTrial[] {
    const until = Math.max(0, number - this.#lag);
    this.#read(trials, until);
    return this.#seen.slice(0, until);
  }

  /** @throws TidegateError HPO_TRIALS_FAILED when most trials fail */
  decide(view: StudyView): Pick {
    const { trials } = view;
    const orphan = trials.findIndex((t, i) => t.state === 'running' && view.isOrphan(i));
    if (orphan >= 0) return { kind: 'take', number: orphan };
    const number = trials.length;
    const isIdle = trials.every((t) => t.state !== 'running');
    const ends = (end: 'trials' | 'exhausted' | 'stagnated'): Pick =>
      isIdle ? { kind: 'done', end } : { kind: 'wait' };
    const needed = Math.max(0, Math.min(number, this.#options.trials) - this.#lag);
    for (let i = this.#seen.length; i < needed; i++) if (trials[i]!.state === 'running') return { kind: 'wait' };
    this.#read(trials, needed);
    if (this.#hasFailed(this.#failed, this.#seen.length)) {
      if (!isIdle) return { kind: 'wait' };
      this.refuseIfMostFailed(trials);
    }
    if (number >= this.#options.trials) return ends('trials');
    if (this.#isExhausted) return ends('exhausted');
    const { patience } = this.#options;
    if (patience !== undefined && this.#seen.length - 1 - this.#lastGain >= patience) return ends('stagnated');
    const trial = this.#next(number, trials);
    if (trial) return { kind: 'start', trial };
    this.#isExhausted = true;
    return ends('exhausted');
  }

  /** @throws TidegateError HPO_TRIALS_FAILED */
  refuseIfMostFailed(trials: readonly Trial[]): void {
    const failed = trials.filter((t) => t.state === 'failed');
    const ended = trials.filter((t) => t.state !== 'running').length;
    const isFew = ended < FAILURES_FROM && failed.length === ended && ended > 0 && ended >= this.#options.trials;
    if (!isFew && !this.#hasFailed(failed.length, ended)) return;
    throw new TidegateError('HPO_TRIALS_FAILED', failuresText(trials), {
      where: `trial ${failed[0]!.number} was the first`,
      remedy:
        'Mend what it names, or narrow the search space; run one of the failed trials as a backtest to see what the strategy does.',
      details: { failed: failed.map((t) => t.number), params: failed[0]!.params },
    });
  }

  #hasFailed(failed: number, ended: number): boolean {
    return ended >= FAILURES_FROM && failed > (this.#options.maxFailedShare ?? 0.5) * ended;
  }

  #read(trials: readonly Trial[], until: number): void {
    while (this.#seen.length < until) {
      const seen = seenOf(trials[this.#seen.length]!, this.#objectives);
      this.#seen.push(seen);
      if (seen.state === 'failed') this.#failed++;
      if (seen.state !== 'complete' || seen.violation > 0) continue;
      if (this.#objectives.length === 1) {
        if (this.#best && compareTrials(seen, this.#best) >= 0) continue;
        this.#best = seen;
      } else {
        const front = paretoFront([...this.#front, seen]);
        if (!front.includes(seen)) continue;
        this.#front = front;
      }
      this.#lastGain = seen.number;
    }
  }

  #next(number: number, trials: readonly Trial[]): Trial | undefined {
    const { space, first = [] } = this.#options;
    const unit = first[number] && space.encode(first[number]);
    const start = unit
      ? { unit, memo: {} }
      : this.#planner.propose(
          number,
          (i) => startOf(trials[i]!),
          (i) => this.#seen[i]!,
        );
    if (!start) return undefined;
    return {
      number,
      state: 'running',
      params: { ...space.fixed, ...space.decode(start.unit) },
      unit: Array.from(start.unit, (u) => (Number.isNaN(u) ? null : u)),
      memo: start.memo,
      values: [],
      constraints: [],
      steps: [],
      attrs: {},
      error: null,
      startedAt: null,
      finishedAt: null,
    };
  }
}

/** How many of the trials failed, and of what most of those did. Empty where none has. */
export function failuresText(trials: readonly Trial[]): string {
  const failed = trials.filter((t) => t.state === 'failed');
  if (failed.length === 0) return '';
  const counts = new Map<string, number>();
  for (const t of failed) counts.set(t.error ?? '', (counts.get(t.error ?? '') ?? 0) + 1);
  const [message, count] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  const ended = trials.filter((t) => t.state !== 'running').length;
  return `${failed.length} of ${ended} trials failed, ${count} of them with: ${message}`;
}
