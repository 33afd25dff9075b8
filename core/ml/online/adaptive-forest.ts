import { drawAt } from '../../foundation/rng.ts';
import { Adwin } from '../drift/adwin.ts';
import { type HoeffdingOptions, HoeffdingTree } from './hoeffding-tree.ts';

export interface AdaptiveForestOptions {
  readonly classes: number;
  readonly trees: number;
  readonly seed: number;
  /** Mean of the Poisson weight of a row in a tree (default 6). */
  readonly lambda?: number;
  /** Confidences of the detectors that start a tree in the background (default 0.01) and that put it in place (default 0.001). */
  readonly warning?: number;
  readonly drift?: number;
  readonly grace?: number;
  readonly from?: Readonly<Record<string, Float64Array>>;
}

interface Member {
  tree: HoeffdingTree;
  /** Grown beside the tree since a warning. */
  next: HoeffdingTree | null;
  warning: Adwin;
  drift: Adwin;
  /** Trees that have stood here: each draws features of its own. */
  generation: number;
  /** Rows it has got right since it was put in place, of `seen`: its vote. */
  right: number;
  seen: number;
}

/**
 * Adaptive random forest (Gomes, Bifet, Read and others 2017): Hoeffding trees on random subsets of features, each row learned with a Poisson weight;
 * each tree watches its own errors by ADWIN, grows a successor at a warning and gives way to it at a drift. Votes count by accuracy.
 * Draws are keyed by seed, tree and row: the same rows give the same forest, also after a save and a load.
 */
export class AdaptiveForest {
  readonly #width: number;
  readonly #options: Required<Omit<AdaptiveForestOptions, 'from'>>;
  readonly #members: Member[];
  readonly #said: Float64Array;
  #rows = 0;

  constructor(width: number, options: AdaptiveForestOptions) {
    const { classes, trees, seed, lambda = 6, warning = 0.01, drift = 0.001, grace = 50, from } = options;
    this.#width = width;
    this.#options = { classes, trees, seed, lambda, warning, drift, grace };
    this.#said = new Float64Array(classes);
    this.#rows = from?.rows?.[0] ?? 0;
    this.#members = Array.from({ length: trees }, (_, t) => this.#member(t, from));
  }

  /** Trees that gave way to their successors so far. */
  get replaced(): number {
    return this.#members.reduce((sum, member) => sum + member.generation, 0);
  }

  /** Writes the probability of each class. */
  predict(x: Float64Array, out: Float64Array): void {
    out.fill(0);
    let total = 0;
    for (const { tree, right, seen } of this.#members) {
      const vote = seen > 0 ? right / seen : 1;
      tree.predict(x, this.#said);
      for (let k = 0; k < out.length; k++) out[k]! += vote * this.#said[k]!;
      total += vote;
    }
    for (let k = 0; k < out.length; k++) out[k] = total > 0 ? out[k]! / total : 1 / out.length;
  }

  learn(x: Float64Array, y: number): void {
    const { seed, lambda } = this.#options;
    this.#members.forEach((member, t) => {
      member.tree.predict(x, this.#said);
      const isRight = this.#said[y]! === Math.max(...this.#said);
      member.seen++;
      if (isRight) member.right++;
      const weight = poisson(lambda, drawAt(seed, 'forest', t, this.#rows));
      member.tree.learn(x, y, weight);
      member.next?.learn(x, y, weight);
      this.#watch(member, t, isRight ? 0 : 1);
    });
    this.#rows++;
  }

  state(): Readonly<Record<string, Float64Array>> {
    const out: Record<string, Float64Array> = { rows: Float64Array.of(this.#rows) };
    this.#members.forEach(({ tree, next, warning, drift, generation, right, seen }, t) => {
      out[`${t}.tree`] = tree.state();
      if (next) out[`${t}.next`] = next.state();
      out[`${t}.warning`] = warning.state();
      out[`${t}.drift`] = drift.state();
      out[`${t}.numbers`] = Float64Array.of(generation, right, seen);
    });
    return out;
  }

  importance(): Float64Array {
    const shares = this.#members.map(({ tree }) => tree.importance());
    return shares[0]!.map((_, c) => shares.reduce((sum, share) => sum + share[c]!, 0) / shares.length);
  }

  #watch(member: Member, t: number, error: number): void {
    const { warning, drift } = this.#options;
    const before = member.drift.mean;
    const isWarned = member.warning.step(error) && member.warning.mean > before;
    const isDrifted = member.drift.step(error) && member.drift.mean > before;
    if (isWarned && !member.next) {
      member.next = this.#tree(t, member.generation + 1);
      member.warning = new Adwin({ delta: warning });
    }
    if (!isDrifted) return;
    member.generation++;
    member.tree = member.next ?? this.#tree(t, member.generation);
    member.next = null;
    member.right = 0;
    member.seen = 0;
    member.warning = new Adwin({ delta: warning });
    member.drift = new Adwin({ delta: drift });
  }

  #member(t: number, from: AdaptiveForestOptions['from']): Member {
    const { warning, drift } = this.#options;
    const saved = (name: string) => from?.[`${t}.${name}`];
    const [generation, right, seen] = saved('numbers') ?? [0, 0, 0];
    const next = saved('next');
    const withState = (state: Float64Array | undefined) => (state ? { from: state } : {});
    return {
      tree: this.#tree(t, generation!, saved('tree')),
      next: next ? this.#tree(t, generation! + 1, next) : null,
      warning: new Adwin({ delta: warning, ...withState(saved('warning')) }),
      drift: new Adwin({ delta: drift, ...withState(saved('drift')) }),
      generation: generation!,
      right: right!,
      seen: seen!,
    };
  }

  /** A tree whose leaves look at √width + 1 features each, drawn by where the leaf is. */
  #tree(t: number, generation: number, from?: Float64Array): HoeffdingTree {
    const { classes, seed, grace } = this.#options;
    const width = this.#width;
    const count = Math.min(width, Math.round(Math.sqrt(width)) + 1);
    const options: HoeffdingOptions = {
      classes,
      grace,
      delta: 0.01,
      featuresOf: (node) =>
        Array.from({ length: width }, (_, c) => ({ c, draw: drawAt(seed, 'features', t, generation, node, c) }))
          .sort((a, b) => a.draw - b.draw || a.c - b.c)
          .slice(0, count)
          .map(({ c }) => c),
      ...(from && { from }),
    };
    return new HoeffdingTree(width, options);
  }
}

/** The Poisson number at a uniform draw, by its distribution. */
function poisson(lambda: number, draw: number): number {
  let p = Math.exp(-lambda);
  let sum = p;
  let k = 0;
  while (draw > sum && k < 50) {
    k++;
    p *= lambda / k;
    sum += p;
  }
  return k;
}
