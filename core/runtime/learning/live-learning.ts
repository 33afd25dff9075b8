import type { Learned } from '../../ml/walk/timeline.ts';
import type { LearnedRef } from '../../strategy/train-block.ts';
import type { GatheredRows } from './gathered-market.ts';
import { type LearnedNode, type LearnedRun, spanMs } from './learned-run.ts';
import type { Learner } from './learner.ts';
import { type LearnedRecord, reviveLearned } from './revive-learned.ts';
import type { NodeInCharge, TrainedUp } from './train-up-to.ts';
import type { Served, Training } from './training-log.ts';

/** Something learned that takes over. */
export interface Activation {
  /** Key of the node among the run's. */
  readonly key: string;
  readonly node: LearnedNode;
  readonly record: LearnedRecord;
  /** What is to be kept, so that a restart goes on from here. */
  readonly state: NodeInCharge;
}

export interface LiveLearningParts {
  /** What the run's own plan was declared with: its timelines grow. */
  readonly learned: LearnedRun;
  /** Makes a learner that has heard all of the market that is to be learned from. */
  readonly open: () => Promise<Learner>;
  /** Told what went wrong: what was in charge goes on. */
  readonly onProblem: (error: unknown) => void;
  /** Told what was trained, and how what was in charge has done since it took over. */
  readonly onTrained?: (log: readonly Training[], served: readonly Served[]) => void;
}

interface NodeState {
  readonly key: string;
  readonly node: LearnedNode;
  learned: readonly LearnedRecord[];
  decided: number;
  /** Last scheduled moment that was tried. */
  tried: number;
}

/** Shares of a schedule after which models in charge are looked at: where their block acts on it, and where it is only told. */
const CARE_SHARE = 0.01;
const LOOK_SHARE = 0.1;

/**
 * The schedule of a backtest, live: when a moment of training has passed, models are trained elsewhere on the candles up to it; the new ones take
 * over, all at once, at the next candle after they are ready. Between the moments it looks at drift, shadows and how the models in charge do. What
 * fails is told, and what answered before goes on.
 */
export class LiveLearning {
  readonly #parts: LiveLearningParts;
  readonly #states: readonly NodeState[];
  #learner: Promise<Learner> | null = null;
  #ready: readonly (Learned | null)[] | null = null;
  #training: Promise<void> | null = null;
  #nextLook: number;
  #isEnded = false;

  constructor(parts: LiveLearningParts) {
    this.#parts = parts;
    this.#states = [...parts.learned.nodes].map(([key, node]) => {
      return { key, node, learned: [], decided: Number.NEGATIVE_INFINITY, tried: Number.NEGATIVE_INFINITY };
    });
    // Stored models are not looked after.
    this.#nextLook = lookMs(this.#states.map((s) => s.node)) < Number.POSITIVE_INFINITY ? 0 : Number.POSITIVE_INFINITY;
  }

  /**
   * Takes up what was kept of a node. What cannot be used is told, and trained anew.
   * @returns what stands on the timelines
   */
  async restore(key: string, { hash, learned, decided }: NodeInCharge): Promise<readonly LearnedRecord[]> {
    const state = this.#states.find((s) => s.key === key);
    if (!state || state.node.hash !== hash) return [];
    try {
      const revived: Learned[] = [];
      for (const record of learned) revived.push(await reviveLearned(this.#parts.learned, state.node, record));
      // The oldest answers for all candles that are there already; they are history.
      const answering = revived.map((one, k) => (k === 0 ? { ...one, from: 0 } : one));
      state.node.timeline.learned.push(...answering);
      Object.assign(state, { learned, decided, tried: decided });
      return learned.map((record, k) => (k === 0 ? { ...record, from: 0 } : record));
    } catch (error) {
      this.#parts.onProblem(error);
      return [];
    }
  }

  /** Whether everything that is learned has something in charge. */
  get isAnswering(): boolean {
    return this.#states.every(({ node, learned }) => typeof node.ref === 'string' || learned.length > 0);
  }

  /** What is in charge of each node, as it took over. */
  get inCharge(): readonly { readonly node: LearnedNode; readonly record: LearnedRecord }[] {
    return this.#states.flatMap(({ node, learned }) => {
      const record = learned.at(-1);
      return record ? [{ node, record }] : [];
    });
  }

  /** Trains what should be in charge at a moment (ms UTC) and waits for it: before trading begins. */
  async start(time: number): Promise<readonly Activation[]> {
    this.#begin(time);
    await this.#training;
    return this.#handOver(time);
  }

  /**
   * Called before the candles that close at `time` (ms UTC) are processed: hands over what is ready, which answers from these candles on. Waits for
   * nothing.
   */
  advance(time: number): readonly Activation[] {
    return this.#handOver(time);
  }

  /** What the market told. */
  hear(rows: GatheredRows): void {
    this.#learner?.then((learner) => learner.add(rows)).catch(() => {});
  }

  /** Called once all candles that close at `time` have been heard: starts what has fallen due. */
  heard(time: number): void {
    if (this.#training === null && this.#ready === null && this.#isDue(time)) this.#begin(time);
  }

  /** When no training is on its way any more. */
  async settled(): Promise<void> {
    await this.#training;
  }

  /** Nothing is trained or told any more. */
  end(): void {
    this.#isEnded = true;
    // It may still be gathering history, which nobody is to wait for.
    this.#learner?.then((learner) => learner.end()).catch(() => {});
  }

  #begin(time: number): void {
    for (const state of this.#states) state.tried = Math.max(state.tried, momentOf(state.node, time));
    this.#nextLook = time + lookMs(this.#states.map((s) => s.node));
    this.#training = this.#train(time).finally(() => {
      this.#training = null;
    });
  }

  async #train(time: number): Promise<void> {
    const { learned, open, onProblem, onTrained } = this.#parts;
    try {
      this.#learner ??= open();
      const learner = await this.#learner;
      const inCharge = this.#states.map(({ node: { hash }, learned: own, decided }) => ({
        hash,
        learned: own,
        decided,
      }));
      const done = await learner.train(time, inCharge);
      if (this.#isEnded) return;
      for (const { block, message } of done.failed) onProblem(new Error(`${block}: ${message}`));
      this.#note(done);
      onTrained?.(done.log, done.served);
      const ready = done.newest.map(
        async (record, k) => record && (await reviveLearned(learned, this.#states[k]!.node, record)),
      );
      const newest = await Promise.all(ready);
      this.#ready = newest.some(Boolean) ? newest : null;
    } catch (error) {
      if (this.#isEnded) return;
      // It may have died: the next training begins with another one.
      const learner = this.#learner;
      this.#learner = null;
      await learner?.then((one) => one.end()).catch(() => {});
      onProblem(error);
    }
  }

  /** What has been decided on is not tried again. */
  #note({ log }: TrainedUp): void {
    for (const state of this.#states) {
      const { ref, market } = state.node;
      if (typeof ref === 'string') continue;
      for (const { block, pairs, at } of log)
        if (block === ref.name && pairs.includes(market.symbol)) state.decided = Math.max(state.decided, at);
    }
  }

  #isDue(time: number): boolean {
    return time >= this.#nextLook || this.#states.some(({ node, tried }) => momentOf(node, time) > tried);
  }

  #handOver(time: number): readonly Activation[] {
    const ready = this.#ready;
    this.#ready = null;
    return (ready ?? []).flatMap((next, k) => {
      const state = this.#states[k]!;
      const { node, key } = state;
      if (next === null) return [];
      const last = node.timeline.learned.at(-1);
      // The first one answers for the candles that are there already; they are history.
      const from = last ? Math.max(next.from, time, last.from) : Math.min(next.from, time);
      node.timeline.learned.push({ ...next, from });
      const { trainedAt, hash, bytes } = next;
      const record = { trainedAt, hash, from, bytes: bytes!() };
      state.learned = [...state.learned, record].slice(-keptOf(node));
      const { learned, decided } = state;
      return [{ key, node, record, state: { hash: node.hash, learned, decided } }];
    });
  }
}

/** The last moment of a node's schedule at or before a time; a stored model has none. */
function momentOf({ ref, market }: LearnedNode, time: number): number {
  if (typeof ref === 'string') return Number.NEGATIVE_INFINITY;
  const every = spanMs(ref.settings.every, market.timeframe);
  return Math.floor(time / every) * every;
}

/** Market time between looks at models in charge, ms; Infinity where there are none. */
function lookMs(nodes: readonly LearnedNode[]): number {
  const of = ({ ref, market }: LearnedNode): number => {
    if (typeof ref === 'string' || ref.kind !== 'model') return Number.POSITIVE_INFINITY;
    return spanMs(ref.settings.every, market.timeframe) * (acts(ref) ? CARE_SHARE : LOOK_SHARE);
  };
  return Math.min(Number.POSITIVE_INFINITY, ...nodes.map(of));
}

function acts(ref: LearnedRef): boolean {
  return ref.kind === 'model' && [ref.settings.retrain, ref.settings.shadow, ref.settings.rollback].some(Boolean);
}

/** Models that are kept of a node: the one before as well where it may be put back. */
function keptOf({ ref }: LearnedNode): number {
  return typeof ref !== 'string' && ref.kind === 'model' && ref.settings.rollback !== undefined ? 2 : 1;
}
