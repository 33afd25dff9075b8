import type { GrowPlan } from './train-options.ts';
import { ARG, CANDIDATE_BYTES, NUMBER, type TrainSpace } from './train-space.ts';

/** What a node needs to know to be searched: totals in quantised units, output bounds in real units, its key for random thresholds. */
export interface SearchNode {
  readonly G: number;
  readonly V: number;
  readonly lower: number;
  readonly upper: number;
  readonly key: number;
}

/** Writes the node's parameters where the scan kernel reads them (`which`: 0 the smaller child, 1 the larger). */
export function writeParams(space: TrainSpace, which: number, node: SearchNode): void {
  const { f64, region, plan } = space;
  const n = region.numbers >>> 3;
  const ug = f64[n + NUMBER.gradientUnit]!;
  const uh = f64[n + NUMBER.hessianUnit]!;
  const at = (region.params >>> 3) + 16 * which;
  f64[at] = node.G;
  f64[at + 1] = node.V;
  f64[at + 2] = f64[n + NUMBER.size]!;
  f64[at + 3] = f64[n + NUMBER.inverse]!;
  f64[at + 4] = plan.l1 / ug;
  f64[at + 5] = plan.l2 / uh;
  f64[at + 6] = plan.minDataInLeaf;
  f64[at + 7] = plan.minHessianInLeaf / uh;
  f64[at + 8] = node.lower;
  f64[at + 9] = node.upper;
  f64[at + 10] = node.key;
}

const NONE = -1;
/** Where kernels leave the result for one feature, before it is compared. */
const shrink = (g: number, l1: number) => Math.sign(g) * Math.max(Math.abs(g) - l1, 0);

/** 32-bit mix of three integers to [0, 1): random thresholds that depend on nothing but tree, node and feature. */
function chance(a: number, b: number, c: number): number {
  let h =
    Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(b + 0x7f4a7c15, 0xc2b2ae35) ^
    Math.imul(c + 0x165667b1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/**
 * Searches one feature's histogram at byte address `h` and keeps the result in the candidate at `best` when its score is higher.
 * Plain numeric features go to the scan kernel; category sets, monotone bounds and random thresholds are searched here.
 */
export function searchFeature(
  space: TrainSpace,
  h: number,
  feature: number,
  which: number,
  best: number,
  spare: number,
): void {
  const { f64, kernels, plan, maps, region } = space;
  const map = maps[feature]!;
  const params = region.params + 128 * which;
  const out = spare >>> 3;
  const p = params >>> 3;
  f64[out + 6] = map.kind === 'category' ? 1 : 0;
  f64[out + 7] = 0;
  const direction = plan.monotone[feature] ?? 0;
  const isBounded = f64[p + 8]! > Number.NEGATIVE_INFINITY || f64[p + 9]! < Number.POSITIVE_INFINITY;
  if (map.kind === 'category') searchCategories(space, h, map.bins, p, spare);
  else if (plan.extraTrees || direction !== 0 || isBounded) searchBounded(space, h, feature, direction, p, out);
  else kernels.scan(h, map.bins, map.missing, params, spare);
  keepBetter(space, feature, p, best, spare);
}

/** Whether every feature is searched by the scan kernel alone, which then has a short way for nodes of few rows. */
export function isPlainSearch({ categorical, extraTrees, monotone }: GrowPlan): boolean {
  return categorical.length === 0 && !extraTrees && monotone.every((m) => m === 0);
}

/** `searchFeature` for a node of few rows of a plain search: makes the histogram, too. */
export function searchFew(
  space: TrainSpace,
  of: { readonly rows: number; readonly count: number; readonly gh: number; readonly h: number },
  feature: number,
  best: number,
  spare: number,
): void {
  const { f64, kernels, maps, region, shared } = space;
  const { bins, missing } = maps[feature]!;
  const column = shared.bins + feature * shared.rows;
  kernels.scanFew(column, of.rows, of.count, of.gh, of.h, bins, missing, region.params, spare);
  f64[(spare >>> 3) + 6] = 0;
  f64[(spare >>> 3) + 7] = 0;
  keepBetter(space, feature, region.params >>> 3, best, spare);
}

/** Keeps the result at `spare` in the candidate at `best` when its score is higher. */
function keepBetter({ f64, plan }: TrainSpace, feature: number, p: number, best: number, spare: number): void {
  const out = spare >>> 3;
  const weight = plan.featureWeights[feature];
  if (weight !== undefined) weighGain(f64, p, out, weight);
  const held = best >>> 3;
  // Threads come to features in any order: of equal ones the first counts.
  if (!(f64[out]! > f64[held]! || (f64[out] === f64[held] && feature < f64[held + 5]!))) return;
  f64[out + 5] = feature;
  for (let k = 0; k < CANDIDATE_BYTES / 8; k++) f64[held + k] = f64[out + k]!;
}

/** Lets only a share of what the split is better by than none count. */
function weighGain(f64: Float64Array, p: number, out: number, weight: number): void {
  const G = shrink(f64[p]!, f64[p + 4]!);
  const whole = (G * G) / (Math.floor(f64[p + 1]! * f64[p + 3]!) + f64[p + 5]!);
  if (f64[out]! > whole) f64[out] = whole + weight * (f64[out]! - whole);
}

/** Numeric search with monotone direction, output bounds or one random threshold. */
function searchBounded(space: TrainSpace, h: number, feature: number, direction: number, p: number, out: number): void {
  const { f64, plan, maps, region } = space;
  const { bins, missing, upper } = maps[feature]!;
  const [G, V, size, inverse] = [f64[p]!, f64[p + 1]!, f64[p + 2]!, f64[p + 3]!];
  const [l1, l2, minCount, minHessian, low, high] = [
    f64[p + 4]!,
    f64[p + 5]!,
    f64[p + 6]!,
    f64[p + 7]!,
    f64[p + 8]!,
    f64[p + 9]!,
  ];
  const n = region.numbers >>> 3;
  const toReal = f64[n + NUMBER.gradientUnit]! / f64[n + NUMBER.hessianUnit]!;
  const at = h >>> 3;
  const H = Math.floor(V * inverse);
  const N = V - H * size;
  const missingG = missing >= 0 ? f64[at + 2 * missing]! : 0;
  const missingV = missing >= 0 ? f64[at + 2 * missing + 1]! : 0;
  const passes = missingV !== 0 ? 2 : 1;
  const only = plan.extraTrees
    ? randomBin(f64, at, bins, upper, chance(space.i32[(region.args >>> 2) + ARG.treeSeed]!, f64[p + 10]!, feature))
    : NONE;
  f64[out] = NONE;
  const clip = (w: number) => Math.min(high, Math.max(low, w));
  for (let pass = 0; pass < passes; pass++) {
    let g = pass === 1 ? missingG : 0;
    let v = pass === 1 ? missingV : 0;
    for (let b = 0, stop = passes === 2 && pass === 0 ? bins : bins - 1; b < stop; b++) {
      g += f64[at + 2 * b]!;
      v += f64[at + 2 * b + 1]!;
      if (plan.extraTrees ? b !== only : f64[at + 2 * b + 1] === 0) continue;
      const hl = Math.floor(v * inverse);
      const nl = v - hl * size;
      const hr = H - hl;
      if (nl < minCount || hl < minHessian || N - nl < minCount || hr < minHessian) continue;
      const a = shrink(g, l1);
      const c = shrink(G - g, l1);
      const wl = clip((-a / (hl + l2)) * toReal);
      const wr = clip((-c / (hr + l2)) * toReal);
      if ((direction > 0 && wl > wr) || (direction < 0 && wl < wr)) continue;
      // The improvement at clipped outputs: -(2 G w + (H + l2) w^2), which is G^2 / (H + l2) where nothing is clipped.
      const ql = wl / toReal;
      const qr = wr / toReal;
      const score = -(2 * a * ql + (hl + l2) * ql * ql) - (2 * c * qr + (hr + l2) * qr * qr);
      if (!(score > f64[out]!)) continue;
      f64[out] = score;
      f64[out + 1] = b;
      f64[out + 2] = passes === 2 ? pass : nl + nl > N ? 1 : 0;
      f64[out + 3] = g;
      f64[out + 4] = v;
    }
  }
}

/** The bin of a threshold drawn uniformly between the node's lowest and highest values (Geurts et al., Extremely randomized trees, 2006). */
function randomBin(f64: Float64Array, at: number, bins: number, upper: Float64Array, u: number): number {
  let first = 0;
  while (first < bins && f64[at + 2 * first + 1] === 0) first++;
  let last = bins - 1;
  while (last > first && f64[at + 2 * last + 1] === 0) last--;
  if (last <= first) return NONE;
  const low = upper[first]!;
  const cut = low + u * (upper[last - 1]! - low);
  let b = first;
  while (b < last - 1 && upper[b]! < cut) b++;
  return b;
}

/**
 * Category sets as LightGBM finds them: one against the rest where there are few, else a prefix of the categories in order of
 * G / (H + catSmooth), from either end (Fisher, On grouping for maximum homogeneity, 1958). Bin 0 (missing, rare) always goes right.
 */
function searchCategories(space: TrainSpace, h: number, bins: number, p: number, spare: number): void {
  const { f64, u32, plan, region } = space;
  const out = spare >>> 3;
  const at = h >>> 3;
  const [G, V, size, inverse] = [f64[p]!, f64[p + 1]!, f64[p + 2]!, f64[p + 3]!];
  const [l1, minCount, minHessian] = [f64[p + 4]!, f64[p + 6]!, f64[p + 7]!];
  const uh = f64[(region.numbers >>> 3) + NUMBER.hessianUnit]!;
  const H = Math.floor(V * inverse);
  const N = V - H * size;
  f64[out] = NONE;
  const used: number[] = [];
  for (let b = 1; b < bins; b++) if (f64[at + 2 * b + 1] !== 0) used.push(b);
  const offer = (g: number, v: number, members: readonly number[], extra: number): void => {
    const l2 = f64[p + 5]! + extra / uh;
    const hl = Math.floor(v * inverse);
    const nl = v - hl * size;
    const hr = H - hl;
    if (nl < minCount || hl < minHessian || N - nl < minCount || hr < minHessian) return;
    const score = shrink(g, l1) ** 2 / (hl + l2) + shrink(G - g, l1) ** 2 / (hr + l2);
    if (!(score > f64[out]!)) return;
    f64.set([score, 0, 0, g, v], out);
    f64[out + 7] = extra;
    u32.fill(0, (spare >>> 2) + 16, (spare >>> 2) + 24);
    for (const b of members) u32[(spare >>> 2) + 16 + (b >>> 5)]! |= 1 << (b & 31);
  };
  if (bins - 1 <= plan.maxCatToOneHot) {
    for (const b of used) offer(f64[at + 2 * b]!, f64[at + 2 * b + 1]!, [b], 0);
    return;
  }
  const count = (b: number) => f64[at + 2 * b + 1]! - Math.floor(f64[at + 2 * b + 1]! * inverse) * size;
  const value = (b: number) => f64[at + 2 * b]! / (Math.floor(f64[at + 2 * b + 1]! * inverse) + plan.catSmooth / uh);
  const order = used.filter((b) => count(b) >= plan.catSmooth).sort((a, b) => value(a) - value(b) || a - b);
  const limit = Math.min(plan.maxCatThreshold, Math.floor((order.length + 1) / 2));
  for (const line of [order, order.slice().reverse()]) {
    let g = 0;
    let v = 0;
    let group = 0;
    for (let i = 0; i < limit; i++) {
      const b = line[i]!;
      g += f64[at + 2 * b]!;
      v += f64[at + 2 * b + 1]!;
      group += count(b);
      if (group < plan.minDataPerGroup) continue;
      const left = v - Math.floor(v * inverse) * size;
      if (N - left < plan.minDataPerGroup) break;
      group = 0;
      offer(g, v, line.slice(0, i + 1), plan.catL2);
    }
  }
}
