import { type ErrorParts, TidegateError } from './errors.ts';
import { messageOf } from './message-of.ts';

/** Our own code: what is thrown there was mostly caused further out. In a clone, strategies and the user's folder lie beside it. */
const HERE = new URL('../../', import.meta.url).href;
const OURS = ['bin/', 'core/', 'plugins/', 'index.'].map((part) => HERE + part);

/**
 * Where in the user's own files something was thrown: `/home/me/user_data/strategies/my-idea.ts:17:9`, of the innermost cause that knows.
 * @returns undefined where no file of the user's was at work
 */
export function userPlace(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const within = userPlace(thrown.cause);
  if (within !== undefined) return within;
  for (const line of (thrown.stack ?? '').split('\n')) {
    const [, url, place] = /(file:\/\/[^\s)]+?)(?:\?[^\s):]*)?(:\d+:\d+)\)?$/.exec(line) ?? [];
    if (url === undefined || OURS.some((part) => url.startsWith(part)) || url.includes('/node_modules/')) continue;
    return decodeURI(url.slice('file://'.length)) + place!;
  }
  return undefined;
}

/**
 * What to throw in place of what a strategy threw: STRATEGY_FAILED with where in the market and in which line, and what may be done. Errors of ours
 * stay what they are.
 * @param doing what it was at: `in onCandle`
 * @param moment where in the market: `BTC/USDT at 2024-01-01T00:00:00.000Z`
 */
export function strategyFailed(name: string, doing: string, cause: unknown, moment?: string): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError('STRATEGY_FAILED', `${name} threw ${doing}: ${messageOf(cause)}`, blameParts(cause, moment));
}

function blameParts(cause: unknown, moment: string | undefined): ErrorParts {
  const place = userPlace(cause);
  const where = [moment, place].filter((part) => part !== undefined).join(', ');
  const missing = cause instanceof ReferenceError ? /^(\w+) is not defined$/.exec(cause.message)?.[1] : undefined;
  const remedy =
    missing !== undefined
      ? `If it is Tidegate's, import it: import { ${missing} } from 'tidegate'.`
      : place === undefined
        ? 'Run with --debug to see where in the file.'
        : undefined;
  return { ...(where && { where }), ...(remedy && { remedy }), cause };
}
