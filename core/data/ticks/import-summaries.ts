import { basename } from 'node:path';
import { importBookDepth } from '../../book/import/binance-archive.ts';
import { headOf } from '../../book/import/csv.ts';
import { importMetrics } from '../../book/import/metrics.ts';
import type { EventTable } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { TickFile } from './file-symbol.ts';

/** A file of periodic summaries: which stored series it becomes. */
export interface Summary {
  readonly type: 'oi' | 'depth';
  readonly table: EventTable;
}

/**
 * Reads Binance's `metrics` (open interest and ratios) and `bookDepth` (depth within percents of mid); null for any other file.
 * @throws TidegateError BOOK_IMPORT, TICKS_SUMMARY when times go back or are none
 */
export function readSummary({ name, bytes }: TickFile, symbol?: string): Summary | null {
  const header = headOf(bytes, name).slice(0, 400);
  const file = basename(name);
  const isMetrics = /sum_open_interest/.test(header) || /metrics/i.test(file);
  const isDepth = /percentage,\s*depth/.test(header) || /bookDepth/i.test(file);
  if (!isMetrics && !isDepth) return null;
  const table = isMetrics ? importMetrics(bytes, name, symbol) : importBookDepth(bytes, name);
  for (let i = 0; i < table.length; i++)
    if (!(table.time[i]! > (i > 0 ? table.time[i - 1]! : 0)))
      throw new TidegateError(
        'TICKS_SUMMARY',
        `row ${i} of ${file} has the time ${table.time[i]}, not after the one before`,
        {
          where: name,
          remedy: 'The file is damaged or was put together from several: import each part by itself.',
        },
      );
  return { type: isMetrics ? 'oi' : 'depth', table };
}
