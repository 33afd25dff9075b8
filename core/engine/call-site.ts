import { TidegateError } from '../foundation/errors.ts';
import { shown } from '../foundation/message-of.ts';
import { strategyFailed } from '../foundation/user-place.ts';
import type { RiskVerdict } from '../ports/trading-modules.ts';
import { NAN_ANSWER } from '../strategy/strategy.ts';
import type { Slot } from './slot.ts';
import type { EngineClock } from './time.ts';

/**
 * Whose code is running: set before each call into a strategy or module, cleared after. What is thrown meanwhile is theirs; what is thrown
 * otherwise is a fault of the engine.
 */
export class CallSite {
  slot: Slot | null = null;
  /** The callback, as its author names it, or the module: `sizing "kelly"`. */
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
    const { surface } = slot;
    surface.asking = this;
    if (slot.here !== null) surface.here = slot.here;
  }

  /** Of the pair that it is about. */
  get features(): Slot['bar']['f'] | null {
    return this.slot === null ? null : this.slot.bar.f;
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

  /** Ends the call with what a risk module says: nothing, or what is no verdict, allows nothing. @throws TidegateError STRATEGY_ANSWER */
  ruling(value: unknown): RiskVerdict {
    const { verdict, reason, stake } = Object(value) as Readonly<Record<string, unknown>>;
    const hasReason = typeof reason === 'string' && reason !== '';
    const isShrunk = verdict === 'shrink' && typeof stake === 'number' && isAmount(stake);
    if (verdict !== 'allow' && !(hasReason && (verdict === 'deny' || isShrunk)))
      throw this.#nonsense(
        value,
        "{ verdict: 'allow' }, { verdict: 'deny', reason } or { verdict: 'shrink', stake, reason }, at once: no promise",
      );
    this.slot = null;
    return value as RiskVerdict;
  }

  /** Ends the call with what an execution module has come to. @throws TidegateError STRATEGY_ANSWER */
  turn<T extends { readonly actions: readonly unknown[] }>(value: T): T {
    if (!Array.isArray((Object(value) as Partial<T>).actions))
      throw this.#nonsense(value, '{ state, actions }, with a list of actions, at once: no promise');
    this.slot = null;
    return value;
  }

  /** An error about an answer of the call at hand. */
  #nonsense(value: unknown, wanted: string): TidegateError {
    const slot = this.slot!;
    this.slot = null;
    const isCallback = /^\w+$/.test(this.name);
    const asked = isCallback ? `${slot.strategyName}.${this.name}` : `${this.name} of ${slot.strategyName}`;
    return new TidegateError('STRATEGY_ANSWER', `${asked} returned ${shown(value)}`, {
      where: this.#where(slot),
      remedy: `Return ${wanted}.${isCallback && Number.isNaN(value) ? NAN_ANSWER : ''}`,
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
/** A stake: NaN, which no entry is made of, included. */
export const isStake = (x: number): boolean => x !== Number.POSITIVE_INFINITY;
