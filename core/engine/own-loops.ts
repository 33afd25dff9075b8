import type { Strategy } from '../strategy/strategy.ts';
import { askTogether } from './lanes.ts';
import { askAdjusting, askQuietly } from './quiet-candles.ts';

/** The loops that call a strategy at each candle. */
export interface Loops {
  readonly askQuietly: typeof askQuietly;
  readonly askAdjusting: typeof askAdjusting;
  readonly askTogether: typeof askTogether;
}

const byClass = new WeakMap<object, Loops>();
/** Taken by the first class of the process: most processes run one. */
let unused: Loops | null = { askQuietly, askAdjusting, askTogether };

/**
 * The loops of a strategy's class: code of their own, since a loop that has called many classes calls each of them through a slow, megamorphic site, and
 * none of their code is compiled into it.
 */
export function loopsOf(strategy: Strategy): Loops {
  let loops = byClass.get(strategy.constructor);
  if (loops === undefined) {
    loops = unused ?? {
      askQuietly: copyOf(askQuietly),
      askAdjusting: copyOf(askAdjusting),
      askTogether: copyOf(askTogether),
    };
    unused = null;
    byClass.set(strategy.constructor, loops);
  }
  return loops;
}

let copies = 0;

/**
 * The same code, of which the compiler has learned nothing yet. The loop may name nothing but its arguments and the language's own objects. Equal texts share
 * what is learned of them: the number makes each its own.
 */
function copyOf<F extends (...args: never[]) => unknown>(loop: F): F {
  return new Function(`/* ${++copies} */ return ${loop}`)() as F;
}
