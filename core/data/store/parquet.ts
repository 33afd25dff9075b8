import type { DuckDBConnection } from '@duckdb/node-api';
import type { VolumeKind } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ColumnSet } from './column-set.ts';
import { doublePieces, duckConnection, fetchDoubles, sqlText, withDuck } from './duck.ts';
import { type ParquetMeta, WRITER } from './parquet/format.ts';
import { type OwnParquet, openOwnParquet, ownFooter } from './parquet/own-parquet.ts';
import { joinParts } from './part.ts';

/** What a Parquet file says of itself without its rows. */
export interface ParquetInfo {
  readonly rows: number;
  readonly meta: ParquetMeta;
}

interface TypedInfo extends ParquetInfo {
  /** Column name -> DuckDB type. */
  readonly types: ReadonlyMap<string, string>;
}

/** Reads the footer: ours by ourselves, others through DuckDB. @throws TidegateError DATA_CORRUPT */
export async function parquetInfo(path: string): Promise<ParquetInfo> {
  return guarded(path, async () => ownFooter(path) ?? withDuck((duck) => infoOf(duck, path)));
}

async function infoOf(duck: DuckDBConnection, path: string): Promise<TypedInfo> {
  const file = sqlText(path);
  const rows = await duck.runAndReadAll(`SELECT num_rows::DOUBLE FROM parquet_file_metadata(${file})`);
  const types = await duck.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${file})`);
  const meta = await duck.runAndReadAll(
    `SELECT decode(key)::VARCHAR, decode(value)::VARCHAR FROM parquet_kv_metadata(${file}) WHERE decode(key) <> 'ARROW:schema' AND decode(key) <> 'pandas'`,
  );
  return {
    rows: Number(rows.getRows()[0]?.[0] ?? 0),
    types: new Map(types.getRows().map((row) => [String(row[0]), String(row[1])])),
    meta: Object.fromEntries(meta.getRows().map((row) => [String(row[0]), String(row[1])])),
  };
}

/**
 * Reads a Parquet file whole: one of ours as it was written, others through DuckDB. `time` may be a date, any timestamp or numbers, which stay what
 * they are; it comes first. Numeric columns become doubles (NULL = NaN), flags 1 and 0; others are left out.
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS
 */
export async function readParquet(path: string): Promise<{ readonly set: ColumnSet; readonly meta: ParquetMeta }> {
  return guarded(path, async () => {
    const own = openOwnParquet(path);
    return own ? { set: joinParts([own]), meta: own.meta } : await readByDuck(path);
  });
}

/** One of our own Parquet files, not read yet, or null where `readParquet` has another way. To be closed. @throws TidegateError DATA_CORRUPT, also while it is read */
export function parquetPart(path: string): OwnParquet | null {
  const orDamaged = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw damaged(path, error);
    }
  };
  const own = orDamaged(() => openOwnParquet(path));
  return own && { ...own, readInto: (name, out) => orDamaged(() => own.readInto(name, out)) };
}

function readByDuck(path: string): Promise<{ readonly set: ColumnSet; readonly meta: ParquetMeta }> {
  return withDuck(async (duck) => {
    const info = await infoOf(duck, path);
    // Our own files have no NULLs; looking for them costs a quarter more.
    const isOurs = info.meta.writer === WRITER;
    const time = timeSql(info, 'time', path);
    const values = [...info.types].flatMap(([name, type]) => {
      const sql = name === 'time' ? undefined : valueSql(name, type);
      return sql ? [[name, isOurs ? quoted(name) : orNaN(sql)] as const] : [];
    });
    const selected = [isOurs ? time : orNaN(time), ...values.map(([, sql]) => sql)];
    const sql = `SELECT ${selected.join(', ')} FROM read_parquet(${sqlText(path)})`;
    const columns = await fetchDoubles(await duck.stream(sql), info.rows);
    const { volumeKind } = info.meta;
    const set: ColumnSet = {
      length: columns[0]!.length,
      columns: Object.fromEntries(['time', ...values.map(([name]) => name)].map((name, i) => [name, columns[i]!])),
      ...(volumeKind && { volumeKind: volumeKind as VolumeKind }),
    };
    return { set, meta: info.meta };
  });
}

/** Another program's Parquet file, as far as it is read. */
export interface ForeignParquet {
  readonly info: TypedInfo;
  readonly timeColumn: string;
  /** Columns that can be read as numbers, the time column first. */
  readonly names: readonly string[];
  /** Rows of the columns `wanted`, a piece at a time; the last piece may be empty. */
  read(wanted: readonly string[]): AsyncGenerator<readonly Float64Array[]>;
}

/**
 * Opens a Parquet file of whatever columns: numbers, flags and times as `readParquet` takes them.
 * @param timeColumnOf which of its columns holds the time
 * @param textSql SQL for the number in a column of text; undefined where there is none
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS, also while it is read
 */
export async function openParquet(
  path: string,
  timeColumnOf: (names: readonly string[]) => string,
  textSql: (name: string, column: string) => string | undefined,
): Promise<ForeignParquet> {
  const info = await guarded(path, () => withDuck((duck) => infoOf(duck, path)));
  const timeColumn = timeColumnOf([...info.types.keys()]);
  const sql = new Map([[timeColumn, timeSql(info, timeColumn, path)]]);
  for (const [name, type] of info.types) {
    const value = /^(VARCHAR|ENUM)/.test(type) ? textSql(name, `${quoted(name)}::VARCHAR`) : valueSql(name, type);
    if (name !== timeColumn && value) sql.set(name, value);
  }
  return {
    info,
    timeColumn,
    names: [...sql.keys()],
    async *read(wanted) {
      const selected = wanted.map((name) => orNaN(sql.get(name)!));
      const connection = await duckConnection();
      try {
        const result = await connection.stream(`SELECT ${selected.join(', ')} FROM read_parquet(${sqlText(path)})`);
        yield* doublePieces(result);
      } catch (error) {
        throw damaged(path, error);
      } finally {
        connection.closeSync();
      }
    },
  };
}

function timeSql({ types }: TypedInfo, name: string, where: string): string {
  const type = types.get(name);
  const sql = type && timeInMs(quoted(name), type);
  if (sql) return sql;
  throw new TidegateError('DATA_COLUMNS', `no usable time column "${name}"`, {
    where,
    remedy: `Columns found: ${[...types].map(([column, kind]) => `${column} ${kind}`).join(', ')}.`,
  });
}

const NUMERIC = /^(DOUBLE|FLOAT|DECIMAL\(.*\)|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/;

/** NULL becomes NaN. */
function orNaN(sql: string): string {
  return `COALESCE(${sql}, 'NaN'::DOUBLE)`;
}

/** SQL of a column of numbers or flags (1 and 0) as doubles. */
function valueSql(name: string, type: string): string | undefined {
  return NUMERIC.test(type) || type === 'BOOLEAN' ? `${quoted(name)}::DOUBLE` : undefined;
}

/** SQL that turns a timestamp of any unit into a double of ms; the fraction is added last so that the sum is rounded once. */
function timeInMs(column: string, type: string): string | undefined {
  if (/^(DATE|TIMESTAMP_(MS|S))$/.test(type)) return `epoch_ms(${column}::TIMESTAMP)::DOUBLE`;
  if (type === 'TIMESTAMP_NS')
    return `(epoch_ns(${column}) // 1000000)::DOUBLE + (epoch_ns(${column}) % 1000000)::DOUBLE / 1e6`;
  if (type.startsWith('TIMESTAMP'))
    return `(epoch_us(${column}) // 1000)::DOUBLE + (epoch_us(${column}) % 1000)::DOUBLE / 1e3`;
  return NUMERIC.test(type) ? `${column}::DOUBLE` : undefined;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, error: unknown): TidegateError {
  if (error instanceof TidegateError) return error;
  return new TidegateError('DATA_CORRUPT', `this Parquet file cannot be read: ${(error as Error).message}`, {
    where: path,
    remedy: 'Download or import it again; `tidegate data validate` names all damaged files.',
    cause: error,
  });
}
