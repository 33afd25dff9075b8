import { TidegateError } from '../../foundation/errors.ts';
import { expression, type Operand, type Series } from '../series.ts';

/** 1 on the row where `a` comes to lie above `b`, having been at or below it one row before; else 0. NaN on the first row. */
export function crossOver(a: Operand, b: Operand): Series {
  return expression('crossOver', [a, b]);
}

/** 1 on the row where `a` comes to lie below `b`, having been at or above it one row before; else 0. NaN on the first row. */
export function crossUnder(a: Operand, b: Operand): Series {
  return expression('crossUnder', [a, b]);
}

/** Rows since `condition` was last other than 0: 0 on such a row itself, NaN before the first. */
export function barsSince(condition: Series): Series {
  return expression('barsSince', [condition]);
}

/**
 * What `x` was when `condition` last held (occurrence 0), the time before that (1), and so on; NaN until then.
 * @throws TidegateError FEATURE_OPTION unless `occurrence` is a whole number >= 0
 */
export function valueWhen(condition: Series, x: Operand, occurrence = 0): Series {
  if (!Number.isInteger(occurrence) || occurrence < 0 || occurrence > 1_000_000)
    throw new TidegateError('FEATURE_OPTION', `valueWhen cannot take occurrence ${occurrence}`, {
      remedy: 'Give 0 for the last time the condition held, 1 for the one before.',
    });
  return expression('valueWhen', [condition, x], [occurrence]);
}

/** The highest `x` since `condition` last held, that row included; NaN before it first holds. */
export function highestSince(condition: Series, x: Operand): Series {
  return expression('highestSince', [condition, x]);
}

/** The lowest `x` since `condition` last held, that row included; NaN before it first holds. */
export function lowestSince(condition: Series, x: Operand): Series {
  return expression('lowestSince', [condition, x]);
}

/** `a` where `condition` is other than 0, else `b`; NaN where the condition is. The branch not taken may be NaN. */
export function iff(condition: Series, a: Operand, b: Operand): Series {
  return expression('iff', [condition, a, b]);
}

/** `x` with NaN replaced, by 0 unless another number or series is given: the one way to have values while something warms up. */
export function nz(x: Series, replacement: Operand = 0): Series {
  return expression('nz', [x, replacement]);
}
