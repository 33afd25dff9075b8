/** Account value at each candle close, in two growing columns. */
export class EquityLog {
  #time: Float64Array;
  #value: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.#time = new Float64Array(capacity);
    this.#value = new Float64Array(capacity);
  }

  /** @param time close, ms UTC */
  add(time: number, equity: number): void {
    if (this.length === this.#time.length) this.#grow();
    this.#time[this.length] = time;
    this.#value[this.length++] = equity;
  }

  get time(): Float64Array {
    return this.#time.subarray(0, this.length);
  }

  get value(): Float64Array {
    return this.#value.subarray(0, this.length);
  }

  #grow(): void {
    const longer = (from: Float64Array) => {
      const to = new Float64Array(Math.max(1024, from.length * 2));
      to.set(from);
      return to;
    };
    this.#time = longer(this.#time);
    this.#value = longer(this.#value);
  }
}
