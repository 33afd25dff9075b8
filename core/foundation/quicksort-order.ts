/** Parts of up to so many keys are sorted by insertion. */
const SHORT = 16;

/**
 * Places of `keys` in rising order, equal keys in the order in which the quicksort of numpy, and so pandas' `sort_values`, happens to leave them: median of
 * three, parts of up to 16 by insertion (R. C. Singleton, Algorithm 347, CACM 1969; R. Sedgewick, Implementing Quicksort Programs, CACM 1978). For
 * figures that have to equal those of such a program. numpy turns to a heap sort where parts stay lopsided, which keys that nearly rise never are. O(n log n)
 */
export function quicksortOrder(keys: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: keys.length }, (_, k) => k);
  const at = (k: number) => keys[order[k]!]!;
  const swap = (a: number, b: number) => {
    const place = order[a]!;
    order[a] = order[b]!;
    order[b] = place;
  };

  /** Parts `low` to `high` around a key; gives its place. */
  const part = (low: number, high: number): number => {
    const middle = low + ((high - low) >> 1);
    if (at(middle) < at(low)) swap(middle, low);
    if (at(high) < at(middle)) swap(high, middle);
    if (at(middle) < at(low)) swap(middle, low);
    const pivot = at(middle);
    swap(middle, high - 1);
    let left = low;
    let right = high - 1;
    while (true) {
      do left++;
      while (at(left) < pivot);
      do right--;
      while (pivot < at(right));
      if (left >= right) break;
      swap(left, right);
    }
    swap(left, high - 1);
    return left;
  };

  const insert = (low: number, high: number) => {
    for (let k = low + 1; k <= high; k++) for (let j = k; j > low && at(j) < at(j - 1); j--) swap(j, j - 1);
  };

  const parts: [low: number, high: number][] = [[0, keys.length - 1]];
  for (let next = parts.pop(); next; next = parts.pop()) {
    const [low, high] = next;
    if (high - low < SHORT) insert(low, high);
    else {
      const middle = part(low, high);
      parts.push([low, middle - 1], [middle + 1, high]);
    }
  }
  return order;
}
