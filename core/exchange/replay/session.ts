import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** What a key may do, as `apiRestrictions` tells. */
export interface ReplayKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly canTrade?: boolean;
  readonly canWithdraw?: boolean;
}

/** One request as the server received it. `query` and `body` are raw text without `?`. */
export interface ReplayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | null;
}

const MAX_WINDOW_MS = 60_000;

/** Keys, signatures and the session clock: wall time plus an injected skew, apart from market time. */
export class Session {
  readonly #keys: ReadonlyMap<string, ReplayKey>;
  readonly #clock: () => number;
  /** Added to the wall clock (fault F24), ms. */
  skewMs = 0;
  isRevoked = false;

  /** @param clock wall time, ms */
  constructor(keys: readonly ReplayKey[], clock: () => number) {
    this.#keys = new Map(keys.map((key) => [key.apiKey, key]));
    this.#clock = clock;
  }

  now(): number {
    return Math.floor(this.#clock() + this.skewMs);
  }

  /** -2014, -2015. */
  key(apiKey: string | null): ReplayKey {
    if (apiKey === null || apiKey === '') throw new Refusal(-2014, 'API-key format invalid.', 401);
    const key = this.#keys.get(apiKey);
    if (!key || this.isRevoked) throw new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
    return key;
  }

  /** Checks key, time window and signature of a signed request. @throws Refusal -1102, -1021, -1022, -2014, -2015 */
  check(request: ReplayRequest, params: URLSearchParams): ReplayKey {
    const key = this.key(request.apiKey);
    this.checkTime(params.get('timestamp'), params.get('recvWindow'));
    const signed = withoutSignature(request.query) + withoutSignature(request.body);
    this.checkSignature(key, signed, params.get('signature'));
    return key;
  }

  checkTime(timestampText: string | null, windowText: string | null): void {
    const timestamp = Number(timestampText);
    if (!timestampText || !Number.isFinite(timestamp))
      throw new Refusal(-1102, "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.");
    const recvWindow = Math.min(MAX_WINDOW_MS, Number(windowText ?? 5_000));
    const now = this.now();
    if (timestamp > now + 1_000)
      throw new Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    if (timestamp < now - recvWindow)
      throw new Refusal(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }

  checkSignature(key: ReplayKey, signed: string, signature: string | null): void {
    if (!signature)
      throw new Refusal(-1102, "Mandatory parameter 'signature' was not sent, was empty/null, or malformed.");
    const expected = createHmac('sha256', key.secret).update(signed).digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Refusal(-1022, 'Signature for this request is not valid.');
  }
}

function withoutSignature(text: string): string {
  return text.replace(/(^|&)signature=[^&]*/, '');
}
