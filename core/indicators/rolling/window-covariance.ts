import type { Cell } from './memory.ts';

const HEAD = 16;

/**
 * Means, squared deviations and co-deviation of the last `n` pairs (x, y), by the scheme of `WindowMoments`: no drift, exact zeros.
 * Amortised O(1).
 */
export class WindowCovariance implements Cell {
  readonly n: number;
  readonly size: number;
  /**
   * [values in the block, block: sums of distances to its first x and y, xx, yy, xy, window: mx, my, xx, yy, xy, full blocks seen, block: mean distances, first x
   * and y; then five tails of n + 1]
   */
  s = new Float64Array(0);

  /** Place in the block or ring: a whole number kept beside the state, where it is not a double. */
  #p = 0;
  /** 1 / p for p = 1..n: a division less per row, where its latency is what a row waits for. */
  readonly #inverse: Float64Array;

  constructor(n: number) {
    this.n = n;
    this.#inverse = Float64Array.from({ length: n + 1 }, (_, p) => 1 / p);
    this.size = HEAD + 5 * (n + 1);
  }

  load(): void {
    this.#p = this.s[0]! | 0;
  }

  save(): void {
    this.s[0] = this.#p;
  }

  get meanX(): number {
    return this.s[6]!;
  }
  get meanY(): number {
    return this.s[7]!;
  }
  /** Sum of (x - meanX)². */
  get xx(): number {
    return this.s[8]!;
  }
  get yy(): number {
    return this.s[9]!;
  }
  get xy(): number {
    return this.s[10]!;
  }

  /** Correlation in -1..1; 0 where either side stands still. */
  get correlation(): number {
    const both = this.s[8]! * this.s[9]!;
    return both > 0 ? Math.max(-1, Math.min(1, this.s[10]! / Math.sqrt(both))) : 0;
  }

  push(x: number, y: number): void {
    const s = this.s;
    const n = this.n;
    const w = n + 1;
    const p = this.#p + 1;
    if (p === 1) {
      s[14] = x;
      s[15] = y;
    }
    const inverse = this.#inverse[p]!;
    const dx = x - s[14]!;
    const dy = y - s[15]!;
    const sumX = s[1]! + dx;
    const sumY = s[2]! + dy;
    const restX = sumX * inverse;
    const restY = sumY * inverse;
    const farX = dx - s[12]!;
    const nearY = dy - restY;
    const xx = s[3]! + farX * (dx - restX);
    const yy = s[4]! + (dy - s[13]!) * nearY;
    const xy = s[5]! + farX * nearY;
    const mx = s[14]! + restX;
    const my = s[15]! + restY;
    s[HEAD + p - 1] = x;
    s[HEAD + w + p - 1] = y;
    if (s[11] !== 0 && p < n) {
      const share = (n - p) * this.#inverse[n]!;
      const gx = s[HEAD + p]! - mx;
      const gy = s[HEAD + w + p]! - my;
      s[6] = mx + gx * share;
      s[7] = my + gy * share;
      s[8] = xx + s[HEAD + 2 * w + p]! + gx * gx * p * share;
      s[9] = yy + s[HEAD + 3 * w + p]! + gy * gy * p * share;
      s[10] = xy + s[HEAD + 4 * w + p]! + gx * gy * p * share;
    } else {
      s[6] = mx;
      s[7] = my;
      s[8] = xx;
      s[9] = yy;
      s[10] = xy;
    }
    if (p === n) this.#turn();
    else {
      this.#p = p;
      s[1] = sumX;
      s[2] = sumY;
      s[12] = restX;
      s[13] = restY;
      s[3] = xx;
      s[4] = yy;
      s[5] = xy;
    }
  }

  #turn(): void {
    const s = this.s;
    const n = this.n;
    const w = n + 1;
    const inverse = this.#inverse;
    const lastX = s[HEAD + n - 1]!;
    const lastY = s[HEAD + w + n - 1]!;
    let sumX = 0;
    let sumY = 0;
    let mx = 0;
    let my = 0;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let i = n - 1; i >= 0; i--) {
      const dx = s[HEAD + i]! - lastX;
      const dy = s[HEAD + w + i]! - lastY;
      sumX += dx;
      sumY += dy;
      const nextX = sumX * inverse[n - i]!;
      const nextY = sumY * inverse[n - i]!;
      xx += (dx - mx) * (dx - nextX);
      yy += (dy - my) * (dy - nextY);
      xy += (dx - mx) * (dy - nextY);
      mx = nextX;
      my = nextY;
      s[HEAD + i] = lastX + mx;
      s[HEAD + w + i] = lastY + my;
      s[HEAD + 2 * w + i] = xx;
      s[HEAD + 3 * w + i] = yy;
      s[HEAD + 4 * w + i] = xy;
    }
    this.#p = 0;
    s.fill(0, 0, 6);
    s[12] = s[13] = 0;
    s[11] = 1;
  }
}
