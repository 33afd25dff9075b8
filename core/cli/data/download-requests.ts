import type { DownloadRequest } from '../../data/download/download-context.ts';
import { UsageError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import type { DownloadCommand } from './register-download.ts';

/** Snapshots of a book. */
interface BookRequest {
  readonly type: 'book';
  readonly pair: string;
  readonly snapshots: number;
  readonly everyMs: number;
}

/** What is asked for of one series. */
export type SeriesRequest = DownloadRequest | BookRequest;

interface NamedRequest {
  readonly name: string;
  readonly request: SeriesRequest;
}

/** Refuses types of which exchanges keep no history. @throws UsageError USAGE_DATA_TYPE */
export function refuseTypes(types: readonly DataType[]): void {
  if (types.includes('liquidations'))
    throw new UsageError('USAGE_DATA_TYPE', 'liquidations cannot be downloaded: exchanges give no history of them', {
      remedy: 'A live session records them; `tidegate data synth` makes them.',
    });
  if (types.includes('depth'))
    throw new UsageError('USAGE_DATA_TYPE', 'depth summaries are not offered by the exchange', {
      remedy: 'Import bookDepth files of data.binance.vision: "tidegate ticks import".',
    });
}

/** What the command asks for, series by series. @param now the exchange's time, ms UTC */
export function requestsOf(
  { type: types, timeframe: timeframes, timerange, days, snapshots, every }: DownloadCommand,
  pairs: readonly string[],
  now: number,
): readonly NamedRequest[] {
  const to = Math.min(now, timerange?.to ?? now);
  const from = timerange ? (timerange.from ?? 0) : to - days * 86_400_000;
  return pairs.flatMap((pair) =>
    types.flatMap((type): readonly NamedRequest[] => {
      if (type === 'liquidations' || type === 'depth') return [];
      const name = `${pair} ${type}`;
      if (type === 'book') return [{ name, request: { type, pair, snapshots, everyMs: every * 1000 } }];
      if (type !== 'candles' && type !== 'mark') return [{ name, request: { pair, type, from, to } }];
      return timeframes.map((timeframe) => ({
        name: `${pair} ${timeframe} ${type}`,
        request: { pair, type, timeframe, from, to },
      }));
    }),
  );
}
