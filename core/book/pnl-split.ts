/**
 * Splits a market maker's result exactly: what fills gained against the mid at that moment (spread), what the held inventory gained as the
 * mid moved, fees paid, and funding received. Their sum is the change of equity at mid. All in quote units, positions in base units.
 */
export class PnlSplit {
  spread = 0;
  inventory = 0;
  fees = 0;
  funding = 0;
  position = 0;
  #mid = Number.NaN;

  get total(): number {
    return this.spread + this.inventory - this.fees + this.funding;
  }

  get mid(): number {
    return this.#mid;
  }

  onMid(mid: number): void {
    if (!(mid > 0)) return;
    if (!Number.isNaN(this.#mid)) this.inventory += this.position * (mid - this.#mid);
    this.#mid = mid;
  }

  /** A fill; before the first mid its own price stands in. `fee` is negative for a rebate. */
  onFill(sign: 1 | -1, price: number, amount: number, fee: number): void {
    if (Number.isNaN(this.#mid)) this.#mid = price;
    this.spread += sign * amount * (this.#mid - price);
    this.position += sign * amount;
    this.fees += fee;
  }

  /** Longs pay a positive rate at the mark price. */
  onFunding(rate: number, markPrice: number): void {
    this.funding -= rate * this.position * markPrice;
  }
}
