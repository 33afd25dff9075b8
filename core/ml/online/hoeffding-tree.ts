import { normalCdf } from '../../foundation/normal.ts';
import { checkRate } from './online-model.ts';

export interface HoeffdingOptions {
  readonly classes: number;
  /** Weight that a leaf sees between attempts to split (default 200). */
  readonly grace?: number;
  /** Chance that a split is not the one that endless data would choose (default 1e-7). */
  readonly delta?: number;
  /** Candidates closer than this count as equal (default 0.05). */
  readonly tie?: number;
  /** Most leaves (default 1,000). */
  readonly leaves?: number;
  /** Features that a new leaf may split on; all unless given. Called with the number of the node. */
  readonly featuresOf?: (node: number) => readonly number[];
  readonly from?: Float64Array;
}

/** Numbers per class and feature of a leaf: mean, sum of squares about it, least, largest. */
const STATS = 4;
/** Thresholds tried between the least and the largest value of a feature. */
const CANDIDATES = 10;

interface Node {
  /** -1: a leaf. */
  feature: number;
  threshold: number;
  left: number;
  right: number;
  /** Weight of each class that came by while it was a leaf. */
  readonly counts: Float64Array;
  /** Class × feature × STATS; dropped when the leaf splits. */
  stats: Float64Array | null;
  /** Weight at the last attempt to split. */
  tried: number;
  /** Rows that the majority and naive Bayes would have got right: the better one speaks. */
  byMajority: number;
  byBayes: number;
}

/**
 * Hoeffding tree (very fast decision tree, Domingos and Hulten 2000) for streams: a leaf splits when Hoeffding's bound says that the feature with the
 * largest information gain would also be best on endless data. Numeric features are kept as one normal distribution per class (Pfahringer, Holmes and
 * Kirkby 2008), leaves answer by majority or naive Bayes, whichever did better in them (Gama, Rocha and Medas 2003).
 */
export class HoeffdingTree {
  readonly #width: number;
  readonly #classes: number;
  readonly #grace: number;
  readonly #delta: number;
  readonly #tie: number;
  readonly #most: number;
  readonly #featuresOf: (node: number) => readonly number[];
  readonly #nodes: Node[] = [];
  readonly #scratch: Float64Array;

  /** @throws TidegateError ONLINE_OPTION */
  constructor(width: number, options: HoeffdingOptions) {
    const { classes, grace = 200, delta = 1e-7, tie = 0.05, leaves = 1000, featuresOf, from } = options;
    checkRate('grace', grace, 1);
    checkRate('delta', delta, Number.MIN_VALUE);
    checkRate('tie', tie, 0);
    this.#width = width;
    this.#classes = classes;
    this.#grace = grace;
    this.#delta = delta;
    this.#tie = tie;
    this.#most = leaves;
    const all = Array.from({ length: width }, (_, c) => c);
    this.#featuresOf = featuresOf ?? (() => all);
    this.#scratch = new Float64Array(classes);
    if (from) this.#restore(from);
    else this.#nodes.push(this.#leaf(new Float64Array(classes)));
  }

  /** How many leaves there are: splits + 1. */
  get leaves(): number {
    return (this.#nodes.length + 1) / 2;
  }

  /** Writes the probability of each class. */
  predict(x: Float64Array, out: Float64Array): void {
    const node = this.#nodes[this.#find(x)]!;
    if (node.byBayes > node.byMajority) this.#bayes(node, x, out);
    else majority(node.counts, out);
  }

  /** Learns one row of class `y`. */
  learn(x: Float64Array, y: number, weight = 1): void {
    if (!(weight > 0)) return;
    const at = this.#find(x);
    const node = this.#nodes[at]!;
    majority(node.counts, this.#scratch);
    if (largest(this.#scratch) === y) node.byMajority += weight;
    this.#bayes(node, x, this.#scratch);
    if (largest(this.#scratch) === y) node.byBayes += weight;
    const stats = node.stats!;
    const before = node.counts[y]!;
    const total = before + weight;
    node.counts[y] = total;
    for (let c = 0; c < this.#width; c++) {
      const s = (y * this.#width + c) * STATS;
      const value = x[c]!;
      const gap = value - stats[s]!;
      stats[s]! += (weight / total) * gap;
      stats[s + 1]! += weight * gap * (value - stats[s]!);
      stats[s + 2] = before === 0 ? value : Math.min(stats[s + 2]!, value);
      stats[s + 3] = before === 0 ? value : Math.max(stats[s + 3]!, value);
    }
    const seen = sum(node.counts);
    if (seen - node.tried < this.#grace || this.leaves >= this.#most) return;
    node.tried = seen;
    this.#attempt(at, seen);
  }

  /** Everything it knows. */
  state(): Float64Array {
    const out: number[] = [this.#nodes.length];
    for (const node of this.#nodes) {
      const { feature, threshold, left, right, tried, byMajority, byBayes, counts, stats } = node;
      out.push(feature, threshold, left, right, tried, byMajority, byBayes, stats ? 1 : 0, ...counts);
      if (stats) for (const value of stats) out.push(value);
    }
    return Float64Array.from(out);
  }

  /** Decrease of entropy that each feature has brought, weighted by rows: shares of 1, equal where nothing was split. */
  importance(): Float64Array {
    const gains = new Float64Array(this.#width);
    for (const { feature, left, right } of this.#nodes) {
      if (feature < 0) continue;
      const [a, b] = [this.#below(left), this.#below(right)];
      const whole = a.map((v, k) => v + b[k]!);
      gains[feature]! += Math.max(0, sum(whole) * entropy(whole) - sum(a) * entropy(a) - sum(b) * entropy(b));
    }
    const total = sum(gains);
    return gains.map((gain) => (total > 0 ? gain / total : 1 / this.#width));
  }

  #below(at: number): Float64Array {
    const { feature, left, right, counts } = this.#nodes[at]!;
    if (feature < 0) return counts;
    const [a, b] = [this.#below(left), this.#below(right)];
    return a.map((v, k) => v + b[k]!);
  }

  #find(x: Float64Array): number {
    let at = 0;
    for (let node = this.#nodes[0]!; node.feature >= 0; node = this.#nodes[at]!)
      at = x[node.feature]! <= node.threshold ? node.left : node.right;
    return at;
  }

  #leaf(counts: Float64Array): Node {
    const stats = new Float64Array(this.#classes * this.#width * STATS);
    return {
      feature: -1,
      threshold: 0,
      left: 0,
      right: 0,
      counts,
      stats,
      tried: sum(counts),
      byMajority: 0,
      byBayes: 0,
    };
  }

  /** Splits a leaf where the best candidate is better than the next feature's by more than chance allows. */
  #attempt(at: number, seen: number): void {
    const node = this.#nodes[at]!;
    const whole = entropy(node.counts);
    if (whole === 0) return;
    let best = { gain: 0, feature: -1, threshold: 0 };
    let second = 0;
    for (const feature of this.#featuresOf(at)) {
      const found = this.#bestOf(node, feature, seen, whole);
      if (found.gain > best.gain) {
        second = best.gain;
        best = { ...found, feature };
      } else second = Math.max(second, found.gain);
    }
    // Not to split at all is a candidate of gain 0.
    const range = Math.log2(this.#classes);
    const bound = Math.sqrt((range * range * Math.log(1 / this.#delta)) / (2 * seen));
    if (best.feature < 0 || !(best.gain - second > bound || bound < this.#tie)) return;
    const [left, right] = this.#divided(node, best.feature, best.threshold);
    if (sum(left) === 0 || sum(right) === 0) return;
    node.feature = best.feature;
    node.threshold = best.threshold;
    node.stats = null;
    node.left = this.#nodes.push(this.#leaf(left)) - 1;
    node.right = this.#nodes.push(this.#leaf(right)) - 1;
  }

  #bestOf(node: Node, feature: number, seen: number, whole: number): { gain: number; threshold: number } {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < this.#classes; k++) {
      if (node.counts[k] === 0) continue;
      const s = (k * this.#width + feature) * STATS;
      low = Math.min(low, node.stats![s + 2]!);
      high = Math.max(high, node.stats![s + 3]!);
    }
    const best = { gain: 0, threshold: 0 };
    if (!(high > low)) return best;
    for (let i = 1; i <= CANDIDATES; i++) {
      const threshold = low + ((high - low) * i) / (CANDIDATES + 1);
      const [left, right] = this.#divided(node, feature, threshold);
      const gain = whole - (sum(left) * entropy(left) + sum(right) * entropy(right)) / seen;
      if (gain > best.gain) {
        best.gain = gain;
        best.threshold = threshold;
      }
    }
    return best;
  }

  /** Weights of the classes at or below a threshold, and above it, as the normal distributions of the feature have it. */
  #divided(node: Node, feature: number, threshold: number): readonly [Float64Array, Float64Array] {
    const left = new Float64Array(this.#classes);
    const right = new Float64Array(this.#classes);
    for (let k = 0; k < this.#classes; k++) {
      const count = node.counts[k]!;
      if (count === 0) continue;
      const s = (k * this.#width + feature) * STATS;
      const [mean, squares, low, high] = [
        node.stats![s]!,
        node.stats![s + 1]!,
        node.stats![s + 2]!,
        node.stats![s + 3]!,
      ];
      const deviation = Math.sqrt(squares / count);
      const share =
        threshold >= high ? 1 : threshold < low ? 0 : deviation > 0 ? normalCdf((threshold - mean) / deviation) : 1;
      left[k] = count * share;
      right[k] = count - left[k]!;
    }
    return [left, right];
  }

  #bayes(node: Node, x: Float64Array, out: Float64Array): void {
    const total = sum(node.counts);
    const { stats } = node;
    if (total === 0 || !stats) return majority(node.counts, out);
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < this.#classes; k++) {
      const count = node.counts[k]!;
      // A class with one row has no variance yet: it would claim its own value only.
      if (count < 2) {
        out[k] = Number.NEGATIVE_INFINITY;
        continue;
      }
      let score = Math.log(count / total);
      for (let c = 0; c < this.#width; c++) {
        const s = (k * this.#width + c) * STATS;
        const variance = stats[s + 1]! / count;
        if (variance > 0) score -= 0.5 * Math.log(variance) + (x[c]! - stats[s]!) ** 2 / (2 * variance);
      }
      out[k] = score;
      most = Math.max(most, score);
    }
    if (most === Number.NEGATIVE_INFINITY) return majority(node.counts, out);
    let whole = 0;
    for (let k = 0; k < this.#classes; k++) {
      out[k] = Math.exp(out[k]! - most);
      whole += out[k]!;
    }
    for (let k = 0; k < this.#classes; k++) out[k]! /= whole;
  }

  #restore(from: Float64Array): void {
    let i = 1;
    const take = () => from[i++]!;
    const nodes = from[0]!;
    for (let n = 0; n < nodes; n++) {
      const [feature, threshold, left, right] = [take(), take(), take(), take()];
      const [tried, byMajority, byBayes, hasStats] = [take(), take(), take(), take()];
      const counts = from.slice(i, i + this.#classes);
      i += this.#classes;
      const size = hasStats === 1 ? this.#classes * this.#width * STATS : 0;
      const stats = hasStats === 1 ? from.slice(i, i + size) : null;
      i += size;
      this.#nodes.push({ feature, threshold, left, right, counts, stats, tried, byMajority, byBayes });
    }
  }
}

/** Shares of the classes; equal ones before the first row. */
function majority(counts: Float64Array, out: Float64Array): void {
  const total = sum(counts);
  for (let k = 0; k < counts.length; k++) out[k] = total > 0 ? counts[k]! / total : 1 / counts.length;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

function largest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** In bits; 0 for no weight. */
function entropy(counts: Float64Array): number {
  const total = sum(counts);
  let out = 0;
  for (const count of counts) if (count > 0) out -= (count / total) * Math.log2(count / total);
  return out;
}
