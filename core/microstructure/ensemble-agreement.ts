import { TidegateError } from '../foundation/errors.ts';

/** What an ensemble says together. */
export interface Agreement {
  /** Weighted sum of the directions; weights are used as given. */
  readonly direction: number;
  /** 0..1: one minus the deviation of the directions over their mean size. */
  readonly confidence: number;
  /** Confidence reaches the threshold. */
  readonly accepted: boolean;
}

/**
 * Agreement of several models on a direction (-1..1 each), after Hansen and Salamon (IEEE TPAMI 12(10), 1990): confidence is
 * max(0, 1 - population deviation / mean |direction|), 0 when no model says anything. The gate of the pipeline: below 0.6, stand aside.
 * All models can be wrong together in a crash, so it never replaces VPIN and the regime as kill switches.
 * @throws TidegateError MICRO_OPTION when there are no directions or weights of another length
 */
export function agreement(directions: ArrayLike<number>, weights: ArrayLike<number>, threshold = 0.6): Agreement {
  const n = directions.length;
  if (n === 0 || weights.length !== n)
    throw new TidegateError('MICRO_OPTION', `${n} directions need as many weights, not ${weights.length}`, {
      remedy: 'Give one weight for each direction, and at least one.',
    });
  let direction = 0;
  let mean = 0;
  let meanSize = 0;
  for (let i = 0; i < n; i++) {
    direction += weights[i]! * directions[i]!;
    mean += directions[i]! / n;
    meanSize += Math.abs(directions[i]!) / n;
  }
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (directions[i]! - mean) ** 2;
  const confidence = meanSize < 1e-12 ? 0 : Math.min(1, Math.max(0, 1 - Math.sqrt(squares / n) / meanSize));
  return { direction, confidence, accepted: confidence >= threshold };
}
