/** One stretch below an earlier peak. Times ms UTC. */
export interface Drawdown {
  /** Deepest point as a negative fraction of the peak. */
  readonly depth: number;
  /** When the peak, the deepest point and the last point below the peak were. */
  readonly from: number;
  readonly bottom: number;
  readonly to: number;
  /** Whether the peak was reached again. */
  readonly isOver: boolean;
}

/** A curve's stretches below a peak. */
export interface Drawdowns {
  /** The deepest of them, deepest first. */
  readonly deepest: readonly Drawdown[];
  /** In time; null where nothing fell. */
  readonly longest: Drawdown | null;
  /** Root mean square of the drawdown in percent over all points (P. Martin's ulcer index). NaN for an empty curve. */
  readonly ulcerIndex: number;
}

/**
 * Stretches of a curve below an earlier peak, told apart by the points that reach it again. Of equally deep or long ones the first counts.
 * @param time ms UTC, ascending; at `startTime` the curve had the value `start`, which counts as a peak
 */
export function drawdowns(
  time: ArrayLike<number>,
  curve: ArrayLike<number>,
  { start, startTime, most = 5 }: { readonly start: number; readonly startTime: number; readonly most?: number },
): Drawdowns {
  const n = curve.length;
  const deepest: Drawdown[] = [];
  let longest: Drawdown | null = null;
  let peak = start;
  let from = startTime;
  let squares = 0;
  for (let i = 0; i < n; ) {
    if (curve[i]! >= peak) {
      peak = curve[i]!;
      from = time[i]!;
      i++;
      continue;
    }
    const fall = fallFrom(i, curve, peak);
    squares += fall.squares;
    i = fall.end;
    const last = time[i - 1]!;
    const isLonger = !longest || last - from > longest.to - longest.from;
    // Nearly all are shallower than the few kept.
    const isDeeper = deepest.length < most || fall.depth < deepest[most - 1]!.depth;
    if (!isLonger && !isDeeper) continue;
    const found = { depth: fall.depth, from, bottom: time[fall.bottom]!, to: last, isOver: i < n };
    if (isLonger) longest = found;
    if (!isDeeper) continue;
    deepest.push(found);
    deepest.sort((a, b) => a.depth - b.depth);
    if (deepest.length > most) deepest.pop();
  }
  return { deepest, longest, ulcerIndex: 100 * Math.sqrt(squares / n) };
}

/** The fall that begins at a point below the peak: its depth and where, the first point after it, and the sum of its squared depths. */
function fallFrom(start: number, curve: ArrayLike<number>, peak: number) {
  const n = curve.length;
  let depth = 0;
  let bottom = start;
  let squares = 0;
  let end = start;
  for (; end < n && curve[end]! < peak; end++) {
    const below = curve[end]! / peak - 1;
    squares += below * below;
    if (below < depth) {
      depth = below;
      bottom = end;
    }
  }
  return { depth, bottom, squares, end };
}
