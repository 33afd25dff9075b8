import type { ReplayExchange } from './replay-exchange.ts';

const TICK_MS = 20;
/** Work of one turn is cut here, so that requests are answered while the market hurries. */
const TURN_MS = 15;

/** Drives market time by the wall clock: 1 to 10,000 times its speed, or not at all (0: lockstep, only the control port advances). */
export class Pace {
  readonly #exchange: ReplayExchange;
  readonly #wall: () => number;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | null = null;
  #isReading = false;
  #from = { wall: 0, market: 0 };
  speed = 0;

  /**
   * @param wall monotone wall time, ms
   * @param onError hears of a part of a recording that cannot be read; market time stands still then
   */
  constructor(exchange: ReplayExchange, wall: () => number, onError: (error: Error) => void) {
    this.#exchange = exchange;
    this.#wall = wall;
    this.#onError = onError;
  }

  start(speed: number): void {
    this.stop();
    this.speed = speed;
    if (speed <= 0) return;
    this.#from = { wall: this.#wall(), market: this.#exchange.now };
    this.#timer = setInterval(() => this.#turn(), TICK_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.speed = 0;
  }

  /** How far market time is behind where its speed should have brought it, ms of market time. */
  get lagMs(): number {
    return this.speed === 0 ? 0 : Math.max(0, this.#due() - this.#exchange.now);
  }

  #due(): number {
    return this.#from.market + (this.#wall() - this.#from.wall) * this.speed;
  }

  #turn(): void {
    const due = this.#due();
    const until = this.#wall() + TURN_MS;
    const { stepMs } = this.#exchange;
    while (this.#exchange.now + stepMs <= due && this.#wall() < until) {
      if (!this.#exchange.isReady) return this.#read();
      this.#exchange.advance(stepMs);
    }
  }

  /** Market time waits for the next part of a recording, and catches up after it. */
  #read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#exchange.ready().then(
      () => {
        this.#isReading = false;
      },
      (error: Error) => {
        this.stop();
        this.#onError(error);
      },
    );
  }
}
