import { classNames } from '../../foundation/class-names.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { secretStriker } from '../../foundation/redacted.ts';
import type { Outcome, RefusalCode } from '../../ports/exchange.ts';
import { RequestBanned } from '../rate-limiter.ts';
import type { VenueProfile } from './venue-profile.ts';

/** What is known of the HTTP exchange behind a call; filled while it runs. */
export interface RequestTrace {
  /** Requests that left. */
  sent: number;
  /** Of the last answer; 0 without one. */
  status: number;
  headers: Readonly<Record<string, string>>;
}

/**
 * What an error means. `refused`: the venue said no, nothing was done. `denied`: nothing left. `unknown`: it may have been done. `isTemporary`: a read
 * may be tried again.
 */
export interface Failure {
  readonly kind: 'refused' | 'denied' | 'unknown';
  readonly code: RefusalCode;
  readonly reason: string;
  readonly venueCode: string | null;
  readonly isTemporary: boolean;
  /** The venue's clock and ours differ: synchronise, then send again. */
  readonly isClock: boolean;
  /** Requests are forbidden for so long, ms; null where nothing is said. */
  readonly banMs: number | null;
  /** ms UTC: a ban that was known before. */
  readonly until: number | null;
}

/** ccxt's classes (names along the chain of inheritance) that decide by themselves, the most special first. */
const CLASSES: readonly (readonly [string, RefusalCode])[] = [
  ['DDoSProtection', 'rate-limit'],
  ['RateLimitExceeded', 'rate-limit'],
  ['InsufficientFunds', 'insufficient-funds'],
  ['OrderImmediatelyFillable', 'would-trigger'],
  ['OrderNotFillable', 'would-take'],
  ['DuplicateOrderId', 'duplicate-id'],
  ['OrderNotFound', 'order-not-found'],
  ['OrderNotCached', 'order-not-found'],
  ['MarketClosed', 'market-closed'],
  ['BadSymbol', 'market-closed'],
  ['AccountSuspended', 'key'],
  ['AuthenticationError', 'key'],
  ['PermissionDenied', 'key'],
  ['NotSupported', 'unsupported'],
];
/** Outcomes that nobody can know: timeouts, resets, 5xx, answers that are no answers. */
const UNKNOWN_CLASSES = ['NetworkError', 'OperationFailed', 'BadResponse', 'NullResponse'];
/** Refusals of an exchange, with a body that says so. */
const REFUSAL_CLASSES = ['ExchangeError', 'OperationRejected'];
/** The connection was never made, so nothing was sent. */
const NEVER_CONNECTED = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ENETUNREACH|EHOSTUNREACH/;
const SHORTEST_BAN_MS = 120_000;
const LIMIT_PAUSE_MS = 5_000;

/**
 * What an error of ccxt means for the request that met it. When in doubt a request that left has an unknown outcome.
 * @param secrets texts that are struck out wherever they appear
 */
export function failureOf(
  error: unknown,
  trace: RequestTrace,
  profile: VenueProfile,
  now: number,
  secrets: readonly string[] = [],
): Failure {
  const text = messageOf(error);
  const reason = spoken(text, secrets);
  const base = { reason, venueCode: null, isTemporary: false, isClock: false, banMs: null, until: null } as const;
  if (error instanceof RequestBanned)
    return { ...base, kind: 'denied', code: 'rate-limit', isTemporary: true, until: error.until };
  const classes = classNames(error);
  const is = (name: string) => classes.includes(name);
  const venueCode = profile.codeOf(text);
  const named = { ...base, venueCode };
  if (trace.sent === 0) {
    const known = CLASSES.find(([name]) => is(name))?.[1] ?? 'other';
    return { ...named, kind: 'denied', code: known, isTemporary: is('NetworkError') };
  }
  // The last answer may belong to an earlier request of the same call: a status counts only for answers that are errors.
  if (trace.status === 429 || trace.status === 418) {
    const banMs =
      retryAfterMs(trace.headers, now) ??
      untilInText(text, now) ??
      (trace.status === 418 ? SHORTEST_BAN_MS : LIMIT_PAUSE_MS);
    return { ...named, kind: 'refused', code: 'rate-limit', isTemporary: true, banMs };
  }
  if (is('InvalidNonce')) return { ...named, kind: 'refused', code: 'other', isTemporary: true, isClock: true };
  // A body that is a code of the venue decides before ccxt's class does: -2015 is a key, whatever ccxt makes of it.
  const coded = venueCode === null ? undefined : profile.refusals[venueCode];
  const worded = profile.refusalWords?.find(([pattern]) => pattern.test(text))?.[1];
  if (venueCode !== null && profile.unknownCodes?.some((code) => venueCode.startsWith(code)))
    return { ...named, kind: 'unknown', code: worded === 'maintenance' ? 'maintenance' : 'other', isTemporary: true };
  if (coded !== undefined && coded !== 'other')
    return { ...named, kind: 'refused', code: coded, isTemporary: coded === 'rate-limit' || coded === 'maintenance' };
  const isAnswered = REFUSAL_CLASSES.some(is) && trace.status < 500;
  if (worded !== undefined && isAnswered) return { ...named, kind: 'refused', code: worded, isTemporary: false };
  const classed = CLASSES.find(([name]) => is(name))?.[1];
  if (classed !== undefined && trace.status < 500)
    return { ...named, kind: 'refused', code: classed, isTemporary: classed === 'rate-limit' };
  if (UNKNOWN_CLASSES.some(is)) {
    const isUnsent = NEVER_CONNECTED.test(text) && trace.sent === 1 && trace.status === 0;
    const isMaintenance = is('OnMaintenance');
    return {
      ...named,
      kind: isUnsent ? 'denied' : 'unknown',
      code: isMaintenance ? 'maintenance' : 'other',
      isTemporary: true,
    };
  }
  if (isAnswered) return { ...named, kind: 'refused', code: coded ?? 'other', isTemporary: false };
  // A TypeError of a cut answer, a bug, anything else after a request left.
  return { ...named, kind: 'unknown', code: 'other', isTemporary: true };
}

/** A failure as the outcome of an order's request. */
export function outcomeOf({ kind, code, reason, venueCode, until }: Failure): Outcome {
  if (kind === 'denied') return { outcome: 'denied', code, reason, until };
  if (kind === 'refused') return { outcome: 'refused', code, reason, venueCode };
  return { outcome: 'unknown', cause: reason };
}

/** An error's text for logs and the store: one line, no query strings, no signatures, no keys. */
function spoken(text: string, secrets: readonly string[]): string {
  const line = text.split('\n')[0]!.replace(/(https?:\/\/[^\s?]+)\?\S*/g, '$1');
  return secretStriker(secrets)(line).slice(0, 300);
}

function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | null {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'retry-after');
  const value = name === undefined ? undefined : headers[name];
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

/** "banned until 1700000000000". */
function untilInText(text: string, now: number): number | null {
  const until = Number(/until (\d{13})/.exec(text)?.[1]);
  return until > now ? until - now : null;
}
