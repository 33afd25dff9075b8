import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance, DuckDBResult } from '@duckdb/node-api';

let instance: Promise<DuckDBInstance> | undefined;

/** A DuckDB connection in memory. One thread, so that results never depend on scheduling; no extension is ever fetched from the network. To be closed. */
export async function duckConnection(): Promise<DuckDBConnection> {
  instance ??= import('@duckdb/node-api').then(({ DuckDBInstance }) =>
    DuckDBInstance.create(':memory:', {
      threads: '1',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    }),
  );
  return (await instance).connect();
}

/** Runs `work` on a connection of its own and closes it. */
export async function withDuck<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const connection = await duckConnection();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}

/** A string literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Reads a result whose columns are all DOUBLE without NULLs into one Float64Array per column.
 * @param expectedRows the exact number of rows where it is known, so that nothing is copied twice
 */
export async function fetchDoubles(result: DuckDBResult, expectedRows: number): Promise<Float64Array[]> {
  const width = result.columnCount;
  let columns: Float64Array[] = Array.from({ length: width }, () => new Float64Array(expectedRows));
  let length = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    const rows = chunk?.rowCount ?? 0;
    if (!chunk || rows === 0) break;
    if (length + rows > columns[0]!.length) columns = columns.map((c) => grown(c, length + rows));
    copyChunk(chunk, columns, length);
    length += rows;
  }
  return length === columns[0]!.length ? columns : columns.map((c) => c.slice(0, length));
}

/** Rows that are handed on together: as many as a row group of Parquet has. */
const PIECE_ROWS = 122_880;

/** The same in pieces, so that a result of any length takes little memory. The last piece may be empty. */
export async function* doublePieces(result: DuckDBResult): AsyncGenerator<readonly Float64Array[]> {
  const empty = () => Array.from({ length: result.columnCount }, () => new Float64Array(PIECE_ROWS));
  let columns = empty();
  let length = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    const rows = chunk?.rowCount ?? 0;
    if (length + rows > PIECE_ROWS || rows === 0) {
      yield columns.map((column) => column.subarray(0, length));
      if (!chunk || rows === 0) return;
      columns = empty();
      length = 0;
    }
    copyChunk(chunk!, columns, length);
    length += rows;
  }
}

function copyChunk(chunk: DuckDBDataChunk, columns: readonly Float64Array[], at: number): void {
  for (const [c, column] of columns.entries()) {
    // The vector's own array: its accessor methods cost a call and a null test per value.
    const { items } = chunk.getColumnVector(c) as unknown as { readonly items: Float64Array };
    column.set(items, at);
  }
}

function grown(column: Float64Array, atLeast: number): Float64Array {
  const larger = new Float64Array(Math.max(atLeast, column.length * 2, 4096));
  larger.set(column);
  return larger;
}
