/**
 * An empty list of objects. `[]` is a list of small integers to the compiler until the first object goes in: code that was compiled when lists held objects
 * is thrown away when the next run of the process begins with empty ones.
 */
export function listOf<T extends object>(): T[] {
  const list: unknown[] = [null];
  list.pop();
  return list as T[];
}

/** Empties a list of a few. Setting a length is a call into the runtime that drops the list's memory as well: in hot paths it costs more than the work. */
export function empty(list: unknown[]): void {
  while (list.length > 0) list.pop();
}

/** Puts one more on a list of a few. In hot paths a store is compiled in place, where `push` is called. */
export function append<T>(list: T[], item: T): void {
  list[list.length] = item;
}

/** Takes one out of a list of a few, where it is in it. Shifting by hand spares the array that splice would make. */
export function takeOut<T>(list: T[], item: T): void {
  let at = 0;
  while (at < list.length && list[at] !== item) at++;
  if (at === list.length) return;
  for (at++; at < list.length; at++) list[at - 1] = list[at]!;
  list.pop();
}
