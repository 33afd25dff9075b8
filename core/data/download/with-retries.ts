import { TidegateError } from '../../foundation/errors.ts';
import { type DownloadClock, RequestFailure } from './source.ts';
import type { WeightLimiter } from './weight-limiter.ts';

export interface RetryOptions {
  readonly clock: DownloadClock;
  readonly limiter: WeightLimiter;
  readonly weight: number;
  /** For messages: what is asked for. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  /** Called before each wait. */
  readonly onRetry?: ((attempt: number, waitMs: number, reason: string) => void) | undefined;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Makes a request within the weight limit; after a rate limit, a server fault or a silent network waits (Retry-After where given, else
 * 1, 2, 4 … up to 60 s) and tries again. A rate limit pauses all requests, not only this one.
 * @throws TidegateError DOWNLOAD_REFUSED at once; DOWNLOAD_FAILED after `attempts`
 */
export async function withRetries<T>(request: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, limiter, weight, what, signal, attempts = 7, onRetry } = options;
  for (let attempt = 1; ; attempt++) {
    await limiter.spend(weight, signal);
    signal?.throwIfAborted();
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (error.kind === 'refused')
        throw new TidegateError('DOWNLOAD_REFUSED', `the exchange refused ${what}: ${error.message}`, {
          remedy: 'Check pair, timeframe and type; perpetuals are written BTC/USDT:USDT.',
          cause: error,
        });
      if (attempt >= attempts)
        throw new TidegateError('DOWNLOAD_FAILED', `${what} failed ${attempts} times: ${error.message}`, {
          remedy: 'What was fetched before is stored; run the same command again later to go on.',
          cause: error,
        });
      const backOff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      const waitMs = error.retryAfterMs ?? backOff;
      onRetry?.(attempt, waitMs, error.message);
      if (error.kind === 'rate-limit') limiter.pause(waitMs);
      else await clock.sleep(waitMs, signal);
    }
  }
}
