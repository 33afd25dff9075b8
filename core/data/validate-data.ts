import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { TidegateError } from '../foundation/errors.ts';
import type { MarketData, SeriesInfo, SeriesKey } from '../ports/market-data.ts';
import { openCatalogue } from './catalogue/catalogue.ts';
import { partitionsOf } from './catalogue/partitions.ts';
import { parseFileName } from './importer/file-name.ts';
import { readDataFile } from './importer/read-file.ts';
import { type FindOptions, findIssues } from './quality/find-issues.ts';
import type { Issue } from './quality/issue.ts';
import { type RepairOptions, type RepairReport, repairRows } from './quality/repair.ts';
import { copySpecs } from './specs/spec-store.ts';
import { type ColumnSet, concatColumns, emptyColumns } from './store/column-set.ts';
import { disk } from './store/file-system.ts';
import { readParquet } from './store/parquet.ts';

/** Findings about one stored series; `rows` as they are stored, in any state. */
export interface SeriesReport {
  readonly info: SeriesInfo;
  readonly rows: ColumnSet;
  readonly issues: readonly Issue[];
  /** Share of the series that is done with this one, 0 to 1. */
  readonly done: number;
}

/** Examines series one after the other; only those that `accepts` lets through. Damaged files are findings, not failures. */
export async function* validateData(
  data: MarketData,
  accepts: (info: SeriesKey) => boolean = () => true,
  options: FindOptions = {},
): AsyncGenerator<SeriesReport> {
  const chosen = (await data.list()).filter(accepts);
  for (const [i, info] of chosen.entries()) {
    const { rows, unreadable } = await readUnchecked(data.root, info);
    const issues = rows.length > 0 ? findIssues(info, rows, options) : [];
    yield { info, rows, issues: [...unreadable, ...issues], done: (i + 1) / chosen.length };
  }
}

/** Writes the corrected rows of a report into the catalogue in `folder`. */
export async function repairInto(
  folder: string,
  { info, rows }: Pick<SeriesReport, 'info' | 'rows'>,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const { set, report } = repairRows(info, rows, options);
  if (set.length > 0) await (await openCatalogue(folder)).writeColumns(info, set, { overwrite: true });
  return report;
}

/** Brings what a repaired copy has of its original beside rows: the market specifications. */
export function repairSpecs(from: string, to: string): Promise<void> {
  return copySpecs(disk, from, to);
}

async function readUnchecked(root: string, info: SeriesInfo) {
  const partitions = partitionsOf(root, info);
  const paths = partitions?.map(({ path }) => path) ?? [join(root, info.source)];
  const sets: ColumnSet[] = [];
  const unreadable: Issue[] = [];
  for (const path of paths) {
    try {
      sets.push(partitions ? (await readParquet(path)).set : await readDataFile(parseFileName(path)!));
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      unreadable.push({
        kind: 'unreadable',
        severity: 'error',
        time: Number.NaN,
        row: -1,
        count: 1,
        what: `${relative(root, path)}: ${error.message}`,
        remedy: error.remedy ?? '',
      });
    }
  }
  return { rows: sets.length > 0 ? concatColumns(sets) : emptyColumns(info.type), unreadable };
}

/** Stands in a folder while a repaired copy is made there: where a run was ended, the next one goes on. */
const UNFINISHED = '.unfinished';

/** Makes the folder of a repaired copy, which holds nothing yet or what is left of an ended run. @throws TidegateError DATA_OUT_EXISTS */
export async function beginCopy(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((): string[] => []);
  if (entries.length > 0 && !entries.includes(UNFINISHED))
    throw new TidegateError('DATA_OUT_EXISTS', 'the folder for the repaired copy is not empty', {
      where: folder,
      remedy: 'Name another one with --out.',
    });
  await disk.makeFolder(folder);
  await disk.write(join(folder, UNFINISHED), '');
}

/** Says that all of a repaired copy is there. */
export function finishCopy(folder: string): Promise<void> {
  return disk.remove(join(folder, UNFINISHED));
}
