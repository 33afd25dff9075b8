import type { ExchangeClock } from './exchange-clock.ts';

/** Classes of requests, the most urgent first. Cancels are exits. */
const PRIORITIES = ['exit', 'entry', 'reconcile', 'data'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Share of the budget that a class leaves to the more urgent ones. */
const RESERVE: Readonly<Record<Priority, number>> = { exit: 0, entry: 0.1, reconcile: 0.25, data: 0.5 };
/** How long a request waits for the end of a ban before it gives up, ms. */
const PATIENCE: Readonly<Record<Priority, number>> = { exit: 10_000, entry: 2_000, reconcile: 30_000, data: 30_000 };

const CLOSED = 'the exchange was closed';

/** A request that may not leave: the address is banned until `until` (ms UTC). */
export class RequestBanned extends Error {
  readonly until: number;

  constructor(until: number, reason: string) {
    super(`no request may leave before ${new Date(until).toISOString()}: ${reason}`);
    this.name = 'RequestBanned';
    this.until = until;
  }
}

interface Waiting {
  readonly cost: number;
  readonly deadline: number;
  readonly leave: () => void;
  readonly refuse: (error: Error) => void;
  readonly isOver: () => boolean;
}

export interface RateLimiterOptions {
  readonly clock: ExchangeClock;
  /** Weight that may leave at once, and weight that comes back per ms. */
  readonly capacity: number;
  readonly perMs: number;
}

/**
 * Weighted rate limiter of one address: a token bucket with four queues. A request leaves when no more urgent one waits and when it leaves the more
 * urgent classes their share. During a ban nothing leaves; requests whose patience ends before the ban are refused at once.
 */
export class RateLimiter {
  readonly #clock: ExchangeClock;
  readonly #capacity: number;
  readonly #perMs: number;
  readonly #queues: Readonly<Record<Priority, Waiting[]>> = { exit: [], entry: [], reconcile: [], data: [] };
  #tokens: number;
  #filledAt: number;
  #bannedUntil = 0;
  #banReason = '';
  #wake: (() => void) | null = null;
  #isClosed = false;

  constructor({ clock, capacity, perMs }: RateLimiterOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#perMs = perMs;
    this.#tokens = capacity;
    this.#filledAt = clock.now();
  }

  /**
   * Resolves when a request of this weight may leave.
   * @param isOver true once nobody wants it any more: it is refused in its turn, and takes nothing of the budget
   * @throws RequestBanned when a ban outlasts the patience of the class
   */
  take(cost: number, priority: Priority, isOver: () => boolean = () => false): Promise<void> {
    return new Promise((leave, refuse) => {
      const deadline = this.#clock.now() + PATIENCE[priority];
      this.#queues[priority].push({ cost, deadline, leave, refuse, isOver });
      this.#serve();
    });
  }

  /** What the venue says of the running window: the fraction of it that is used. */
  observe(usedFraction: number): void {
    this.#refill();
    this.#tokens = Math.min(this.#tokens, Math.max(0, 1 - usedFraction) * this.#capacity);
  }

  /** Nothing leaves before `until`, ms UTC. A shorter ban never shortens a longer one. */
  ban(until: number, reason: string): void {
    if (until <= this.#bannedUntil) return;
    this.#bannedUntil = until;
    this.#banReason = reason;
    this.#serve();
  }

  /** Refuses everything that waits. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    for (const priority of PRIORITIES)
      for (const { refuse } of this.#queues[priority].splice(0)) refuse(new Error(CLOSED));
  }

  #refill(): void {
    const now = this.#clock.now();
    // A clock that was set back refills nothing.
    this.#tokens = Math.min(this.#capacity, this.#tokens + Math.max(0, now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
  }

  #serve(): void {
    this.#wake?.();
    this.#wake = null;
    if (this.#isClosed) return;
    const now = this.#clock.now();
    if (now < this.#bannedUntil) return this.#sitOut();
    this.#refill();
    for (const priority of PRIORITIES) {
      const queue = this.#queues[priority];
      for (let head = queue[0]; head; head = queue[0]) {
        if (head.isOver()) {
          queue.shift();
          head.refuse(new Error(CLOSED));
          continue;
        }
        const missing = this.#missing(head.cost, priority);
        if (missing > 0) {
          this.#wake = this.#clock.after(Math.ceil(missing / this.#perMs), () => this.#serve());
          return;
        }
        this.#tokens -= head.cost;
        queue.shift();
        head.leave();
      }
    }
  }

  /** Tokens that a request has to wait for. One heavier than its share waits for a full bucket. */
  #missing(cost: number, priority: Priority): number {
    const needed = Math.min(cost + RESERVE[priority] * this.#capacity, this.#capacity);
    const missing = needed - this.#tokens;
    return missing > 1e-9 ? missing : 0;
  }

  #sitOut(): void {
    for (const priority of PRIORITIES) {
      const queue = this.#queues[priority];
      const stays = queue.filter(({ deadline }) => deadline >= this.#bannedUntil);
      for (const { deadline, refuse } of queue)
        if (deadline < this.#bannedUntil) refuse(new RequestBanned(this.#bannedUntil, this.#banReason));
      queue.splice(0, queue.length, ...stays);
    }
    this.#wake = this.#clock.after(Math.max(1, this.#bannedUntil - this.#clock.now()), () => this.#serve());
  }
}
