import type { ColumnSet } from '../store/column-set.ts';
import type { Part } from '../store/part.ts';
import type { MergeOptions, WriteReport } from './merge.ts';

/** What becomes of a newer row: no row of its time is stored; the stored one stays; the stored one goes for it. */
const [ADDED, STAYS, REPLACES] = [0, 1, 2];

/** Where each newer row belongs among the stored ones: the first of these that is not before it, and what becomes of it. */
interface Placed {
  readonly places: Uint32Array;
  readonly fates: Uint8Array;
}

/**
 * Joins stored and newer rows with at most one of a time: a stored one stays unless it was not finished or `overwrite` is set. Stored rows are
 * read to where they are joined, so that beside the newer ones no row is held twice.
 */
export function mergeByTime(
  stored: Part,
  newer: ColumnSet,
  options: MergeOptions,
): { readonly set: ColumnSet; readonly report: WriteReport } {
  const names = [...new Set([...stored.names, ...Object.keys(newer.columns)])];
  const columns = new Map(names.map((name) => [name, roomyColumn(stored, name, newer.length)]));
  const placed = placesOf(columns.get('time')!.subarray(0, stored.rows), newer.columns.time!);
  const ignored = decideTies(columns, newer, placed, options);
  const counts = [0, 0, 0];
  for (const fate of placed.fates) counts[fate]!++;
  const [added, , replaced] = counts as [number, number, number];
  const length = stored.rows + added;
  if (added + replaced > 0)
    for (const [name, column] of columns) spread(column, newer.columns[name], stored.rows, length, placed);
  const volumeKind = stored.volumeKind ?? newer.volumeKind;
  return {
    set: {
      length,
      columns: Object.fromEntries(Array.from(columns, ([name, column]) => [name, column.subarray(0, length)])),
      ...(volumeKind && { volumeKind }),
    },
    report: { added, replaced, ignored, removed: 0 },
  };
}

/** A stored column, NaN where it has none of that name, with room for more rows behind. */
function roomyColumn(stored: Part, name: string, more: number): Float64Array {
  const column = new Float64Array(stored.rows + more);
  const own = column.subarray(0, stored.rows);
  if (stored.names.includes(name)) stored.readInto(name, own);
  else own.fill(Number.NaN);
  return column;
}

function placesOf(stored: Float64Array, newer: Float64Array): Placed {
  const places = new Uint32Array(newer.length);
  const fates = new Uint8Array(newer.length);
  let i = 0;
  for (let j = 0; j < newer.length; j++) {
    while (i < stored.length && stored[i]! < newer[j]!) i++;
    places[j] = i;
    fates[j] = stored[i] === newer[j] ? STAYS : ADDED;
  }
  return { places, fates };
}

/** Marks the newer rows that replace stored ones of their time. @returns how many differ from stored ones that stay */
function decideTies(
  columns: ReadonlyMap<string, Float64Array>,
  newer: ColumnSet,
  { places, fates }: Placed,
  { overwrite, unfinishedFrom }: MergeOptions,
): number {
  const differs = new Uint8Array(newer.length);
  for (const [name, column] of columns) {
    const own = newer.columns[name];
    for (let j = 0; j < newer.length; j++)
      if (fates[j] === STAYS && !isSame(column[places[j]!]!, own ? own[j]! : Number.NaN)) differs[j] = 1;
  }
  const { time } = newer.columns;
  let ignored = 0;
  for (let j = 0; j < newer.length; j++) {
    if (!differs[j]) continue;
    if (overwrite || time![j]! >= unfinishedFrom) fates[j] = REPLACES;
    else ignored++;
  }
  return ignored;
}

/** Equal, NaN to NaN and 0 to -0. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/**
 * Moves stored rows of one column apart, from the end, and puts newer ones between.
 * @param newer undefined where they have no such column
 * @param rows how many are stored, at the column's start
 * @param length how many there are to be
 */
function spread(
  column: Float64Array,
  newer: Float64Array | undefined,
  rows: number,
  length: number,
  { places, fates }: Placed,
): void {
  let [end, to] = [rows, length];
  for (let j = places.length - 1; j >= 0; j--) {
    const place = places[j]!;
    const from = fates[j] === ADDED ? place : place + 1;
    to -= end - from;
    if (end > from && to !== from) column.copyWithin(to, from, end);
    to--;
    column[to] = fates[j] === STAYS ? column[place]! : newer ? newer[j]! : Number.NaN;
    end = place;
  }
}
