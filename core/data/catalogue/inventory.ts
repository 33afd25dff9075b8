import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { timeframe } from '../../domain/timeframe.ts';
import type { SeriesInfo, SeriesKey } from '../../ports/market-data.ts';
import { Footers } from './footers.ts';
import { DATA_TYPES, hasTimeframe, pairFromFileName, seriesFolder, timeframeFromFolder } from './layout.ts';
import { type Partition, partitionsOf } from './partitions.ts';

/** All series under a catalogue's root, sorted. Reads only footers; damaged files are named, not fatal. */
export async function inventory(root: string): Promise<readonly SeriesInfo[]> {
  const found: SeriesInfo[] = [];
  const footers = new Footers(root);
  for (const key of seriesKeys(root)) {
    const partitions = partitionsOf(root, key);
    if (partitions && partitions.length > 0) found.push(await describeSeries(key, partitions, footers));
  }
  footers.save();
  return found.sort(bySeries);
}

/** Order of `data list`: exchange, pair, type, then short timeframes first. */
export function bySeries(a: SeriesInfo, b: SeriesInfo): number {
  const text = (x: SeriesInfo) => `${x.exchange}\0${x.pair}\0${x.type}`;
  if (text(a) !== text(b)) return text(a) < text(b) ? -1 : 1;
  const ms = (x: SeriesInfo) => (x.timeframe === null ? 0 : timeframe(x.timeframe).ms);
  return ms(a) - ms(b);
}

/** Without waiting, as each answer of a thread costs ten times what asking does. */
function seriesKeys(root: string): SeriesKey[] {
  const keys: SeriesKey[] = [];
  for (const exchange of foldersIn(root)) {
    if (exchange === 'specs') continue;
    for (const pairFolder of foldersIn(join(root, exchange))) {
      const pair = pairFromFileName(pairFolder);
      const types = new Set(readdirSync(join(root, exchange, pairFolder)));
      for (const type of DATA_TYPES) {
        if (!types.has(type)) continue;
        const folder = join(root, exchange, pairFolder, type);
        if (!hasTimeframe(type)) keys.push({ exchange, pair, type, timeframe: null });
        else
          for (const name of foldersIn(folder))
            keys.push({ exchange, pair, type, timeframe: timeframeFromFolder(name) });
      }
    }
  }
  return keys;
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function describeSeries(key: SeriesKey, partitions: readonly Partition[], known: Footers): Promise<SeriesInfo> {
  const footers = await Promise.all(partitions.map(({ path }) => known.of(path)));
  const good = footers.filter((footer) => footer !== null);
  const damaged = partitions.filter((_, i) => footers[i] === null).map(({ path }) => path);
  return {
    ...key,
    rows: good.reduce((sum, footer) => sum + footer.rows, 0),
    first: good[0]?.first ?? Number.NaN,
    last: good.at(-1)?.last ?? Number.NaN,
    bytes: partitions.reduce((sum, { path }) => sum + statSync(path).size, 0),
    source: seriesFolder(key),
    ...(damaged.length > 0 && { damaged }),
  };
}
