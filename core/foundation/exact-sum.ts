/**
 * A running sum whose rounding errors are carried along (Neumaier 1974): `value` is good to one rounding of the true sum, however many
 * small terms went in. Cash is kept in one of these.
 */
export class ExactSum {
  #sum = 0;
  #carry = 0;

  constructor(start = 0) {
    this.#sum = start;
  }

  add(x: number): void {
    const sum = this.#sum;
    const total = sum + x;
    this.#carry += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
    this.#sum = total;
  }

  /** Forgets what was added and starts over. */
  set(value: number): void {
    this.#sum = value;
    this.#carry = 0;
  }

  get value(): number {
    return this.#sum + this.#carry;
  }
}
