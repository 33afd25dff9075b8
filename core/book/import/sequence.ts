/**
 * Watches the numbers of a dump's messages: which are there twice, and how often some are missing between two snapshots. Messages may stand in any order.
 */
export class Sequence {
  #numbers: number[] = [];
  #seen: Set<number> | null = null;
  #last = Number.NEGATIVE_INFINITY;
  #gaps = 0;
  repeated = 0;

  /** A snapshot begins anew. */
  restart(number: number): void {
    this.#close();
    this.#numbers = [number];
    this.#seen = null;
    this.#last = number;
  }

  /** Takes a change's number; false when it was there already. */
  take(number: number): boolean {
    if (number <= this.#last) {
      this.#seen ??= new Set(this.#numbers);
      if (this.#seen.has(number)) {
        this.repeated++;
        return false;
      }
    }
    this.#last = Math.max(this.#last, number);
    this.#numbers.push(number);
    this.#seen?.add(number);
    return true;
  }

  /** Places where numbers are missing. */
  get gaps(): number {
    this.#close();
    return this.#gaps;
  }

  #close(): void {
    const numbers = this.#seen === null ? this.#numbers : Float64Array.from(this.#numbers).sort();
    for (let i = 1; i < numbers.length; i++) if (numbers[i]! > numbers[i - 1]! + 1) this.#gaps++;
    this.#numbers = [];
  }
}
