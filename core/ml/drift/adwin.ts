import { TidegateError } from '../../foundation/errors.ts';

/** A detector of change in a stream of numbers (errors, a feature, a return): true at the rows where it finds one. Forward only. */
export interface DriftDetector {
  /** @throws TidegateError DRIFT_DATA when `x` is not finite */
  step(x: number): boolean;
}

/** @throws TidegateError DRIFT_DATA */
export function checkFinite(x: number): void {
  if (!Number.isFinite(x))
    throw new TidegateError('DRIFT_DATA', `the row is ${x}`, { remedy: 'Skip rows that are not finite.' });
}

/** @throws TidegateError DRIFT_OPTION */
export function checkOption(name: string, value: number, isGood: boolean, wanted: string): void {
  if (!isGood) throw new TidegateError('DRIFT_OPTION', `${name} is ${value}`, { remedy: `Give ${wanted}.` });
}

/** Blocks of a size before two are merged into one of double size. */
const PER_SIZE = 5;

interface Block {
  readonly count: number;
  readonly sum: number;
  /** Sum of squares about the block's mean. */
  readonly spread: number;
}

/**
 * ADWIN (Bifet and Gavaldà 2007): keeps the longest window whose parts have the same mean; when two parts differ by more than chance
 * allows at confidence `delta`, the older part is dropped. Means are compared by the variance-aware bound; memory and time O(log n).
 */
export class Adwin implements DriftDetector {
  readonly #delta: number;
  readonly #every: number;
  /** Oldest first; counts fall from left to right. */
  #blocks: Block[] = [];
  #rows = 0;

  /** @param every rows between tests (default 32) @param from what `state` gave */
  constructor({
    delta = 0.002,
    every = 32,
    from,
  }: { readonly delta?: number; readonly every?: number; readonly from?: Float64Array } = {}) {
    checkOption('delta', delta, delta > 0 && delta < 1, 'a number between 0 and 1, such as 0.002');
    checkOption('every', every, Number.isInteger(every) && every >= 1, 'a whole number from 1');
    this.#delta = delta;
    this.#every = every;
    if (!from) return;
    this.#rows = from[0]!;
    for (let i = 1; i < from.length; i += 3)
      this.#blocks.push({ count: from[i]!, sum: from[i + 1]!, spread: from[i + 2]! });
  }

  /** Everything it knows: rows seen, then count, sum and spread of each block. */
  state(): Float64Array {
    return Float64Array.of(this.#rows, ...this.#blocks.flatMap(({ count, sum, spread }) => [count, sum, spread]));
  }

  /** Rows in the window. */
  get width(): number {
    return this.#blocks.reduce((sum, block) => sum + block.count, 0);
  }

  /** Mean of the window: the level of now. NaN before the first row. */
  get mean(): number {
    return this.#blocks.reduce((sum, block) => sum + block.sum, 0) / this.width;
  }

  step(x: number): boolean {
    checkFinite(x);
    this.#blocks.push({ count: 1, sum: x, spread: 0 });
    this.#compress();
    this.#rows++;
    if (this.#rows % this.#every !== 0) return false;
    let hasChanged = false;
    while (this.#differs()) {
      this.#blocks.shift();
      hasChanged = true;
    }
    return hasChanged;
  }

  #compress(): void {
    const blocks = this.#blocks;
    for (let size = 1, to = blocks.length; to > 0; size *= 2) {
      let from = to;
      while (from > 0 && blocks[from - 1]!.count === size) from--;
      if (to - from <= PER_SIZE) return;
      blocks.splice(from, 2, merged(blocks[from]!, blocks[from + 1]!));
      to = from + 1;
    }
  }

  /** Whether some cut of the window has parts whose means differ too much. */
  #differs(): boolean {
    const whole = this.#blocks.reduce(merged, { count: 0, sum: 0, spread: 0 });
    const variance = whole.spread / whole.count;
    const logs = Math.log((2 * Math.log(whole.count)) / this.#delta);
    let old: Block = { count: 0, sum: 0, spread: 0 };
    for (const block of this.#blocks) {
      old = merged(old, block);
      const recent = whole.count - old.count;
      if (old.count < 5) continue;
      if (recent < 5) return false;
      const gap = Math.abs(old.sum / old.count - (whole.sum - old.sum) / recent);
      const m = 1 / old.count + 1 / recent;
      // The last term of the bound supposes values within 1 of each other: it is taken in units of the deviation.
      if (gap > Math.sqrt(2 * m * variance * logs) + (2 / 3) * m * logs * Math.sqrt(variance)) return true;
    }
    return false;
  }
}

function merged(a: Block, b: Block): Block {
  const count = a.count + b.count;
  const gap = a.count > 0 && b.count > 0 ? a.sum / a.count - b.sum / b.count : 0;
  return { count, sum: a.sum + b.sum, spread: a.spread + b.spread + (gap * gap * a.count * b.count) / count };
}
