import { TidegateError } from '../foundation/errors.ts';
import { strategyFailed } from '../foundation/user-place.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/**
 * Whose code is running: set before each call into a strategy or module, cleared after. What is thrown meanwhile is theirs; what is thrown
 * otherwise is a fault of the engine.
 */
export class CallSite {
  slot: Slot | null = null;
  /** The callback, as its author names it. */
  name = '';
  /** Engine time of the event at hand, ns. */
  now = 0;
  readonly #clock: EngineClock;

  constructor(clock: EngineClock) {
    this.#clock = clock;
  }

  enter(slot: Slot, name: string): void {
    this.slot = slot;
    this.name = name;
    if (slot.here !== null) slot.strategy.tickSurface.here = slot.here;
  }

  leave(): void {
    this.slot = null;
  }

  /** What to throw in place of what a call threw: errors of users become STRATEGY_FAILED with callback, pair and time. */
  blame(cause: unknown): unknown {
    const { slot, name } = this;
    this.slot = null;
    return slot === null ? cause : strategyFailed(slot.strategyName, `in ${name}`, cause, this.#where(slot));
  }

  /** Ends the call with a number for which `isGood` holds. @throws TidegateError STRATEGY_ANSWER */
  number(value: unknown, isGood: (x: number) => boolean, wanted: string): number {
    if (typeof value !== 'number' || !isGood(value)) throw this.#nonsense(value, wanted);
    this.slot = null;
    return value;
  }

  /** The same where null (or nothing) means "no opinion". @throws TidegateError STRATEGY_ANSWER */
  optional(value: unknown, isGood: (x: number) => boolean, wanted: string): number | null {
    if (value !== null && value !== undefined) return this.number(value, isGood, `${wanted}, or null`);
    this.slot = null;
    return null;
  }

  /** Ends the call with true or false. @throws TidegateError STRATEGY_ANSWER */
  verdict(value: unknown): boolean {
    if (typeof value !== 'boolean') throw this.#nonsense(value, 'true or false');
    this.slot = null;
    return value;
  }

  /** Ends the call with a word, or null for none. @throws TidegateError STRATEGY_ANSWER */
  word(value: unknown): string | null {
    if (value !== null && value !== undefined && value !== false && typeof value !== 'string')
      throw this.#nonsense(value, 'a reason in words, or null');
    this.slot = null;
    return value || null;
  }

  /** An error about an answer of the call at hand. */
  #nonsense(value: unknown, wanted: string): TidegateError {
    const slot = this.slot!;
    this.slot = null;
    const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return new TidegateError('STRATEGY_ANSWER', `${slot.strategyName}.${this.name} returned ${shown}`, {
      where: this.#where(slot),
      remedy: `Return ${wanted}.`,
    });
  }

  #where(slot: Slot): string {
    return `${slot.pair.pair} at ${new Date(this.#clock.toMs(this.now)).toISOString()}`;
  }
}

/** Above 0 and finite: a test for `number` and `optional`. */
export const isPrice = (x: number): boolean => x > 0 && x < Number.POSITIVE_INFINITY;
/** From 0 on and finite: the same for what may be nothing. */
export const isAmount = (x: number): boolean => x >= 0 && x < Number.POSITIVE_INFINITY;
