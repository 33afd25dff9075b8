import { createHash } from 'node:crypto';
import { TidegateError } from '../../foundation/errors.ts';
import { paretoFront } from '../samplers/pareto.ts';
import { compareTrials, type Trial } from '../trial.ts';
import { evaluateTrial } from './evaluate-trial.ts';
import { memoryStore } from './memory-store.ts';
import { seenOf } from './seen.ts';
import type { StudyConfig } from './store.ts';
import { StudyControl } from './study-control.ts';
import type { Objective, StudyEnd, StudyOptions, StudyResult } from './study-options.ts';

/** How often a process looks whether another one has ended a trial it waits for, and renews its claims. */
const POLL_MS = 50;
const HEARTBEAT_MS = 10_000;
const NO_PLAN = { bounds: [], isOnce: false } as const;
const ONE_LOSS: readonly Objective[] = [{ name: 'loss', direction: 'minimize' }];

/**
 * Runs a study until it has `trials` trials, its space or sampler is exhausted, it stagnates, or `signal` stops it.
 * The trials are the same, bit for bit, for any `parallel`, after a resume, and when several processes share a store.
 * @throws TidegateError HPO_OPTION, HPO_STUDY_DIFFERS, HPO_TRIALS_FAILED
 */
export async function runStudy(options: StudyOptions): Promise<StudyResult> {
  const { store = memoryStore(), objectives = ONE_LOSS, seed = 0, lag = 8, parallel = 1 } = options;
  check(options, objectives, lag, parallel);
  store.open(studyConfig(options));
  const control = new StudyControl(options, objectives, seed, lag);
  const signal = options.signal ?? new AbortController().signal;
  const running = new Map<number, Promise<void>>();
  const heartbeat = setInterval(() => store.heartbeat([...running.keys()]), HEARTBEAT_MS);
  heartbeat.unref();
  let end: StudyEnd | undefined;

  const start = (trial: Trial) => {
    const plan = options.pruner?.plan(trial.number, control.seenBefore(trial.number, store.trials())) ?? NO_PLAN;
    const setting = { evaluate: options.evaluate, objectives, seed, plan, signal };
    const work = evaluateTrial(trial, setting).then((ending) => {
      running.delete(trial.number);
      if (!ending) {
        store.release(trial.number);
        return;
      }
      const ended = store.finish(trial.number, ending);
      options.onTrial?.(ended);
    });
    running.set(trial.number, work);
  };

  try {
    while (!end) {
      let isWaiting = false;
      while (!isWaiting && !end && !signal.aborted && running.size < parallel) {
        const pick = store.claim((view) => control.decide(view));
        if (pick.kind === 'start') start(pick.trial);
        else if (pick.kind === 'take') start(store.trials()[pick.number]!);
        else if (pick.kind === 'done') end = pick.end;
        else isWaiting = true;
      }
      if (running.size > 0) await oneOf(running, store.isShared && isWaiting);
      else if (signal.aborted) end ??= 'stopped';
      else if (isWaiting) await pause(POLL_MS);
    }
  } finally {
    // After an error in one place the trials that still run are recorded before it is passed on.
    await Promise.allSettled(running.values());
    clearInterval(heartbeat);
  }
  const trials = store.trials();
  if (end !== 'stopped') control.refuseIfMostFailed(trials);
  return resultOf(end, objectives, trials);
}

/** Everything that a study's trials depend on, as plain data; a stored study is resumed only with an equal one. */
export function studyConfig(options: StudyOptions): StudyConfig {
  const {
    space,
    sampler,
    objectives = ONE_LOSS,
    seed = 0,
    lag = 8,
    pruner,
    first = [],
    patience,
    identity = {},
  } = options;
  const config = {
    space: Object.fromEntries(space.describe().map(({ name, ...rest }) => [name, rest])),
    sampler: { name: sampler.name, ...sampler.options },
    objectives,
    seed,
    lag,
    pruner: pruner ? { name: pruner.name, ...pruner.options } : null,
    first,
    patience: patience ?? null,
    identity,
  };
  return JSON.parse(JSON.stringify(config)) as StudyConfig;
}

/** Summary of trials, whether a study just ended or is read from a store. */
export function resultOf(end: StudyEnd, objectives: readonly Objective[], trials: readonly Trial[]): StudyResult {
  const good = trials.filter((t) => t.state === 'complete').map((t) => seenOf(t, objectives));
  const feasible = good.filter((t) => !(t.violation > 0));
  const best = feasible.reduce<(typeof good)[number] | undefined>(
    (a, b) => (a && compareTrials(a, b) <= 0 ? a : b),
    undefined,
  );
  return {
    end,
    objectives,
    trials: [...trials],
    best: best && trials[best.number],
    front: paretoFront(feasible).map((t) => trials[t.number]!),
    hash: studyHash(trials),
  };
}

/** SHA-256 over numbers, states, parameters, values, constraints and reports; times, errors and attributes are left out. */
export function studyHash(trials: readonly Trial[]): string {
  const hash = createHash('sha256');
  for (const t of trials)
    hash.update(JSON.stringify([t.number, t.state, Object.entries(t.params).sort(), t.values, t.constraints, t.steps]));
  return hash.digest('hex');
}

async function oneOf(running: ReadonlyMap<number, Promise<void>>, isPolling: boolean): Promise<void> {
  if (!isPolling) {
    await Promise.race(running.values());
    return;
  }
  const timer = new AbortController();
  await Promise.race([...running.values(), pause(POLL_MS, timer.signal)]);
  timer.abort();
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function check(options: StudyOptions, objectives: readonly Objective[], lag: number, parallel: number): void {
  const refuse = (what: string, remedy: string): never => {
    throw new TidegateError('HPO_OPTION', what, { where: 'hyperopt', remedy });
  };
  const isCount = (n: number, least: number) => Number.isInteger(n) && n >= least;
  if (!isCount(options.trials, 1)) refuse(`trials is ${options.trials}`, 'Give a whole number of at least 1.');
  if (!isCount(lag, 0)) refuse(`lag is ${lag}`, 'Give a whole number of at least 0.');
  if (!isCount(parallel, 1)) refuse(`parallel is ${parallel}`, 'Give a whole number of at least 1.');
  if (objectives.length === 0) refuse('there is no objective', 'Name at least one.');
  if (options.patience !== undefined && !isCount(options.patience, 1))
    refuse(`patience is ${options.patience}`, 'Give a whole number of at least 1.');
  if (options.pruner && objectives.length > 1)
    refuse('pruning works on one objective', 'Leave the pruner out, or optimise one objective.');
}
