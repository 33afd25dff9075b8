import type { Activation, ModelTrainer } from '../../ports/model-trainer.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { type LearnedNode, type LearnedRun, spanMs } from './learned-run.ts';
import { makeTrainer } from './make-trainer.ts';
import { trainUpTo } from './train-up-to.ts';
import type { Trainer } from './trainer.ts';

/**
 * The schedule of a backtest, live: when a moment of training has passed, candles up to it are read, features computed and models trained in a
 * thread; the new ones take over, all at once, at the next candle after they are ready. What fails is told, and what answered before goes on.
 */
export class LiveLearning implements ModelTrainer {
  readonly #options: BacktestOptions;
  readonly #learned: LearnedRun;
  readonly #onProblem: (error: unknown) => void;
  readonly #trainer: Trainer;
  /** Latest moment that was trained or tried, by node. */
  readonly #tried = new Map<string, number>();
  #ready: LearnedRun | null = null;
  #training: Promise<void> | null = null;

  /**
   * @param options of the run; `data` has the candles that closed before now
   * @param learned what the run's own plan was declared with: its timelines grow
   * @param onProblem told what a training threw
   */
  constructor(options: BacktestOptions, learned: LearnedRun, onProblem: (error: unknown) => void) {
    this.#options = options;
    this.#learned = learned;
    this.#onProblem = onProblem;
    // Never in this thread, which trades.
    this.#trainer = makeTrainer({ ...learned.services, jobs: Math.max(1, learned.services.jobs - 1) }, true);
  }

  async start(time: number): Promise<readonly Activation[]> {
    this.#note(time);
    this.#ready = await trainUpTo(this.#options, time, this.#trainer);
    return this.#handOver(time);
  }

  advance(time: number): readonly Activation[] {
    if (this.#training === null && this.#isDue(time)) {
      this.#note(time);
      this.#training = this.#train(time);
    }
    return this.#handOver(time);
  }

  /** When no training is on its way any more. */
  async settled(): Promise<void> {
    await this.#training;
  }

  end(): Promise<void> {
    return this.#trainer.end();
  }

  async #train(time: number): Promise<void> {
    try {
      this.#ready = await trainUpTo(this.#options, time, this.#trainer);
    } catch (error) {
      this.#onProblem(error);
    } finally {
      this.#training = null;
    }
  }

  #isDue(time: number): boolean {
    return [...this.#learned.nodes].some(
      ([key, node]) => momentOf(node, time) > (this.#tried.get(key) ?? Number.NEGATIVE_INFINITY),
    );
  }

  #note(time: number): void {
    for (const [key, node] of this.#learned.nodes) this.#tried.set(key, momentOf(node, time));
  }

  #handOver(time: number): readonly Activation[] {
    const ready = this.#ready;
    this.#ready = null;
    if (ready === null) return [];
    return [...this.#learned.nodes].flatMap(([key, { timeline, ref, market }]) => {
      const next = ready.nodes.get(key)?.timeline.learned.at(-1);
      const last = timeline.learned.at(-1);
      if (!next || next.trainedAt <= (last?.trainedAt ?? Number.NEGATIVE_INFINITY)) return [];
      // The first one answers for the candles that are there already; they are history.
      const from = last ? Math.max(next.from, time) : Math.min(next.from, time);
      timeline.learned.push({ ...next, from });
      const { hash, trainedAt } = next;
      return [{ block: typeof ref === 'string' ? ref : ref.name, pair: market.symbol, hash, trainedAt, from }];
    });
  }
}

/** The last moment of a node's schedule at or before a time; a stored model has none. */
function momentOf({ ref, market }: LearnedNode, time: number): number {
  if (typeof ref === 'string') return Number.NEGATIVE_INFINITY;
  const every = spanMs(ref.settings.every, market.timeframe);
  return Math.floor(time / every) * every;
}
