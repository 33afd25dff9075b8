import { TidegateError } from '../../foundation/errors.ts';
import { seeded } from '../../foundation/rng.ts';
import type { OutlierGuard } from './outlier-guard.ts';
import { checkTraining, checkWidth } from './transform.ts';

export interface IsolationOptions {
  readonly trees?: number;
  /** Rows of each tree (default 256). */
  readonly sample?: number;
  /** Share of the training rows to call outliers (default 0.01): sets the limit. */
  readonly share?: number;
  readonly seed?: number | string;
}

/** Numbers of a node: feature (-1: a leaf), threshold (rows left in a leaf), left and right node. */
const WIDTH = 4;

/**
 * Isolation forest (Liu, Ting and Zhou 2008): random splits isolate odd rows in few steps. Scores lie in (0, 1), about 0.5 for ordinary
 * rows. @throws TidegateError PREPARE_DATA, PREPARE_OPTION
 */
export function isolationForest(
  training: readonly Float64Array[],
  { trees = 100, sample = 256, share = 0.01, seed = 0 }: IsolationOptions = {},
): OutlierGuard {
  checkTraining(training, false);
  if (!(share > 0 && share < 0.5 && Number.isInteger(trees) && trees >= 1 && sample >= 2))
    throw new TidegateError('PREPARE_OPTION', `trees ${trees}, sample ${sample}, share ${share}`, {
      remedy: 'Give at least 1 tree, 2 rows, and a share below 0.5.',
    });
  const n = training[0]!.length;
  const size = Math.min(sample, n);
  const deepest = Math.ceil(Math.log2(Math.max(2, size)));
  const nodes: number[] = [];
  const roots = Float64Array.from({ length: trees }, (_, t) => {
    const rng = seeded(seed).fork(t);
    const rows = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < size; i++) {
      const j = i + rng.int(n - i);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    const grow = (members: readonly number[], depth: number): number => {
      const node = nodes.length / WIDTH;
      nodes.push(-1, members.length, 0, 0);
      if (depth >= deepest || members.length < 2) return node;
      const varied = training.flatMap((column, f) =>
        members.some((i) => column[i] !== column[members[0]!]) ? [f] : [],
      );
      if (varied.length === 0) return node;
      const feature = varied[rng.int(varied.length)]!;
      const column = training[feature]!;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (const i of members) {
        low = Math.min(low, column[i]!);
        high = Math.max(high, column[i]!);
      }
      const at = low + rng.next() * (high - low);
      const left = members.filter((i) => column[i]! <= at);
      const right = members.filter((i) => column[i]! > at);
      nodes.splice(node * WIDTH, WIDTH, feature, at, grow(left, depth + 1), grow(right, depth + 1));
      return node;
    };
    return grow(rows.slice(0, size), 0);
  });
  const state = { nodes: Float64Array.from(nodes), roots, about: Float64Array.of(training.length, size, Number.NaN) };
  const ordered = isolationOf(state).score(training).sort();
  state.about[2] = ordered[Math.min(n - 1, Math.floor((1 - share) * n))]!;
  return isolationOf(state);
}

/** The forest from what it learned. */
export function isolationOf(state: Readonly<Record<string, Float64Array>>): OutlierGuard {
  const nodes = state.nodes!;
  const roots = state.roots!;
  const [width, size, limit] = state.about! as unknown as [number, number, number];
  const usual = usualDepth(size);
  return {
    limit,
    state,
    score(columns) {
      checkWidth(columns, width);
      return Float64Array.from({ length: columns[0]!.length }, (_, i) => {
        if (columns.some((column) => Number.isNaN(column[i]!))) return Number.NaN;
        let sum = 0;
        for (const root of roots) {
          let depth = 0;
          let at = root * WIDTH;
          for (; nodes[at]! >= 0; depth++)
            at = nodes[at + (columns[nodes[at]!]![i]! <= nodes[at + 1]! ? 2 : 3)]! * WIDTH;
          sum += depth + usualDepth(nodes[at + 1]!);
        }
        return 2 ** (-sum / roots.length / usual);
      });
    },
  };
}

/** Mean depth of an unsuccessful search in a binary tree of n rows. */
function usualDepth(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}
