import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BookEvents, LotGrid } from '../../book/book-events.ts';
import { pairToFileName } from '../../domain/instrument.ts';
import { didYouMean, TidegateError } from '../../foundation/errors.ts';
import { checkExchangeName, pairFromFileName } from '../catalogue/layout.ts';
import { hashColumns } from '../store/content-hash.ts';
import { disk, type FileSystem } from '../store/file-system.ts';
import { writeParquet } from '../store/parquet/write-parquet.ts';
import { parquetInfo, readParquet } from '../store/parquet.ts';
import { replaceFile } from '../store/replace-file.ts';
import { columnsOf, eventsOf } from './tick-columns.ts';

/** Whose ticks. */
export interface TickKey {
  readonly exchange: string;
  readonly pair: string;
}

/** One stored UTC day of events. */
export interface TickDay {
  /** `2024-08-08`. */
  readonly day: string;
  readonly path: string;
  /** ms UTC of the day's first instant. */
  readonly from: number;
}

const DAY_MS = 86_400_000;
const FORMAT = '1';

/** Folder of a pair's ticks below the catalogue's root: `<exchange>/<pair>/ticks/<day>.parquet`. */
export function tickFolder(root: string, { exchange, pair }: TickKey): string {
  checkExchangeName(exchange);
  return join(root, exchange, pairToFileName(pair), 'ticks');
}

/** Stored days in order; those of [from, to) (ms UTC) only, where given. Empty when the pair has none. */
export async function tickDays(
  root: string,
  key: TickKey,
  range: { readonly from?: number; readonly to?: number } = {},
): Promise<readonly TickDay[]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = range;
  const folder = tickFolder(root, key);
  return (await filesIn(folder)).sort().flatMap((file) => {
    const day = /^(\d{4}-\d{2}-\d{2})\.parquet$/.exec(file)?.[1];
    const start = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
    return start + DAY_MS > from && start < to ? [{ day: day!, path: join(folder, file), from: start }] : [];
  });
}

/** Every pair with stored ticks. */
export async function tickKeys(root: string): Promise<readonly TickKey[]> {
  const keys: TickKey[] = [];
  for (const exchange of await filesIn(root)) {
    if (!/^[a-z0-9][a-z0-9-]*$/i.test(exchange)) continue;
    for (const folder of await filesIn(join(root, exchange))) {
      const files = await filesIn(join(root, exchange, folder, 'ticks'));
      if (files.some((file) => file.endsWith('.parquet'))) keys.push({ exchange, pair: pairFromFileName(folder) });
    }
  }
  return keys;
}

/**
 * What a stored day says of itself without its rows.
 * @throws TidegateError DATA_CORRUPT for a damaged or cut file, TICKS_FORMAT for one of another kind
 */
export async function tickDayInfo(
  day: TickDay,
): Promise<{ readonly rows: number; readonly grid: LotGrid; readonly hash: string }> {
  const { rows, meta } = await parquetInfo(day.path);
  return { rows, grid: gridOf(meta, day.path), hash: meta.hash ?? '' };
}

/**
 * Reads a day with times counted from `originMs`.
 * @throws TidegateError DATA_CORRUPT, TICKS_FORMAT
 */
export async function readTickDay(
  day: TickDay,
  originMs: number,
): Promise<{ readonly events: BookEvents; readonly grid: LotGrid }> {
  const { set, meta } = await readParquet(day.path);
  return { events: eventsOf(set, day.from, originMs), grid: gridOf(meta, day.path) };
}

/**
 * Writes one day, atomically. The same rows again change nothing.
 * @returns `added`, or `same` when the day was stored already with these very rows
 * @throws TidegateError TICKS_DAY_EXISTS when other rows are stored and `overwrite` is not set
 */
export async function writeTickDay(
  root: string,
  key: TickKey,
  day: string,
  events: BookEvents,
  grid: LotGrid,
  options: { readonly overwrite?: boolean; readonly fs?: FileSystem } = {},
): Promise<'added' | 'same' | 'replaced'> {
  const path = join(tickFolder(root, key), `${day}.parquet`);
  const from = Date.parse(`${day}T00:00:00Z`);
  const set = columnsOf(events, from);
  const hash = hashColumns(set);
  const stored = (await tickDays(root, key)).find((other) => other.day === day);
  if (stored) {
    if ((await tickDayInfo(stored)).hash === hash) return 'same';
    if (!options.overwrite)
      throw new TidegateError('TICKS_DAY_EXISTS', `other ticks of ${key.pair} are stored for ${day}`, {
        where: path,
        remedy: 'Give --overwrite to replace that day, or import all files of a day together.',
      });
  }
  const meta = { format: FORMAT, tickSize: String(grid.tickSize), lotSize: String(grid.lotSize), hash };
  await replaceFile(options.fs ?? disk, path, (temporary) => writeParquet(temporary, set, 'ms', meta));
  return stored ? 'replaced' : 'added';
}

/** What to throw where a pair has no ticks, or none of a time that was asked for: TICKS_MISSING naming what is stored. */
export async function missingTicks(
  root: string,
  key: TickKey,
  { from, to }: { readonly from?: number; readonly to?: number } = {},
): Promise<TidegateError> {
  const days = await tickDays(root, key);
  if (days.length > 0) {
    const time = (ms: number | undefined, open: string) =>
      ms === undefined || !Number.isFinite(ms) ? open : new Date(ms).toISOString();
    const [first, last] = [days[0]!.day, days.at(-1)!.day];
    return new TidegateError(
      'TICKS_MISSING',
      `no ticks of ${key.pair} on ${key.exchange} are stored from ${time(from, 'the beginning')} to ${time(to, 'the end')}`,
      { where: root, remedy: `Stored: ${days.length === 1 ? first : `${days.length} days, ${first} to ${last}`}.` },
    );
  }
  const stored = (await tickKeys(root)).map((k) => `${k.exchange} ${k.pair}`);
  const near = didYouMean(`${key.exchange} ${key.pair}`, stored);
  return new TidegateError('TICKS_MISSING', `no ticks of ${key.pair} on ${key.exchange} are stored`, {
    where: root,
    remedy:
      `${near} ${stored.length > 0 ? `Stored: ${stored.slice(0, 8).join(', ')}.` : 'Run "tidegate ticks import" first.'}`.trim(),
  });
}

function gridOf(meta: Readonly<Record<string, string>>, path: string): LotGrid {
  const grid = { tickSize: Number(meta.tickSize), lotSize: Number(meta.lotSize) };
  if (meta.format !== FORMAT || !(grid.tickSize > 0) || !(grid.lotSize > 0))
    throw new TidegateError('TICKS_FORMAT', 'this file holds no ticks of format 1', {
      where: path,
      remedy: 'Remove it and import the day again.',
    });
  return grid;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
