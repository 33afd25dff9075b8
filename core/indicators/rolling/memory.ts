/** A part of a kernel that keeps its numbers in the kernel's one state array. Its memory starts zeroed, and zeroed means fresh. */
export interface Cell {
  /** Numbers of state it needs. */
  readonly size: number;
  /** Its share of the state array; bound once, when the kernel is made. */
  s: Float64Array;
  /** Takes what it keeps beside the state out of it, before rows are worked on and after a restart. */
  load?(): void;
  /** Puts that back, so that the state is whole. */
  save?(): void;
}

const UNBOUND = new Float64Array(0);

/** Plain numbers of state, for what no other cell keeps. */
export class Slots implements Cell {
  readonly size: number;
  s = UNBOUND;

  constructor(size: number) {
    this.size = size;
  }
}

/** Hands out the state array of a kernel to its cells. Number 0 is the count of rows since the last restart. */
export class Memory {
  readonly #cells: Cell[] = [];

  /** Registers a cell and returns it; its `s` is bound by `seal`. */
  own<C extends Cell>(cell: C): C {
    this.#cells.push(cell);
    return cell;
  }

  load(): void {
    for (const cell of this.#cells) cell.load?.();
  }

  save(): void {
    for (const cell of this.#cells) cell.save?.();
  }

  /** Allocates the state and binds every cell to its share of it. */
  seal(): Float64Array {
    let at = 1;
    for (const cell of this.#cells) at += cell.size;
    const state = new Float64Array(at);
    at = 1;
    for (const cell of this.#cells) {
      cell.s = state.subarray(at, at + cell.size);
      at += cell.size;
    }
    return state;
  }
}
