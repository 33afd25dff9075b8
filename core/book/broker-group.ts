import type { BookBroker } from './book-broker.ts';

/**
 * Brokers of several instruments under one clock: what happens at one may make the trader send something to another at that very moment, so no
 * exchange runs further ahead than the least delay allows. With a single broker it is that broker.
 * At equal times: data of all instruments in their order, then answers in that order.
 */
export class BrokerGroup {
  readonly brokers: readonly BookBroker[];
  readonly #leastNs: number;
  #until = Number.NEGATIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;

  /** @param leastNs the least that a request and its answer take together */
  constructor(brokers: readonly BookBroker[], leastNs: number) {
    this.brokers = brokers;
    this.#leastNs = leastNs;
  }

  /** When the next row of any instrument reaches the trader; Infinity when there is none left. */
  get nextLocalTime(): number {
    let next = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.brokers.length; k++) next = Math.min(next, this.brokers[k]!.nextLocalTime);
    return next;
  }

  /** Lets everything up to and including `time` happen, as a broker does; returns where it ended. */
  advanceTo(time: number): number {
    const { brokers } = this;
    if (brokers.length === 1) return brokers[0]!.advanceTo(time);
    this.#until = time;
    for (;;) {
      const arrival = this.#nextArrival(this.#until);
      if (arrival > this.#until) break;
      for (const broker of brokers) broker.watch(arrival);
      this.#now = arrival;
      for (const broker of brokers) broker.receive(arrival);
    }
    for (const broker of brokers) broker.runExchange(this.#until);
    for (const broker of brokers) broker.watch(this.#until);
    this.#now = this.#until;
    return this.#until;
  }

  /** Makes the `advanceTo` at hand end at `time`, or now where that has passed. */
  interrupt(time: number): void {
    if (this.brokers.length === 1) this.brokers[0]!.interrupt(time);
    else if (time < this.#until) this.#until = Math.max(time, this.#now);
  }

  /** Runs the exchanges until the arrival of the next answer is certain, or until `time`, and returns that arrival. */
  #nextArrival(time: number): number {
    for (;;) {
      let known = Number.POSITIVE_INFINITY;
      let earliest = Number.POSITIVE_INFINITY;
      for (const broker of this.brokers) {
        known = Math.min(known, broker.nextAnswerTime);
        if (broker.mayAnswer) earliest = Math.min(earliest, broker.nextExchangeTime);
      }
      const wanted = Math.min(time, known);
      // An answer given from `earliest` on cannot lead to a request that arrives before this.
      const target = Math.min(wanted, earliest + this.#leastNs);
      for (const broker of this.brokers) broker.runExchange(target);
      if (target < wanted) continue;
      for (const broker of this.brokers) known = Math.min(known, broker.nextAnswerTime);
      return known;
    }
  }
}
