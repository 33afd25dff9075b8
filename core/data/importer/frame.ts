import type { VolumeKind } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { REQUIRED_COLUMNS } from '../store/column-set.ts';
import { columnCompleter } from './complete-columns.ts';
import { msFrom } from './parse-number.ts';
import { nameFor, type PlannedFile, planColumns, SIDE_NAMES } from './plan-columns.ts';
import type { FilePiece } from './read-file.ts';
import { takerWords } from './taker-side.ts';
import { refuseTextRules } from './written-time.ts';

/** A file of a format with types. */
export interface Frame {
  /** Columns that can be read as numbers. */
  readonly names: readonly string[];
  /** Those whose times are counted in something unsaid, from seconds to nanoseconds. */
  readonly counts: ReadonlySet<string>;
  /** Those that were words for who began a trade. */
  readonly sides: ReadonlySet<string>;
  /** Columns that are no numbers, times or sides, with their types. */
  readonly unread: ReadonlyMap<string, string>;
  readonly volumeKind?: VolumeKind | undefined;
  /** Rows of the columns `wanted`, a piece at a time, with the share of the file that has been read. */
  read(wanted: readonly string[]): AsyncIterable<{ readonly columns: readonly Float64Array[]; readonly done: number }>;
}

/** Opens a Parquet file. @throws TidegateError DATA_CORRUPT, DATA_COLUMNS */
export async function parquetFrame(path: string): Promise<Frame> {
  const { openParquet } = await import('../store/parquet.ts');
  const { sqlText } = await import('../store/duck.ts');
  const timeColumnOf = (all: readonly string[]) => {
    const found = nameFor('time', all.map(lower));
    return all.find((name) => lower(name) === found) ?? 'time';
  };
  const sides = new Set<string>();
  const { info, timeColumn, names, read } = await openParquet(path, timeColumnOf, (name, column) => {
    if (!SIDE_NAMES.includes(lower(name))) return undefined;
    sides.add(name);
    const { buyers, sellers } = takerWords(name);
    const isOneOf = (words: readonly string[]) => `lower(trim(${column})) IN (${words.map(sqlText).join(', ')})`;
    return `CASE WHEN ${isOneOf(buyers)} THEN 1.0 WHEN ${isOneOf(sellers)} THEN -1.0 ELSE 0.0 END::DOUBLE`;
  });
  return {
    names,
    sides,
    counts: new Set(/^(DATE|TIMESTAMP)/.test(info.types.get(timeColumn)!) ? [] : [timeColumn]),
    unread: new Map([...info.types].filter(([name]) => !names.includes(name))),
    volumeKind: info.meta.volumeKind as VolumeKind | undefined,
    async *read(wanted) {
      let rows = 0;
      for await (const columns of read(wanted)) {
        rows += columns[0]!.length;
        yield { columns, done: info.rows > 0 ? rows / info.rows : 1 };
      }
    },
  };
}

const lower = (name: string): string => name.toLowerCase();

/** Frames as Freqtrade writes them (`date`, open … volume; a funding rate is in the column `open`), or with other people's names for the same. */
export async function* setsOfFrame(file: PlannedFile, path: string, frame: Frame): AsyncGenerator<FilePiece> {
  const { type } = file;
  refuseTextRules(file.rules ?? {}, path);
  const names = frame.names.map(lower);
  refuseUnread(type, path, frame, names);
  const plan = planColumns(file, path)(names, [], names.length);
  const chosen = plan.flatMap((reader, i) => (reader ? [{ reader, name: frame.names[i]! }] : []));
  const complete = columnCompleter(type);
  const { volumeKind } = frame;
  /** By the first time that there is, all are counted. */
  let like: number | undefined;
  const convert = ({ reader, name }: (typeof chosen)[number], values: Float64Array): Float64Array => {
    if (reader.name === 'time' && frame.counts.has(name)) {
      like ??= values.find(Number.isFinite);
      return values.map((t) => msFrom(t, like));
    }
    return reader.ofNumber && !frame.sides.has(name) ? values.map(reader.ofNumber) : values;
  };
  for await (const { columns, done } of frame.read(chosen.map(({ name }) => name))) {
    const raw = Object.fromEntries(chosen.map((column, i) => [column.reader.name, convert(column, columns[i]!)]));
    const set = complete(raw.time!.length, raw);
    yield { set: { ...set, ...(volumeKind && { volumeKind }) }, done };
  }
}

/** A column that is there but not as numbers must not be taken for one that was left out. */
function refuseUnread(type: DataType, where: string, { unread }: Frame, names: readonly string[]): void {
  const spelled = [...unread].map(([name, kind]) => [lower(name), `${name} (${kind})`] as const);
  const others = spelled.map(([name]) => name);
  for (const column of REQUIRED_COLUMNS[type]) {
    const name = nameFor(column, others);
    if (nameFor(column, names) !== undefined || name === undefined) continue;
    throw new TidegateError('DATA_COLUMNS', `the column ${new Map(spelled).get(name)} is not of numbers`, {
      where,
      remedy: `Write it as ${column === 'time' ? 'a timestamp or a whole number' : column === 'side' ? 'text (buy, sell) or 1 and -1' : 'numbers'}.`,
    });
  }
}
