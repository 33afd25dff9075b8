import type { VolumeKind } from '../../domain/candles.ts';
import type { TimeRange } from '../../ports/market-data.ts';
import { boundsOf, type ColumnSet, sliceColumns } from './column-set.ts';

/** Some rows of one partition, wherever they are, that can be copied straight into their final place. */
export interface Part {
  readonly rows: number;
  readonly names: readonly string[];
  readonly volumeKind: VolumeKind | undefined;
  /** Fills `out` (as long as `rows`) with the column. */
  readInto(name: string, out: Float64Array): void;
  /** All of the part's rows where they are in memory already. */
  readonly whole?: ColumnSet;
  /** Hears of its rows once all of them are in their place. */
  loaded?(rows: ColumnSet): void;
  close(): void;
}

/** The rows of `set` in `range`, from memory. */
export function partOf(set: ColumnSet, range: TimeRange): Part {
  const [first, end] = boundsOf(set.columns.time!, range);
  return {
    rows: end - first,
    names: Object.keys(set.columns),
    volumeKind: set.volumeKind,
    readInto: (name, out) => out.set(set.columns[name]!.subarray(first, end)),
    whole: sliceColumns(set, first, end),
    close: () => {},
  };
}

/** All of one part's rows; it stays open. */
export function readPart(part: Part): ColumnSet {
  return part.whole ?? joinParts([{ ...part, close: () => {} }]);
}

/**
 * Joins parts in order, each byte copied once: the first touch of fresh memory is what loading costs.
 * A column that a part lacks is NaN there. Closes the parts.
 */
export function joinParts(parts: readonly Part[]): ColumnSet {
  if (parts.length === 1 && parts[0]!.whole) return parts[0]!.whole;
  try {
    const length = parts.reduce((sum, part) => sum + part.rows, 0);
    const columns: Record<string, Float64Array> = {};
    for (const name of new Set(parts.flatMap((part) => part.names))) {
      const out = new Float64Array(length);
      let at = 0;
      for (const part of parts) {
        const target = out.subarray(at, at + part.rows);
        if (part.names.includes(name)) part.readInto(name, target);
        else target.fill(Number.NaN);
        at += part.rows;
      }
      columns[name] = out;
    }
    let from = 0;
    for (const part of parts) {
      const own = part.names.map((name) => [name, columns[name]!.subarray(from, from + part.rows)] as const);
      const { volumeKind } = part;
      part.loaded?.({ length: part.rows, columns: Object.fromEntries(own), ...(volumeKind && { volumeKind }) });
      from += part.rows;
    }
    const volumeKind = parts.find((part) => part.volumeKind)?.volumeKind;
    return { length, columns, ...(volumeKind && { volumeKind }) };
  } finally {
    for (const part of parts) part.close();
  }
}
