import { classNames } from '../../foundation/class-names.ts';
import { RequestFailure } from './source.ts';

/** ccxt's error classes by name, from the most special: a rate limit and a ban are network errors there, too. */
const RATE_LIMIT = ['DDoSProtection', 'RateLimitExceeded'];
const REFUSED = [
  'BadSymbol',
  'BadRequest',
  'NotSupported',
  'ArgumentsRequired',
  'AuthenticationError',
  'PermissionDenied',
];

/**
 * What a ccxt error means for downloading. The wait of a rate limit is the answer's Retry-After (seconds or an HTTP date); a ban without
 * one waits two minutes, Binance's shortest.
 */
export function failureOf(
  error: unknown,
  headers: Readonly<Record<string, string>> | undefined,
  now: number,
): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const classes = classNames(error);
  const message = error instanceof Error ? firstLine(error.message) : String(error);
  if (RATE_LIMIT.some((name) => classes.includes(name))) {
    const stated = retryAfter(headers, now);
    const isBan = /\b418\b/.test(message);
    return new RequestFailure('rate-limit', message, {
      retryAfterMs: stated ?? (isBan ? 120_000 : 10_000),
      cause: error,
    });
  }
  if (REFUSED.some((name) => classes.includes(name))) return new RequestFailure('refused', message, { cause: error });
  // What is none of ccxt's errors is the network's: a connection cut off in the midst of an answer, or an answer that ccxt did not expect.
  const isTemporary = ['OperationFailed', 'NetworkError'].some((name) => classes.includes(name)) || !isOfCcxt(classes);
  return new RequestFailure(isTemporary ? 'unavailable' : 'refused', message, { cause: error });
}

function isOfCcxt(classes: readonly string[]): boolean {
  return classes.includes('BaseError');
}

function retryAfter(headers: Readonly<Record<string, string>> | undefined, now: number): number | undefined {
  const name = Object.keys(headers ?? {}).find((key) => key.toLowerCase() === 'retry-after');
  const value = name === undefined ? undefined : headers![name];
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.slice(0, 300);
}
