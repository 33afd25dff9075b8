/** Tells settled funding payments from a stream of the rate that runs and of when it is due. */
export class FundingClock {
  #rate = Number.NaN;
  #dueAt = Number.NaN;

  /** The rate of the payment that has just been made: the one told last before its moment; null where none was. ms UTC. */
  heard(rate: number, nextAt: number): number | null {
    const paid = nextAt > this.#dueAt ? this.#rate : null;
    this.#rate = rate;
    this.#dueAt = nextAt;
    return paid;
  }
}
