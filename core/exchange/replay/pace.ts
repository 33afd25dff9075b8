import type { ReplayExchange } from './replay-exchange.ts';

const TICK_MS = 20;
/** Work of one turn is cut here, so that requests are answered while the market hurries. */
const TURN_MS = 15;

/** Drives market time by the wall clock: 1 to 10,000 times its speed, or not at all (0: lockstep, only the control port advances). */
export class Pace {
  readonly #exchange: ReplayExchange;
  readonly #wall: () => number;
  #timer: NodeJS.Timeout | null = null;
  #from = { wall: 0, market: 0 };
  speed = 0;

  /** @param wall monotone wall time, ms */
  constructor(exchange: ReplayExchange, wall: () => number) {
    this.#exchange = exchange;
    this.#wall = wall;
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
    while (this.#exchange.now + stepMs <= due && this.#wall() < until) this.#exchange.advance(stepMs);
  }
}
