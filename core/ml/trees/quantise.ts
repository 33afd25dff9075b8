import { NUMBER, part, type TrainSpace } from './train-space.ts';

/**
 * Chooses units such that every sum of gradients, and of hessians with row counts packed below them, is an integer under 2^52: all
 * additions are then exact, so neither their order nor the number of threads can change a bit, and a sibling's histogram is an exact
 * difference. (The idea of pre-rounding is Demmel and Nguyen's, Fast reproducible floating-point summation, 2013.)
 */
export function chooseUnits(space: TrainSpace, maxGradient: number, maxHessian: number): void {
  const { f64, region, shared } = space;
  const at = region.numbers >>> 3;
  const countBits = Math.ceil(Math.log2(shared.rows + 1));
  const unit = (largest: number, bits: number) => 2 ** Math.ceil(Math.log2((largest * shared.rows) / 2 ** bits));
  f64[at + NUMBER.gradientUnit] = maxGradient > 0 ? unit(maxGradient, 51) : 1;
  f64[at + NUMBER.hessianUnit] = maxHessian > 0 ? unit(maxHessian, 51 - countBits) : 1;
  f64[at + NUMBER.size] = 2 ** countBits;
  f64[at + NUMBER.inverse] = 2 ** -countBits;
}

/** Largest |gradient| and |hessian| of rows [from, to); NaN where one is not a finite number. */
export function largestPair(gh: Float64Array, from: number, to: number): [gradient: number, hessian: number] {
  let g = 0;
  let h = 0;
  let check = 0;
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const a = Math.abs(gh[i]!);
    const b = Math.abs(gh[i + 1]!);
    if (a > g) g = a;
    if (b > h) h = b;
    check += (a + b) * 0;
  }
  return check === 0 ? [g, h] : [Number.NaN, Number.NaN];
}

/** Rounds this thread's part of the gradients to units. Hessians are dithered by row, so that rounding has no direction. */
export function quantise(space: TrainSpace, thread: number, threads: number): void {
  const { f64, region, shared } = space;
  const at = region.numbers >>> 3;
  const perGradient = 1 / f64[at + NUMBER.gradientUnit]!;
  const perHessian = 1 / f64[at + NUMBER.hessianUnit]!;
  const size = f64[at + NUMBER.size]!;
  const [from, to] = part(shared.rows, thread, threads);
  const rounder = 6755399441055744; // 1.5 * 2^52: adding and taking it away rounds to an integer
  for (let i = from, k = (region.gh >>> 3) + 2 * from; i < to; i++, k += 2) {
    const dither = (Math.imul(i, 0x9e3779b1) >>> 8) / 16777216;
    f64[k] = f64[k]! * perGradient + rounder - rounder;
    f64[k + 1] = Math.floor(f64[k + 1]! * perHessian + dither) * size + 1;
  }
}
