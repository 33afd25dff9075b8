import { TidegateError } from '../../../foundation/errors.ts';

/** What the venue tolerates. */
export interface MessageLimits {
  /** Requests per second, as a bucket that fills evenly and holds one second's worth. */
  readonly messagesPerSecond?: number;
  /** Most requests per fill, counted once `grace` requests have been made. */
  readonly orderToTradeRatio?: number;
  readonly grace?: number;
}

/** Counts requests against limits. Cancels of quotes always pass the ratio, never the rate. Engine time, ns. */
export class MessageMeter {
  messages = 0;
  fills = 0;
  /** Requests that had to wait. */
  held = 0;
  /** Those of them that the ratio held back, whatever the rate said. */
  heldByRatio = 0;
  readonly #perSecond: number;
  readonly #ratio: number;
  readonly #grace: number;
  #tokens: number;
  #time = 0;

  constructor(limits: MessageLimits = {}) {
    this.#perSecond = positive('messagesPerSecond', limits.messagesPerSecond ?? 50);
    this.#ratio = positive('orderToTradeRatio', limits.orderToTradeRatio ?? Number.POSITIVE_INFINITY);
    this.#grace = positive('grace', limits.grace ?? 1000);
    this.#tokens = this.#perSecond;
  }

  /** Requests per fill so far; NaN before a fill. */
  get orderToTradeRatio(): number {
    return this.fills === 0 ? Number.NaN : this.messages / this.fills;
  }

  /** Counts a request of the engine itself: stops and exits are never held back, but use up the rate. */
  note(): void {
    this.messages++;
    this.#tokens = Math.max(-this.#perSecond, this.#tokens - 1);
  }

  /** When the rate allows the next request, ns; a ratio that is exceeded is no matter of time. */
  readyAt(time: number): number {
    const tokens = Math.min(this.#perSecond, this.#tokens + ((time - this.#time) / 1e9) * this.#perSecond);
    return tokens >= 1 ? Number.POSITIVE_INFINITY : time + Math.ceil(((1 - tokens) / this.#perSecond) * 1e9);
  }

  /** Takes leave for one request at `time`. */
  allows(time: number, isCancel: boolean): boolean {
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((time - this.#time) / 1e9) * this.#perSecond);
    this.#time = time;
    const isOverRatio = this.messages >= this.#grace && this.messages + 1 > this.#ratio * Math.max(1, this.fills);
    if (this.#tokens < 1 || (isOverRatio && !isCancel)) {
      this.held++;
      if (isOverRatio && !isCancel) this.heldByRatio++;
      return false;
    }
    this.#tokens--;
    this.messages++;
    return true;
  }
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new TidegateError('CONFIG_VALUE', `ticks.limits.${name} is ${value}`, { remedy: 'Give a number above 0.' });
}
