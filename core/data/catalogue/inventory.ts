import { statSync } from 'node:fs';
import { join } from 'node:path';
import { timeframe } from '../../domain/timeframe.ts';
import type { SeriesInfo, SeriesKey } from '../../ports/market-data.ts';
import { entriesOf } from '../store/folder-entries.ts';
import { Footers } from './footers.ts';
import { DATA_TYPES, hasTimeframe, pairFromFileName, seriesFolder, timeframeFromFolder } from './layout.ts';
import { type Partition, partitionsOf } from './partitions.ts';

/** All series under a catalogue's root, sorted. Reads only footers; damaged files are named, not fatal. */
export async function inventory(root: string): Promise<readonly SeriesInfo[]> {
  const found: SeriesInfo[] = [];
  const footers = new Footers(root);
  const stored = seriesKeys(root).map((key) => ({ key, partitions: partitionsOf(root, key) ?? [] }));
  await footers.learn(stored.flatMap(({ partitions }) => partitions.map(({ path }) => path)));
  for (const { key, partitions } of stored)
    if (partitions.length > 0) found.push(await describeSeries(key, partitions, footers));
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

/** Folders that are no series of ours, such as those of a timeframe that there is not, are left alone. */
function seriesKeys(root: string): SeriesKey[] {
  const keys: SeriesKey[] = [];
  for (const exchange of entriesOf(root).folders) {
    if (exchange === 'specs') continue;
    for (const pairFolder of entriesOf(join(root, exchange)).folders) {
      const pair = pairFromFileName(pairFolder);
      const types = new Set(entriesOf(join(root, exchange, pairFolder)).folders);
      for (const type of DATA_TYPES) {
        if (!types.has(type)) continue;
        const names = hasTimeframe(type) ? entriesOf(join(root, exchange, pairFolder, type)).folders : null;
        const frames = names?.map(timeframeFromFolder).filter(isTimeframe) ?? [null];
        for (const name of frames) keys.push({ exchange, pair, type, timeframe: name });
      }
    }
  }
  return keys;
}

function isTimeframe(name: string): boolean {
  try {
    return timeframe(name).ms > 0;
  } catch {
    return false;
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
