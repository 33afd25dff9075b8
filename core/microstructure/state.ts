import { TidegateError } from '../foundation/errors.ts';

/** Running state that survives a restart: `load(save())` on an instance made with the same options continues to the same bits. */
export interface Savable {
  /** The whole state as plain numbers; NaN means "not defined yet". */
  save(): number[];
  /** @throws TidegateError MICRO_STATE_MISMATCH when the state does not belong to these options */
  load(state: ArrayLike<number> | StateReader): void;
}

/** Reads a saved state front to back, so that a feature can hand the same reader to its parts. */
export class StateReader {
  readonly #state: ArrayLike<number>;
  #at = 0;

  constructor(state: ArrayLike<number>) {
    this.#state = state;
  }

  static of(state: ArrayLike<number> | StateReader): StateReader {
    return state instanceof StateReader ? state : new StateReader(state);
  }

  next(): number {
    const value = this.#state[this.#at++];
    if (value === undefined) throw mismatch(`the state ends after ${this.#state.length} numbers`);
    return value;
  }

  nextBoolean(): boolean {
    return this.next() !== 0;
  }

  /** Reads a number that the options fix, such as a window length. */
  expect(name: string, wanted: number): void {
    const found = this.next();
    if (found !== wanted) throw mismatch(`${name} is ${found} in the state and ${wanted} in the options`);
  }

  fill(target: Float64Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.next();
  }
}

function mismatch(what: string): TidegateError {
  return new TidegateError('MICRO_STATE_MISMATCH', `a saved feature state does not fit: ${what}`, {
    remedy: 'Start the feature empty and let it warm up, or restore the options it was saved with.',
  });
}

/**
 * Checks an integer option.
 * @throws TidegateError MICRO_OPTION
 */
export function requireCount(name: string, value: number, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new TidegateError('MICRO_OPTION', `${name} must be an integer of at least ${least}, not ${value}`, {
    remedy: `Give a whole number from ${least}.`,
    details: { name, value },
  });
}

/**
 * Checks an option that must be a finite number above zero.
 * @throws TidegateError MICRO_OPTION
 */
export function requirePositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TidegateError('MICRO_OPTION', `${name} must be a number above 0, not ${value}`, {
    remedy: 'Give a number above 0.',
    details: { name, value },
  });
}
