import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import { percentile, sorted } from '../../metrics/percentile.ts';
import { type ForestTarget, trainForest } from '../trees/forest.ts';
import { gainImportance } from '../trees/importance.ts';
import { checkClasses, checkFeatures } from './check-features.ts';

export interface BorutaOptions {
  readonly target: ForestTarget;
  readonly trees?: number;
  readonly maxDepth?: number;
  readonly maxRounds?: number;
  /** Level of the tests (default 0.05). */
  readonly alpha?: number;
  /** Percentile of the shadows' importances that a feature must beat (default 100: the best). */
  readonly percentile?: number;
  /** Correct for many features by the false discovery rate and for many rounds by Bonferroni (default true), else by Bonferroni alone. */
  readonly isTwoStep?: boolean;
  readonly seed?: number | string;
  readonly threads?: number;
}

/** Feature indexes, ascending. Tentative ones could not be told from noise within the rounds. */
export interface BorutaResult {
  readonly accepted: number[];
  readonly tentative: number[];
  readonly rejected: number[];
  /** How often each feature beat the shadows. */
  readonly hits: Float64Array;
  readonly rounds: number;
}

/**
 * Boruta (Kursa and Rudnicki 2010): in each round every feature still open gets a shuffled shadow, a forest is grown on both, and a feature
 * scores a hit when its importance beats the shadows'. Binomial tests on the hits accept or reject. @throws TidegateError SELECTION_DATA, TREES_*
 */
export function boruta(columns: readonly Float64Array[], labels: Float64Array, options: BorutaOptions): BorutaResult {
  const {
    target,
    trees = 100,
    maxDepth = 5,
    maxRounds = 100,
    alpha = 0.05,
    isTwoStep = true,
    seed = 0,
    threads = 1,
  } = options;
  if (!(alpha > 0 && alpha < 1))
    throw new TidegateError('SELECTION_OPTION', `alpha is ${alpha}`, {
      remedy: 'Give a level between 0 and 1, such as 0.05.',
    });
  checkFeatures(columns, labels, 10);
  if (target.kind === 'classification') checkClasses(labels);
  const count = columns.length;
  const hits = new Float64Array(count);
  const decided = new Int8Array(count);
  let rounds = 0;
  while (rounds < maxRounds && decided.includes(0)) {
    rounds++;
    const rng = seeded(seed).fork(rounds);
    const open = Array.from({ length: count }, (_, f) => f).filter((f) => decided[f]! >= 0);
    const shadows: Float64Array[] = [];
    // At least five shadows, so that the best of them means something.
    while (shadows.length < 5) for (const f of open) shadows.push(columns[f]!);
    for (let s = 0; s < shadows.length; s++) shadows[s] = shuffled(shadows[s]!, (n) => rng.int(n));
    const data = { columns: [...open.map((f) => columns[f]!), ...shadows], labels };
    const importance = gainImportance(trainForest(data, { target, trees, maxDepth, seed: rng.int(2 ** 31), threads }));
    const level = percentile(sorted(importance.subarray(open.length)), (options.percentile ?? 100) / 100);
    for (const [k, f] of open.entries()) if (importance[k]! > level) hits[f]!++;
    decide(open, hits, decided, { rounds, alpha, isTwoStep, count });
  }
  const those = (verdict: number) => Array.from(decided.keys()).filter((f) => decided[f] === verdict);
  return { accepted: those(1), tentative: those(0), rejected: those(-1), hits, rounds };
}

function decide(
  open: readonly number[],
  hits: Float64Array,
  decided: Int8Array,
  {
    rounds,
    alpha,
    isTwoStep,
    count,
  }: { readonly rounds: number; readonly alpha: number; readonly isTwoStep: boolean; readonly count: number },
): void {
  const below = coinTable(rounds);
  const isSignificant = (p: number[]) => {
    if (!isTwoStep) return p.map((value) => value <= alpha / count);
    const discovered = falseDiscovery(p, alpha);
    return p.map((value, k) => discovered[k]! && value <= alpha / rounds);
  };
  const accept = isSignificant(open.map((f) => (hits[f]! === 0 ? 1 : 1 - below[hits[f]! - 1]!)));
  const reject = isSignificant(open.map((f) => below[hits[f]!]!));
  for (const [k, f] of open.entries()) {
    if (decided[f] !== 0) continue;
    if (accept[k]) decided[f] = 1;
    else if (reject[k]) decided[f] = -1;
  }
}

/** P(at most k heads in n tosses of a fair coin), for k = 0 … n. */
function coinTable(n: number): Float64Array {
  const out = new Float64Array(n + 1);
  let term = 0.5 ** n;
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += term;
    out[k] = Math.min(1, sum);
    term *= (n - k) / (k + 1);
  }
  return out;
}

/** Which hypotheses Benjamini and Hochberg (1995) reject at the level. */
function falseDiscovery(p: readonly number[], alpha: number): boolean[] {
  const order = Array.from(p.keys()).sort((a, b) => p[a]! - p[b]!);
  let last = -1;
  for (const [k, i] of order.entries()) if (p[i]! <= ((k + 1) / p.length) * alpha) last = k;
  const out = p.map(() => false);
  for (let k = 0; k <= last; k++) out[order[k]!] = true;
  return out;
}

/** A copy in random order (Fisher and Yates). */
export function shuffled(column: Float64Array, int: (n: number) => number): Float64Array {
  const out = column.slice();
  for (let i = out.length - 1; i > 0; i--) {
    const j = int(i + 1);
    const keep = out[i]!;
    out[i] = out[j]!;
    out[j] = keep;
  }
  return out;
}
