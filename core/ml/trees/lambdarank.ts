import type { Objective } from './objectives.ts';
import { weighGradients } from './weigh-gradients.ts';

/**
 * LambdaMART's pairwise gradients weighted by the change of NDCG (Burges, From RankNet to LambdaRank to LambdaMART, 2010), normalised
 * per query as LightGBM does. Gains are 2^grade - 1.
 * @param groups rows of each query, in order
 * @param truncation pairs count when one of them ranks above this place
 */
export function rankObjective(groups: readonly number[], truncation: number): Objective {
  return {
    text: 'lambdarank',
    outputs: 1,
    isRowWise: false,
    start: () => [0],
    gradients({ scores, labels, weights, gh, rows }) {
      gh.fill(0, 0, 2 * rows);
      let start = 0;
      for (const size of groups) {
        queryGradients(scores, labels, gh, start, size, truncation);
        start += size;
      }
      if (weights) weighGradients(gh, weights, rows);
    },
    loss: (scores, labels) => 1 - meanNdcg(scores, labels, groups, truncation),
  };
}

const discount = (rank: number) => 1 / Math.log2(rank + 2);
const gainOf = (grade: number) => 2 ** grade - 1;

/** Rows of a query by falling value; equal values keep their order. */
function ranking(values: Float64Array, start: number, size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, i) => start + i).sort((a, b) => values[b]! - values[a]! || a - b);
}

function idealGain(labels: Float64Array, start: number, size: number, depth: number): number {
  const best = ranking(labels, start, size);
  let sum = 0;
  for (let r = 0; r < Math.min(size, depth); r++) sum += gainOf(labels[best[r]!]!) * discount(r);
  return sum;
}

function queryGradients(
  scores: Float64Array,
  labels: Float64Array,
  gh: Float64Array,
  start: number,
  size: number,
  truncation: number,
): void {
  const ideal = idealGain(labels, start, size, truncation);
  if (ideal <= 0) return;
  const order = ranking(scores, start, size);
  const best = scores[order[0]!]!;
  const worst = scores[order[size - 1]!]!;
  let total = 0;
  for (let i = 0; i < Math.min(size - 1, truncation); i++)
    for (let j = i + 1; j < size; j++) {
      const a = order[i]!;
      const b = order[j]!;
      if (labels[a] === labels[b]) continue;
      const high = labels[a]! > labels[b]! ? a : b;
      const low = high === a ? b : a;
      const margin = scores[high]! - scores[low]!;
      let delta = (Math.abs(gainOf(labels[a]!) - gainOf(labels[b]!)) * Math.abs(discount(i) - discount(j))) / ideal;
      if (best !== worst) delta /= 0.01 + Math.abs(margin);
      const p = 1 / (1 + Math.exp(margin));
      const lambda = p * delta;
      const curvature = p * (1 - p) * delta;
      gh[2 * high]! -= lambda;
      gh[2 * low]! += lambda;
      gh[2 * high + 1]! += curvature;
      gh[2 * low + 1]! += curvature;
      total += 2 * lambda;
    }
  if (total <= 0) return;
  const scale = Math.log2(1 + total) / total;
  for (let i = 2 * start; i < 2 * (start + size); i++) gh[i]! *= scale;
}

/** Mean normalised discounted cumulative gain at `depth`; a query without relevant rows counts 1. */
export function meanNdcg(scores: Float64Array, labels: Float64Array, groups: readonly number[], depth: number): number {
  let sum = 0;
  let start = 0;
  for (const size of groups) {
    const ideal = idealGain(labels, start, size, depth);
    const order = ranking(scores, start, size);
    let gain = 0;
    for (let r = 0; r < Math.min(size, depth); r++) gain += gainOf(labels[order[r]!]!) * discount(r);
    sum += ideal > 0 ? gain / ideal : 1;
    start += size;
  }
  return sum / groups.length;
}
