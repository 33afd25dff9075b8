import { TidegateError } from '../../foundation/errors.ts';
import { OP, type Station } from './stations.ts';
import { ARG, type RegionLayout } from './train-space.ts';
import type { TreeWorker } from './tree-worker.ts';

/** Threads that work on one region together. The calling thread is number 0. */
export interface Crew {
  readonly threads: number;
  /** Every thread does its part of `op`; returns when all have. */
  readonly run: (op: number) => void;
  end(): void;
}

/** A crew of the calling thread alone. */
export function soloCrew(work: Station): Crew {
  return { threads: 1, run: (op) => work(op, 0, 1, () => undefined), end: () => undefined };
}

/** Looks that a waiting thread takes before it sleeps, at most and at least: a tenth of a millisecond, and some microseconds. */
const LOOKS = { most: 6000, least: 300 };
/** After so many waits it looks for long again, whatever came of it before. */
const AGAIN = 64;

/**
 * Waits until `i32[index]` is `wanted`, by looking, then by sleeping. To be woken takes longer than most steps do, so looking pays while every
 * thread has a core; where another process has it, looks are lost: each wait that ends in sleep halves those of the next.
 * Returns false after `timeoutMs` of sleep.
 */
function patience(): (i32: Int32Array, index: number, wanted: number, timeoutMs: number) => boolean {
  let looks = LOOKS.most;
  let waits = 0;
  return (i32, index, wanted, timeoutMs) => {
    if (++waits % AGAIN === 0) looks = LOOKS.most;
    for (let k = 0; k < looks; k++)
      if (Atomics.load(i32, index) === wanted) {
        looks = Math.min(LOOKS.most, 2 * looks);
        return true;
      }
    looks = Math.max(LOOKS.least, looks >>> 1);
    for (let value = Atomics.load(i32, index); value !== wanted; value = Atomics.load(i32, index))
      if (Atomics.wait(i32, index, value, timeoutMs) === 'timed-out') return false;
    return true;
  };
}

/** A place inside a step where a thread waits until all have come. */
interface Meeting {
  readonly meet: () => void;
  /** Lets those go who wait for this thread, which will not come to the next one. */
  readonly cancel: () => void;
}

function meeting(i32: Int32Array, args: number, threads: number): Meeting {
  const wait = patience();
  let times = 0;
  const release = (time: number): void => {
    Atomics.store(i32, args + ARG.met, time);
    Atomics.notify(i32, args + ARG.met);
  };
  return {
    meet() {
      times = (times + 1) | 0;
      if (Atomics.add(i32, args + ARG.arrived, 1) < threads - 1) {
        wait(i32, args + ARG.met, times, Number.POSITIVE_INFINITY);
        return;
      }
      Atomics.store(i32, args + ARG.arrived, 0);
      release(times);
    },
    cancel: () => release((times + 1) | 0),
  };
}

/**
 * A crew of `workers.length + 1` threads over one region; the workers have been told to serve it. A step costs a few microseconds:
 * the caller raises a counter, does its own part, and waits for the others' count.
 */
export function threadCrew(work: Station, region: RegionLayout, i32: Int32Array, workers: readonly TreeWorker[]): Crew {
  const args = region.args >>> 2;
  const threads = workers.length + 1;
  const wait = patience();
  const { meet } = meeting(i32, args, threads);
  const signal = (op: number): void => {
    i32[args + ARG.op] = op;
    Atomics.store(i32, args + ARG.done, 0);
    Atomics.add(i32, args + ARG.sequence, 1);
    Atomics.notify(i32, args + ARG.sequence);
  };
  return {
    threads,
    run(op) {
      signal(op);
      work(op, 0, threads, meet);
      if (!wait(i32, args + ARG.done, threads - 1, 60_000))
        throw new TidegateError('TREES_WORKER', 'a training thread does not answer', {
          remedy: 'Train with threads: 1.',
        });
      if (Atomics.load(i32, args + ARG.failed) !== 0) for (const worker of workers) worker.result();
    },
    end() {
      // After a failure the workers are stopped from outside, and the first error is the one to show.
      if (Atomics.load(i32, args + ARG.failed) !== 0) return;
      signal(OP.stop);
      for (const worker of workers) worker.result();
    },
  };
}

/** A worker's side of a crew: does its part of every operation until told to stop. */
export function serve(work: Station, region: RegionLayout, i32: Int32Array, thread: number, threads: number): void {
  const args = region.args >>> 2;
  const wait = patience();
  const { meet, cancel } = meeting(i32, args, threads);
  // The caller raises the number by one, and not again before all have answered.
  for (let step = 1; ; step = (step + 1) | 0) {
    wait(i32, args + ARG.sequence, step, Number.POSITIVE_INFINITY);
    const op = i32[args + ARG.op]!;
    if (op === OP.stop) return;
    try {
      work(op, thread, threads, meet);
    } catch (error) {
      Atomics.store(i32, args + ARG.failed, 1);
      cancel();
      throw error;
    } finally {
      Atomics.add(i32, args + ARG.done, 1);
      Atomics.notify(i32, args + ARG.done);
    }
  }
}
