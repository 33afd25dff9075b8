/** A priority queue (binary heap) of the leaves that can still be split. */
export interface Frontier<T> {
  push(item: T): void;
  /** Takes the first item out. */
  pop(): T | undefined;
  /** What is left, in no particular order. */
  rest(): readonly T[];
}

/** An empty queue; `isBefore` says what comes out first. O(log n) per push and pop. */
export function frontier<T>(isBefore: (a: T, b: T) => boolean): Frontier<T> {
  const heap: T[] = [];
  const swap = (i: number, j: number) => {
    const keep = heap[i]!;
    heap[i] = heap[j]!;
    heap[j] = keep;
  };
  return {
    push(item) {
      let i = heap.push(item) - 1;
      while (i > 0) {
        const up = (i - 1) >> 1;
        if (!isBefore(heap[i]!, heap[up]!)) break;
        swap(i, up);
        i = up;
      }
    },
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return top;
      heap[0] = last;
      for (let i = 0; ; ) {
        const left = 2 * i + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
        if (!isBefore(heap[child]!, heap[i]!)) break;
        swap(i, child);
        i = child;
      }
      return top;
    },
    rest: () => heap,
  };
}
