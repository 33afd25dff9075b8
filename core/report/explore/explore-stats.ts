/** Ranks from 1, equal values sharing the middle of theirs. */
export function ranks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) out[order[i]!] = (from + to + 1) / 2;
    from = to;
  }
  return out;
}

/** Pearson correlation; NaN where either stands still or there are fewer than three values. */
export function correlation(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  if (n < 3) return Number.NaN;
  let mx = 0;
  let my = 0;
  for (let i = 0; i < n; i++) {
    mx += x[i]! / n;
    my += y[i]! / n;
  }
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : Number.NaN;
}

/** At most `most` rows, evenly spread, in which every column is finite. */
export function completeRows(columns: readonly Float64Array[], most: number): Float64Array[] {
  const rows: number[] = [];
  for (let i = 0; i < (columns[0]?.length ?? 0); i++) if (columns.every((c) => Number.isFinite(c[i]!))) rows.push(i);
  const count = Math.min(most, rows.length);
  const picked = Array.from({ length: count }, (_, k) => rows[Math.floor((k * rows.length) / count)]!);
  return columns.map((c) => Float64Array.from(picked, (i) => c[i]!));
}

/** Which columns can be looked at together: those with the fewest values are left out, one by one, until at least `least` rows are complete in the rest. */
export function comparable(columns: readonly Float64Array[], least: number): readonly number[] {
  const count = (c: Float64Array) => c.reduce((sum, x) => sum + (Number.isFinite(x) ? 1 : 0), 0);
  const kept = columns.map((c, k) => ({ k, count: count(c) })).sort((a, b) => b.count - a.count);
  const isEnough = () =>
    completeRows(
      kept.map(({ k }) => columns[k]!),
      least,
    )[0]!.length >= least;
  while (kept.length > 0 && (kept.at(-1)!.count < least || !isEnough())) kept.pop();
  return kept.map(({ k }) => k).sort((a, b) => a - b);
}

/** Rank correlation (Spearman) of every column with every other. */
export function rankCorrelations(columns: readonly Float64Array[]): number[][] {
  const ranked = columns.map(ranks);
  return ranked.map((x, i) => ranked.map((y, j) => (i === j ? 1 : correlation(x, y))));
}

/** A joining of two clusters: leaves are 0 to n - 1, the k-th joining is n + k. */
export interface Joining {
  readonly left: number;
  readonly right: number;
  readonly distance: number;
}

/**
 * Hierarchical clustering with average linkage over distances 1 - |correlation|: features that say the same, in either direction, join low. A NaN
 * correlation is a distance of 1.
 */
export function cluster(correlations: readonly (readonly number[])[]): Joining[] {
  const n = correlations.length;
  const joined: Joining[] = [];
  let open = Array.from({ length: n }, (_, i) => ({ id: i, leaves: [i] }));
  const apart = (a: readonly number[], b: readonly number[]) => {
    let sum = 0;
    for (const i of a)
      for (const j of b) sum += Number.isNaN(correlations[i]![j]!) ? 1 : 1 - Math.abs(correlations[i]![j]!);
    return sum / (a.length * b.length);
  };
  while (open.length > 1) {
    let best = { distance: Number.POSITIVE_INFINITY, a: open[0]!, b: open[1]! };
    for (let i = 0; i < open.length; i++)
      for (let j = i + 1; j < open.length; j++) {
        const distance = apart(open[i]!.leaves, open[j]!.leaves);
        if (distance < best.distance) best = { distance, a: open[i]!, b: open[j]! };
      }
    const { a, b, distance } = best;
    joined.push({ left: a.id, right: b.id, distance });
    open = [
      ...open.filter((c) => c !== a && c !== b),
      { id: n + joined.length - 1, leaves: [...a.leaves, ...b.leaves] },
    ];
  }
  return joined;
}

/** Leaves in the order in which a drawing without crossings has them. */
export function leafOrder(n: number, joined: readonly Joining[]): number[] {
  const walk = (id: number): number[] => {
    if (id < n) return [id];
    const { left, right } = joined[id - n]!;
    return [...walk(left), ...walk(right)];
  };
  return n === 0 ? [] : walk(n + joined.length - 1);
}

/** How a feature moved over time. */
export interface Drift {
  /** Mean of each slice, in deviations of the whole; NaN for a slice without values. */
  readonly slices: readonly number[];
  /** Population stability index of the last third against the first, over ten bins of equal share: below 0.1 is little, above 0.25 much. */
  readonly psi: number;
}

/** Drift of a column over `count` slices of equal length. */
export function driftOf(values: Float64Array, count: number): Drift {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, x) => sum + x, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / known.length);
  const slices = Array.from({ length: count }, (_, k) => {
    const part = values
      .subarray(Math.floor((k * values.length) / count), Math.floor(((k + 1) * values.length) / count))
      .filter(Number.isFinite);
    return part.length > 0 && deviation > 0
      ? (part.reduce((sum, x) => sum + x, 0) / part.length - mean) / deviation
      : Number.NaN;
  });
  const third = Math.floor(known.length / 3);
  return { slices, psi: stability(known.subarray(0, third), known.subarray(known.length - third)) };
}

/** Population stability index: sum of (q - p) ln(q / p) over ten bins holding a tenth of `before` each; NaN with fewer than ten values. */
export function stability(before: Float64Array, after: Float64Array): number {
  if (before.length < 10 || after.length < 10) return Number.NaN;
  const ordered = before.slice().sort();
  const edges = [
    ...new Set(Array.from({ length: 9 }, (_, k) => ordered[Math.floor(((k + 1) * ordered.length) / 10)]!)),
  ];
  const shares = (values: Float64Array) => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const x of values) counts[edges.reduce((bin, edge) => bin + (x >= edge ? 1 : 0), 0)]!++;
    // Half a value in each empty bin: its logarithm must be finite.
    return counts.map((c) => Math.max(c, 0.5) / values.length);
  };
  const p = shares(before);
  const q = shares(after);
  return p.reduce((sum, share, k) => sum + (q[k]! - share) * Math.log(q[k]! / share), 0);
}
