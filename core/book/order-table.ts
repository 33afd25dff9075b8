/** Entries that there is room for at first; a power of two. */
const ROOM = 16;

/**
 * Orders by their number: open addressing over a power of two of slots. Numbers are given in sequence, so that those open at a time hardly ever meet in a
 * slot; taking out closes the gap that is left. Several times faster than a Map, which is rebuilt again and again where entries come and go.
 */
export class OrderTable<T extends { readonly id: number }> {
  #slots: (T | undefined)[] = new Array(ROOM).fill(undefined);
  #mask = ROOM - 1;
  size = 0;

  get(id: number): T | undefined {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let k = id & mask; ; k = (k + 1) & mask) {
      const found = slots[k];
      if (found === undefined || found.id === id) return found;
    }
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** Puts an order in, in place of one with the same number. */
  add(order: T): void {
    if (2 * this.size >= this.#slots.length) this.#grow();
    const slots = this.#slots;
    const mask = this.#mask;
    let k = order.id & mask;
    for (; ; k = (k + 1) & mask) {
      const found = slots[k];
      if (found === undefined) break;
      if (found.id !== order.id) continue;
      slots[k] = order;
      return;
    }
    slots[k] = order;
    this.size++;
  }

  /** Takes an order out, where it is in. */
  delete(id: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let gap = id & mask;
    for (; ; gap = (gap + 1) & mask) {
      const found = slots[gap];
      if (found === undefined) return;
      if (found.id === id) break;
    }
    this.size--;
    for (let k = (gap + 1) & mask; ; k = (k + 1) & mask) {
      const other = slots[k];
      if (other === undefined) break;
      // It may move up unless its own place lies behind the gap.
      if (((k - other.id) & mask) < ((k - gap) & mask)) continue;
      slots[gap] = other;
      gap = k;
    }
    slots[gap] = undefined;
  }

  /** All orders in a list of its own, in no order that could be relied on. */
  list(): T[] {
    return this.#slots.filter((order) => order !== undefined);
  }

  #grow(): void {
    const all = this.list();
    const room = 2 * this.#slots.length;
    this.#slots = new Array(room).fill(undefined);
    this.#mask = room - 1;
    this.size = 0;
    for (const order of all) this.add(order);
  }
}
