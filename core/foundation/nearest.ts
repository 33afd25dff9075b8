/**
 * The candidate closest to `name` by Damerau-Levenshtein distance (letter case ignored), for "did you mean"; else the only one that begins with it, else the one
 * of five letters or more that it begins with: `backtesting` for `backtest`.
 * @returns undefined when the best one differs in more than a third of its letters (at least two), and none or several begin with it, and it begins with none
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const names = [...candidates];
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  if (best !== undefined && bestDistance <= Math.max(2, Math.floor(best.length / 3))) return best;
  const begun = names.filter((candidate) => candidate.toLowerCase().startsWith(name.toLowerCase()));
  if (name.length > 2 && begun.length === 1) return begun[0];
  return names.find((candidate) => candidate.length > 4 && name.toLowerCase().startsWith(candidate.toLowerCase()));
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost one each. */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, older[j - 2]! + 1);
      row.push(d);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length]!;
}
