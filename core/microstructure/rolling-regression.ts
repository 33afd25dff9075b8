import { Ring } from './ring.ts';
import { type Savable, StateReader } from './state.ts';

/**
 * Least squares of y on x over the last `window` pairs, in O(1) amortised: sums of products about a fixed origin near the data, made
 * anew from the kept pairs once per turn of the window, so that neither large levels (prices) nor long runs lose digits.
 */
export class RollingRegression implements Savable {
  readonly #x: Ring;
  readonly #y: Ring;
  #originX = 0;
  #originY = 0;
  #sumX = 0;
  #sumY = 0;
  #sumXx = 0;
  #sumXy = 0;
  #sumYy = 0;
  #untilRebase: number;

  constructor(window: number) {
    this.#x = new Ring(window);
    this.#y = new Ring(window);
    this.#untilRebase = window;
  }

  get count(): number {
    return this.#x.length;
  }

  get isFull(): boolean {
    return this.#x.isFull;
  }

  push(x: number, y: number): void {
    if (this.count === 0) {
      this.#originX = x;
      this.#originY = y;
    }
    const oldX = this.#x.push(x);
    const oldY = this.#y.push(y);
    if (!Number.isNaN(oldX)) this.#shift(oldX, oldY, -1);
    this.#shift(x, y, 1);
    if (--this.#untilRebase === 0) this.#rebase();
  }

  #shift(x: number, y: number, sign: 1 | -1): void {
    const dx = x - this.#originX;
    const dy = y - this.#originY;
    this.#sumX += sign * dx;
    this.#sumY += sign * dy;
    this.#sumXx += sign * dx * dx;
    this.#sumXy += sign * dx * dy;
    this.#sumYy += sign * dy * dy;
  }

  #rebase(): void {
    this.#originX = this.meanX;
    this.#originY = this.meanY;
    this.#sumX = 0;
    this.#sumY = 0;
    this.#sumXx = 0;
    this.#sumXy = 0;
    this.#sumYy = 0;
    for (let i = 0; i < this.count; i++) this.#shift(this.#x.at(i), this.#y.at(i), 1);
    this.#untilRebase = this.#x.capacity;
  }

  get meanX(): number {
    return this.#originX + this.#sumX / this.count;
  }

  get meanY(): number {
    return this.#originY + this.#sumY / this.count;
  }

  /** Sum of squared deviations of x. */
  get sxx(): number {
    return Math.max(0, this.#sumXx - (this.#sumX * this.#sumX) / this.count);
  }

  get sxy(): number {
    return this.#sumXy - (this.#sumX * this.#sumY) / this.count;
  }

  get syy(): number {
    return Math.max(0, this.#sumYy - (this.#sumY * this.#sumY) / this.count);
  }

  /** NaN when x does not vary. */
  get slope(): number {
    const sxx = this.sxx;
    return sxx > 0 ? this.sxy / sxx : Number.NaN;
  }

  get intercept(): number {
    return this.meanY - this.slope * this.meanX;
  }

  /** Sum of squared residuals; NaN when x does not vary. */
  get residualSquares(): number {
    return Math.max(0, this.syy - this.slope * this.sxy);
  }

  /** Share of y's variance that the line explains, 0..1; NaN when either does not vary. */
  get rSquared(): number {
    const syy = this.syy;
    return syy > 0 ? 1 - this.residualSquares / syy : Number.NaN;
  }

  save(): number[] {
    const sums = [this.#sumX, this.#sumY, this.#sumXx, this.#sumXy, this.#sumYy];
    return [this.#originX, this.#originY, ...sums, this.#untilRebase, ...this.#x.save(), ...this.#y.save()];
  }

  load(state: ArrayLike<number> | StateReader): void {
    const reader = StateReader.of(state);
    this.#originX = reader.next();
    this.#originY = reader.next();
    this.#sumX = reader.next();
    this.#sumY = reader.next();
    this.#sumXx = reader.next();
    this.#sumXy = reader.next();
    this.#sumYy = reader.next();
    this.#untilRebase = reader.next();
    this.#x.load(reader);
    this.#y.load(reader);
  }
}
