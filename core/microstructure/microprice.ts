import { imbalance } from './book-imbalance.ts';
import { type BookTop, midOf } from './book-top.ts';

/** Options of the microprice fit. */
export interface MicropriceOptions {
  readonly priceTick: number;
  /** Classes of queue imbalance. */
  readonly buckets?: number;
  /** Spreads of 1 to this many ticks have states of their own; wider ones share the last. */
  readonly maxSpreadTicks?: number;
}

/**
 * Stoikov's microprice (Quantitative Finance 18(12), 2018): mid plus the expected sum of all coming mid moves, given queue imbalance and
 * spread, from a Markov chain counted on past quotes. Feed quotes to `observe`, call `fit` on past data only, then read `adjustment`.
 * Each move is counted together with its mirror image (sides swapped), which makes the chain symmetric and its sum converge.
 */
export class Microprice {
  readonly #tick: number;
  readonly #buckets: number;
  readonly #spreads: number;
  readonly #states: number;
  /** Counts of transitions without a mid move, and, with one, of the state after it and the sum of moves. */
  readonly #still: Float64Array;
  readonly #moved: Float64Array;
  readonly #moveSum: Float64Array;
  readonly #total: Float64Array;
  readonly #adjustments: Float64Array;
  #state = -1;
  #mid = Number.NaN;

  constructor(options: MicropriceOptions) {
    this.#tick = options.priceTick;
    this.#buckets = options.buckets ?? 10;
    this.#spreads = options.maxSpreadTicks ?? 4;
    const n = this.#buckets * this.#spreads;
    this.#states = n;
    this.#still = new Float64Array(n * n);
    this.#moved = new Float64Array(n * n);
    this.#moveSum = new Float64Array(n);
    this.#total = new Float64Array(n);
    this.#adjustments = new Float64Array(n);
  }

  /** Counts the step from the last quote to this one. Books with an empty or crossed side are skipped. */
  observe(top: BookTop): void {
    const state = this.#stateOf(top);
    const mid = midOf(top);
    if (state < 0) {
      this.#state = -1;
      return;
    }
    if (this.#state >= 0) {
      const move = mid - this.#mid;
      this.#count(this.#state, state, move);
      this.#count(this.#mirror(this.#state), this.#mirror(state), -move);
    }
    this.#state = state;
    this.#mid = mid;
  }

  #count(from: number, to: number, move: number): void {
    const isStill = Math.abs(move) < this.#tick / 4;
    const table = isStill ? this.#still : this.#moved;
    table[from * this.#states + to]! += 1;
    this.#total[from]! += 1;
    if (!isStill) this.#moveSum[from]! += move;
  }

  #stateOf(top: BookTop): number {
    if (top.bids === 0 || top.asks === 0) return -1;
    const ticks = Math.round((top.askPrice[0]! - top.bidPrice[0]!) / this.#tick);
    if (ticks < 1) return -1;
    const share = (imbalance(top.bidSize[0]!, top.askSize[0]!) + 1) / 2;
    const bucket = Math.min(this.#buckets - 1, Math.floor(share * this.#buckets));
    return (Math.min(ticks, this.#spreads) - 1) * this.#buckets + bucket;
  }

  #mirror(state: number): number {
    const bucket = state % this.#buckets;
    return state - bucket + (this.#buckets - 1 - bucket);
  }

  /**
   * Solves for the adjustments: with Q the chance of a quiet step, T of a moving one and r the mean move, G = sum over k of B^k g with
   * g = (1 - Q)^-1 r and B = (1 - Q)^-1 T. The outer sum ends when nothing changes by more than a millionth of a tick.
   */
  fit(): void {
    const n = this.#states;
    const solve = solver(this.#quiet(), n);
    let term = solve(Float64Array.from(this.#moveSum, (sum, s) => sum / Math.max(1, this.#total[s]!)));
    this.#adjustments.set(term);
    for (let k = 0; k < 1000; k++) {
      term = solve(this.#step(this.#moved, term));
      let largest = 0;
      for (let s = 0; s < n; s++) {
        this.#adjustments[s]! += term[s]!;
        largest = Math.max(largest, Math.abs(term[s]!));
      }
      if (largest < 1e-6 * this.#tick) return;
    }
  }

  /** 1 - Q by rows. States that were never seen to move leak a little, so that the matrix has an inverse. */
  #quiet(): Float64Array {
    const n = this.#states;
    const matrix = new Float64Array(n * n);
    for (let from = 0; from < n; from++) {
      const total = Math.max(1, this.#total[from]!);
      for (let to = 0; to < n; to++)
        matrix[from * n + to] = (from === to ? 1 : 0) - ((1 - 1e-9) * this.#still[from * n + to]!) / total;
    }
    return matrix;
  }

  #step(counts: Float64Array, vector: Float64Array): Float64Array {
    const n = this.#states;
    return Float64Array.from(vector, (_, from) => {
      let sum = 0;
      for (let to = 0; to < n; to++) sum += counts[from * n + to]! * vector[to]!;
      return sum / Math.max(1, this.#total[from]!);
    });
  }

  /** Microprice minus mid, price units; NaN for a book with an empty or crossed side, 0 for a state never seen. */
  adjustment(top: BookTop): number {
    const state = this.#stateOf(top);
    return state < 0 ? Number.NaN : this.#adjustments[state]!;
  }
}

/** Solves `matrix` x = b for any b: Gaussian elimination without pivoting, safe since every row is diagonally dominant. Overwrites the matrix. */
function solver(matrix: Float64Array, n: number): (b: Float64Array) => Float64Array {
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k]! / matrix[k * n + k]!;
      matrix[i * n + k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) matrix[i * n + j]! -= factor * matrix[k * n + j]!;
    }
  return (b) => {
    const x = Float64Array.from(b);
    for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) x[i]! -= matrix[i * n + j]! * x[j]!;
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j < n; j++) x[i]! -= matrix[i * n + j]! * x[j]!;
      x[i]! /= matrix[i * n + i]!;
    }
    return x;
  };
}
