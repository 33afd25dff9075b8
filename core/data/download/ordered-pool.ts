/**
 * Runs `work` over items, up to `width` at a time, and yields the results in the order of the items. Stops taking new items when the
 * consumer stops or one fails; then waits for those under way.
 */
export async function* orderedPool<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  let next = 0;
  const start = () => {
    const promise = work(items[next++]!);
    // A later failure must not count as unhandled while an earlier result is awaited.
    promise.catch(() => {});
    running.push(promise);
  };
  try {
    while (next < items.length || running.length > 0) {
      while (next < items.length && running.length < width) start();
      yield await running.shift()!;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
