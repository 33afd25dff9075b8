import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { VolumeKind } from '../../domain/candles.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ColumnSet } from './column-set.ts';
import { doublePieces, duckConnection, fetchDoubles, sqlText, withDuck } from './duck.ts';

/** Clock of the time column: whole milliseconds for candles and events, nanoseconds for trades and books. */
export type TimeUnit = 'ms' | 'ns';

/** Key-value metadata of a Parquet file's footer. */
export type ParquetMeta = Readonly<Record<string, string>>;

const WRITER = 'tidegate';
const CHUNK_ROWS = 2048;
/** DuckDB's own default: small enough that readers can skip parts, large enough to compress well. */
const ROW_GROUP = 122_880;

/**
 * Writes columns as Parquet v2, zstd. `time` becomes a TIMESTAMP without zone (UTC) that pandas and DuckDB read as such; the rest DOUBLE.
 * The same columns give the same bytes. Not atomic: go through `replaceFile`.
 */
export async function writeParquet(path: string, set: ColumnSet, unit: TimeUnit, meta: ParquetMeta): Promise<void> {
  const names = Object.keys(set.columns);
  const columns = names.map((name) => set.columns[name]!);
  const timeSql =
    unit === 'ms'
      ? 'epoch_ms(c0::BIGINT)::TIMESTAMP_MS'
      : 'make_timestamp_ns(c0::BIGINT * 1000000 + c1::BIGINT)::TIMESTAMP_NS';
  const selected = [`${timeSql} AS time`, ...names.slice(1).map((name, i) => `c${i + 2} AS ${quoted(name)}`)];
  const kv = { writer: WRITER, ...meta, ...(set.volumeKind && { volumeKind: set.volumeKind }) };
  const kvSql = Object.entries(kv).map(([key, value]) => `${key}: ${sqlText(value)}`);
  await withDuck(async (duck) => {
    await duck.run(`CREATE TEMP TABLE rows (c0 DOUBLE, ${names.map((_, i) => `c${i + 1} DOUBLE`).join(', ')})`);
    await appendRows(duck, columns, set.length);
    await duck.run(
      `COPY (SELECT ${selected.join(', ')} FROM rows) TO ${sqlText(path)} (FORMAT parquet, PARQUET_VERSION 'V2', COMPRESSION zstd,` +
        ` ROW_GROUP_SIZE ${ROW_GROUP}, KV_METADATA {${kvSql.join(', ')}})`,
    );
    await duck.run('DROP TABLE rows');
  });
}

/** Appends whole milliseconds, nanoseconds beyond them, then the columns behind the time, a chunk at a time: no copy of all is made. */
async function appendRows(duck: DuckDBConnection, columns: readonly Float64Array[], length: number): Promise<void> {
  const { DuckDBDataChunk, DOUBLE } = await import('@duckdb/node-api');
  const types = [DOUBLE, ...columns.map(() => DOUBLE)];
  const appender = await duck.createAppender('rows');
  for (let from = 0; from < length; from += CHUNK_ROWS) {
    const to = Math.min(length, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, to - from);
    const [time, ...values] = columns.map((column) => column.subarray(from, to));
    setDoubles(chunk, 0, time!.map(Math.floor));
    setDoubles(
      chunk,
      1,
      time!.map((t) => Math.round((t - Math.floor(t)) * 1e6)),
    );
    for (const [c, column] of values.entries()) setDoubles(chunk, c + 2, column);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function setDoubles(chunk: DuckDBDataChunk, column: number, values: Float64Array): void {
  const vector = chunk.getColumnVector(column) as unknown as { items: Float64Array; flush(): void };
  vector.items.set(values);
  vector.flush();
}

/** What a Parquet file says of itself. */
export interface ParquetInfo {
  readonly rows: number;
  /** Column name -> DuckDB type. */
  readonly types: ReadonlyMap<string, string>;
  readonly meta: ParquetMeta;
}

/** Reads footer, types and metadata. @throws TidegateError DATA_CORRUPT */
export async function parquetInfo(path: string): Promise<ParquetInfo> {
  return guarded(path, () => withDuck((duck) => infoOf(duck, path)));
}

async function infoOf(duck: DuckDBConnection, ...paths: readonly string[]): Promise<ParquetInfo> {
  const file = filesSql(paths);
  const rows = await duck.runAndReadAll(`SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${file})`);
  const types = await duck.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${file}, union_by_name = true)`);
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
 * Reads a Parquet file whole. `time` may be a date, any timestamp or numbers, which stay what they are; it comes first. Numeric columns
 * become doubles (NULL = NaN), flags 1 and 0; others are left out.
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS
 */
export async function readParquet(path: string): Promise<{ readonly set: ColumnSet; readonly meta: ParquetMeta }> {
  return guarded(path, () =>
    withDuck(async (duck) => {
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
    }),
  );
}

/**
 * Reads files that we wrote as one, in the order given, as `readParquet` and `concatColumns` would: a question costs more than a file of a year.
 * @returns null where one of them is not ours, or damaged: they are to be read one by one
 */
export async function readOwnParquet(paths: readonly string[]): Promise<ColumnSet | null> {
  const files = filesSql(paths);
  try {
    return await withDuck(async (duck) => {
      const own = await duck.runAndReadAll(
        `SELECT count(*)::DOUBLE FROM parquet_kv_metadata(${files}) WHERE decode(key) = 'writer' AND decode(value) = ${sqlText(WRITER)}`,
      );
      if (own.getRows()[0]?.[0] !== paths.length) return null;
      const info = await infoOf(duck, ...paths);
      const names = [...info.types.keys()].filter((name) => name !== 'time');
      // A column that one of them lacks has NULLs.
      const selected = [timeSql(info, 'time', ''), ...names.map((name) => orNaN(quoted(name)))];
      const sql = `SELECT ${selected.join(', ')} FROM read_parquet(${files}, union_by_name = true)`;
      const columns = await fetchDoubles(await duck.stream(sql), info.rows);
      const { volumeKind } = info.meta;
      return {
        length: columns[0]!.length,
        columns: Object.fromEntries(['time', ...names].map((name, i) => [name, columns[i]!])),
        ...(volumeKind && { volumeKind: volumeKind as VolumeKind }),
      };
    });
  } catch {
    // One by one, what is wrong with which of them is told.
    return null;
  }
}

function filesSql(paths: readonly string[]): string {
  return `[${paths.map(sqlText).join(', ')}]`;
}

/** Another program's Parquet file, as far as it is read. */
export interface ForeignParquet {
  readonly info: ParquetInfo;
  /** Columns that can be read as numbers, the time column first. */
  readonly names: readonly string[];
  /** Rows of the columns `wanted`, a piece at a time; the last piece may be empty. */
  read(wanted: readonly string[]): AsyncGenerator<readonly Float64Array[]>;
}

/**
 * Opens a Parquet file of whatever columns: numbers, flags and times as `readParquet` takes them.
 * @param textSql SQL for the number in a column of text; undefined where there is none
 * @throws TidegateError DATA_CORRUPT, DATA_COLUMNS, also while it is read
 */
export async function openParquet(
  path: string,
  timeColumn: string,
  textSql: (name: string, column: string) => string | undefined,
): Promise<ForeignParquet> {
  const info = await parquetInfo(path);
  const sql = new Map([[timeColumn, timeSql(info, timeColumn, path)]]);
  for (const [name, type] of info.types) {
    const value = /^(VARCHAR|ENUM)/.test(type) ? textSql(name, `${quoted(name)}::VARCHAR`) : valueSql(name, type);
    if (name !== timeColumn && value) sql.set(name, value);
  }
  return {
    info,
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

function timeSql({ types }: ParquetInfo, name: string, where: string): string {
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
