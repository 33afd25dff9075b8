import { nearest } from './nearest.ts';

/** Extra parts of an error: where it happened, what to do, and fields for machines. Never put a secret in any of them. */
export interface ErrorParts {
  /** Plugin, pair, candle time, file or config path. */
  readonly where?: string;
  /** What the reader can do about it. */
  readonly remedy?: string;
  /** Fields for machines: numbers, names, times. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error class that users meet: a stable code, what was wrong, where, and what to do.
 * Codes are UPPER_SNAKE: an area, then what is wrong there. The bare thing where it cannot be what it is (`PLUGIN_OPTION`, `DATA_PRICE`); `_UNKNOWN` for a
 * name that nothing has, `_MISSING` for what is not there itself, `_NO_X` for what lacks an X, `_TOO_FEW` and its like, `_CORRUPT`, `_FAILED`; `_WORKER` for
 * a thread that ended. Wrong use is `USAGE_…`, and a `UsageError`. `docs/reference/errors.md` lists them; all say what to do.
 * Bugs throw plain errors, which are shown as such; expected refusals (risk, exchange limits, no data yet) are return values, not errors.
 */
export class TidegateError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly remedy: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, what: string, parts: ErrorParts = {}) {
    const where = parts.where ? ` (${parts.where})` : '';
    const remedy = parts.remedy ? ` ${parts.remedy}` : '';
    super(
      `${code}: ${endWithStop(`${what}${where}`)}${remedy}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    );
    this.name = 'TidegateError';
    this.code = code;
    this.where = parts.where;
    this.remedy = parts.remedy;
    this.details = parts.details ?? {};
  }
}

/** Wrong use of a command (unknown option, missing argument): exit code 2 instead of 1; its code begins with `USAGE_`. */
export class UsageError extends TidegateError {}

/** `Did you mean "kelly"?`, or an empty text when no candidate is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : `Did you mean "${best}"?`;
}

function endWithStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
