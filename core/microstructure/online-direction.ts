import type { BookTop } from './book-top.ts';
import { LobFeatures } from './lob-features.ts';
import { OrderFlowImbalance } from './ofi.ts';
import { requireCount } from './state.ts';
import { VectorNormaliser } from './vector-normaliser.ts';

/** Options of the online direction. */
export interface OnlineDirectionOptions {
  /** How far ahead the mid is foretold, ms. */
  readonly horizonMs?: number;
  /** Market time between two questions, ms. */
  readonly everyMs?: number;
  /** Answers that have to have come true or not before one is given. */
  readonly minSamples?: number;
  /** Step of learning, and pull of the weights towards 0. */
  readonly rate?: number;
  readonly l2?: number;
  /** Book updates that the inputs are normalised over. */
  readonly window?: number;
  /** Whether book vector, order flow and trades are inputs (default true). */
  readonly fromBook?: boolean;
  /** Numbers from elsewhere that it learns from too, read at each question; NaN is "not known yet". */
  readonly more?: { readonly names: readonly string[]; read(into: Float64Array): void };
  /** Questions that those are normalised over. */
  readonly moreWindow?: number;
}

interface Question {
  readonly dueAt: number;
  readonly mid: number;
  readonly inputs: Float64Array;
  readonly chance: number;
}

/** z-scores beyond this say no more than this. */
const MOST_Z = 5;
/** Answers that the hit rate looks back on, as a moving mean. */
const HIT_SPAN = 500;

/**
 * A model that learns while the market runs: the chance that the mid is higher `horizonMs` from now, by logistic regression on the 21-dimensional book vector,
 * the z-score of order flow imbalance, the signed share of traded volume, and z-scores of whatever `more` says as of the last question. Asked at every multiple of `everyMs` of market time, it answers first and
 * learns when the answer is known (AdaGrad: Duchi, Hazan and Singer, JMLR 12, 2011); a mid that has not moved teaches nothing. `hitRate` scores answers that
 * were given before their outcome. What comes later changes no earlier answer.
 */
export class OnlineDirection {
  readonly #lob: LobFeatures;
  readonly #ofi: OrderFlowImbalance;
  readonly #weights: Float64Array;
  readonly #squares: Float64Array;
  readonly #open: Question[] = [];
  readonly #options: Required<Omit<OnlineDirectionOptions, 'window' | 'fromBook' | 'more' | 'moreWindow'>>;
  readonly #fromBook: boolean;
  readonly #more: OnlineDirectionOptions['more'];
  readonly #normaliser: VectorNormaliser | null;
  /** Of `more`: as read last, where known, and its z-scores at the last question. */
  readonly #read: Float64Array;
  readonly #known: Float64Array;
  readonly #z: Float64Array;
  #asked = Number.NEGATIVE_INFINITY;
  #signed = 0;
  #volume = 0;
  #flowAt = Number.NaN;
  #hits = Number.NaN;
  /** Answers that have been learned from. */
  samples = 0;

  constructor(options: OnlineDirectionOptions = {}) {
    const { horizonMs = 1_000, everyMs = 100, minSamples = 200, rate = 0.05, l2 = 1e-4, window = 100 } = options;
    requireCount('horizonMs', horizonMs);
    requireCount('everyMs', everyMs);
    this.#options = { horizonMs, everyMs, minSamples, rate, l2 };
    this.#lob = new LobFeatures({ window });
    this.#ofi = new OrderFlowImbalance({ window });
    const { fromBook = true, more, moreWindow = 600 } = options;
    const width = more?.names.length ?? 0;
    this.#fromBook = fromBook;
    this.#more = more;
    this.#normaliser = width > 0 ? new VectorNormaliser(width, { window: moreWindow }) : null;
    this.#read = new Float64Array(width);
    this.#known = new Float64Array(width);
    this.#z = new Float64Array(width);
    this.#weights = new Float64Array(this.#lob.size + 3 + width);
    this.#squares = new Float64Array(this.#weights.length);
  }

  get isReady(): boolean {
    return this.samples >= this.#options.minSamples && this.#lob.isReady;
  }

  /** Twice the chance of a rise less one, -1..1; NaN before `minSamples`. */
  get direction(): number {
    return this.isReady ? 2 * this.#chanceOf(this.#inputs()) - 1 : Number.NaN;
  }

  /** Share of answers that came true, over the last some hundred; NaN before the first. */
  get hitRate(): number {
    return this.#hits;
  }

  onTrade(time: number, size: number, side: 1 | -1): void {
    this.#decay(time);
    this.#signed += side * size;
    this.#volume += size;
  }

  onBook(top: BookTop): void {
    this.#ofi.update(top);
    this.#lob.update(top);
  }

  /** Market time passes; `mid` has held until then. Call it before the trade or book of that time. */
  onTime(time: number, mid: number): void {
    const { everyMs, horizonMs } = this.#options;
    while (this.#open.length > 0 && this.#open[0]!.dueAt <= time) this.#learn(this.#open.shift()!, mid);
    const moment = Math.floor(time / everyMs) * everyMs;
    if (!(moment > this.#asked)) return;
    this.#asked = moment;
    if (!(mid > 0) || !this.#lob.isReady) return;
    this.#decay(moment);
    this.#readMore();
    const inputs = this.#inputs();
    this.#open.push({ dueAt: moment + horizonMs, mid, inputs, chance: this.#chanceOf(inputs) });
  }

  /** The book was cleared: what was asked before it has no answer. */
  onGap(): void {
    this.#open.length = 0;
    this.#ofi.forgetBook();
  }

  #learn({ mid: before, inputs, chance }: Question, mid: number): void {
    if (!(mid > 0) || mid === before) return;
    const outcome = mid > before ? 1 : 0;
    const hit = chance > 0.5 === (outcome === 1) ? 1 : 0;
    this.samples++;
    this.#hits = this.samples === 1 ? hit : this.#hits + (hit - this.#hits) / Math.min(this.samples, HIT_SPAN);
    const { rate, l2 } = this.#options;
    const weights = this.#weights;
    const squares = this.#squares;
    const error = this.#chanceOf(inputs) - outcome;
    for (let i = 0; i < weights.length; i++) {
      const slope = error * inputs[i]! + l2 * weights[i]!;
      squares[i]! += slope * slope;
      weights[i]! -= (rate * slope) / Math.sqrt(squares[i]! + 1e-8);
    }
  }

  /** What is not known yet counts as unchanged. */
  #readMore(): void {
    if (this.#normaliser === null) return;
    this.#more!.read(this.#read);
    for (let i = 0; i < this.#read.length; i++) if (Number.isFinite(this.#read[i]!)) this.#known[i] = this.#read[i]!;
    this.#normaliser.update(this.#known, this.#z);
  }

  #inputs(): Float64Array {
    const { z } = this.#lob;
    const inputs = new Float64Array(this.#weights.length);
    const bounded = (value: number) => (Number.isFinite(value) ? Math.max(-MOST_Z, Math.min(MOST_Z, value)) : 0);
    if (this.#fromBook) {
      for (let i = 0; i < z.length; i++) inputs[i] = bounded(z[i]!);
      inputs[z.length] = bounded(this.#ofi.z);
      inputs[z.length + 1] = this.#volume > 0 ? this.#signed / this.#volume : 0;
    }
    inputs[z.length + 2] = 1;
    for (let i = 0; i < this.#z.length; i++) inputs[z.length + 3 + i] = bounded(this.#z[i]!);
    return inputs;
  }

  #chanceOf(inputs: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) sum += this.#weights[i]! * inputs[i]!;
    return 1 / (1 + Math.exp(-sum));
  }

  /** Traded volume fades with the horizon. */
  #decay(time: number): void {
    const passed = Number.isNaN(this.#flowAt) ? 0 : Math.max(0, time - this.#flowAt);
    this.#flowAt = Number.isNaN(this.#flowAt) ? time : Math.max(time, this.#flowAt);
    if (passed === 0) return;
    const share = Math.exp(-passed / this.#options.horizonMs);
    this.#signed *= share;
    this.#volume *= share;
  }
}
