import { timeframe } from '../../domain/timeframe.ts';
import type { SeriesKey } from '../../ports/market-data.ts';
import { storedTimes } from './download.ts';
import type { DownloadContext, DownloadRequest } from './download-context.ts';
import { missingEvents } from './download-events.ts';
import { planWindows } from './plan-windows.ts';

/** What a download would ask for. */
export interface DownloadPlan {
  /** Candles that are not stored; null for events, of which nobody knows how many there were. */
  readonly candles: number | null;
  /** Length of what is not stored, ms. */
  readonly missingMs: number;
  readonly requests: number | null;
  /** Weight of the requests, of which the exchange allows so much a minute. */
  readonly weight: number | null;
}

/** Says what `download` would fetch, and asks the exchange for nothing. @param now the time that is taken for the exchange's, ms UTC */
export async function planDownload(
  { source, catalogue }: Pick<DownloadContext, 'source' | 'catalogue'>,
  request: DownloadRequest,
  now: number,
): Promise<DownloadPlan> {
  const { type, pair, from, timeframe: name = null } = request;
  const key: SeriesKey = { exchange: source.exchange, pair, type, timeframe: name };
  if (name === null) {
    const end = Math.min(request.to, now);
    const { first, start } = await missingEvents(catalogue, key, from, end);
    const missingMs = Math.max(0, end - start) + Math.max(0, first - from);
    return { candles: null, missingMs, requests: null, weight: null };
  }
  const frame = timeframe(name);
  const stored = await storedTimes(catalogue, key);
  const end = Math.min(request.to, frame.openOf(now));
  const windows = planWindows(stored, name, from, end, source.candleLimit);
  const spans = windows.reduce((sum, { since, end: to }) => sum + (to - since), 0);
  const weight = windows.reduce((sum, { count }) => sum + source.costs.candles(count), 0);
  return { candles: Math.round(spans / frame.ms), missingMs: spans, requests: windows.length, weight };
}
