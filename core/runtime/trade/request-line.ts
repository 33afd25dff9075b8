import type { ExchangeClock } from '../../exchange/exchange-clock.ts';
import type { LookUp, Outcome } from '../../ports/exchange.ts';
import type { StoredIntent } from '../../ports/stored-rows.ts';
import { settledIntent } from './intent-rows.ts';
import type { TradeLoop } from './trade-loop.ts';

/** Requests of a turn: stored with it, sent once it is durable; each answer is a turn of its own. */
export class RequestLine {
  readonly #clock: ExchangeClock;
  readonly #loop: () => TradeLoop;
  #intents: StoredIntent[] = [];
  #sends: (() => void)[] = [];
  /** Requests on their way. */
  inFlight = 0;

  constructor(clock: ExchangeClock, loop: () => TradeLoop) {
    this.#clock = clock;
    this.#loop = loop;
  }

  /** Nothing of the turn at hand is to be stored or sent. */
  get isEmpty(): boolean {
    return this.#intents.length === 0 && this.#sends.length === 0;
  }

  takeIntents(): readonly StoredIntent[] {
    return this.#intents.splice(0);
  }

  takeSends(): readonly (() => void)[] {
    return this.#sends.splice(0);
  }

  /** A request that changes something. Inside a turn. */
  send(intent: StoredIntent, call: () => Promise<Outcome>, heard: (outcome: Outcome) => void): void {
    this.#intents.push(intent);
    const lost = (error: Error): Outcome => ({ outcome: 'unknown', cause: error.message });
    this.#add(
      () => call().catch(lost),
      (outcome) => {
        this.settle(intent, outcome);
        heard(outcome);
      },
    );
  }

  /** A question. Inside a turn. */
  ask(call: () => Promise<LookUp>, heard: (answer: LookUp) => void): void {
    const lost = (error: Error): LookUp => ({ found: 'unknown', cause: error.message });
    this.#add(() => call().catch(lost), heard);
  }

  /** What became of a request is stored. Inside a turn. */
  settle(intent: StoredIntent, outcome: Outcome): void {
    this.#intents.push(settledIntent(intent, outcome, this.#clock.now()));
  }

  #add<T>(call: () => Promise<T>, heard: (answer: T) => void): void {
    this.#sends.push(() => {
      this.inFlight++;
      call().then((answer) => {
        this.inFlight--;
        this.#loop().turn(() => heard(answer));
      });
    });
  }
}
