import { type Catalogue, openCatalogue } from '../catalogue/catalogue.ts';
import { download, limiterFor } from './download.ts';
import { downloadSpecs } from './download-context.ts';
import { openSource, wallClock } from './open-source.ts';

export interface QuickDownloadOptions {
  readonly folder: string;
  readonly pairs: readonly string[];
  readonly timeframe: string;
  readonly days: number;
  /** How long the exchange may take for its first answer, ms. */
  readonly answerMs?: number;
  /** How long everything may take, ms. */
  readonly totalMs?: number;
  /** Instead of Binance itself: `http://127.0.0.1:8470` of a replay exchange. */
  readonly baseUrl?: string;
  readonly onProgress?: (pair: string, done: number, total: number) => void;
  /** Told why nothing came of it. */
  readonly onFailure?: (reason: string) => void;
}

const HOSTS = { spot: 'https://api.binance.com', perpetual: 'https://fapi.binance.com' };

/**
 * Recent real candles, and funding and mark prices of perpetuals, of Binance without a key, for a demonstration.
 * @returns null when the exchange does not answer within `answerMs` or all is not there within `totalMs`: take a synthetic market then
 */
export async function quickDownload(options: QuickDownloadOptions): Promise<Catalogue | null> {
  const { folder, pairs, timeframe, days, answerMs = 3_000, totalMs = 20_000, baseUrl } = options;
  const kinds = [...new Set(pairs.map(isPerpetual))];
  const answers = await Promise.all(
    kinds.map((perp) =>
      answersWithin(
        perp ? `${baseUrl ?? HOSTS.perpetual}/fapi/v1/ping` : `${baseUrl ?? HOSTS.spot}/api/v3/ping`,
        answerMs,
      ),
    ),
  );
  const fail = (reason: string) => {
    options.onFailure?.(reason);
    return null;
  };
  if (answers.includes(false)) return fail('it does not answer');
  const catalogue = await openCatalogue(folder);
  const signal = AbortSignal.timeout(totalMs);
  const to = wallClock.now();
  const from = to - days * 86_400_000;
  try {
    for (const perpetual of kinds) {
      const source = await openSource({
        exchange: 'binance',
        isPerpetual: perpetual,
        ...(baseUrl && { baseUrl }),
      });
      const limiter = limiterFor(source, wallClock);
      const mine = pairs.filter((pair) => isPerpetual(pair) === perpetual);
      try {
        await downloadSpecs({ source, catalogue, clock: wallClock, limiter, signal }, mine);
        for (const pair of mine) {
          const onProgress = (done: number, total: number) => options.onProgress?.(pair, done, total);
          const context = { source, catalogue, clock: wallClock, limiter, signal, onProgress };
          const candles = await download(context, { pair, type: 'candles', timeframe, from, to });
          if (!candles.isComplete) return fail('it is too slow');
          if (!perpetual) continue;
          await download(context, { pair, type: 'funding', from, to });
          const mark = await download(context, { pair, type: 'mark', timeframe: '1h', from, to });
          if (!mark.isComplete) return fail('it is too slow');
        }
      } finally {
        await source.close();
      }
    }
  } catch (error) {
    // Whatever went wrong, the demonstration goes on with a synthetic market and says so.
    return fail((error as Error).message);
  }
  return catalogue;
}

function isPerpetual(pair: string): boolean {
  return pair.includes(':');
}

async function answersWithin(url: string, ms: number): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(ms) })).ok;
  } catch {
    return false;
  }
}
