import { readFileSync } from 'node:fs';
import { readDataFile } from '../data/importer/read-file.ts';
import { checkTime } from '../data/quality/check-rows.ts';
import { TidegateError } from '../foundation/errors.ts';

/**
 * The columns of a data file, as they are: gaps, NaN and all, but in order of time. JSON may also be an object of equal columns,
 * `{"close": [1, null, 2], …}`.
 * @throws TidegateError DATA_FILE_MISSING, DATA_FORMAT, DATA_COLUMNS, DATA_CORRUPT, DATA_ORDER
 */
export async function readCandleColumns(
  path: string,
  type: 'candles' | 'mark',
): Promise<Readonly<Record<string, Float64Array>>> {
  const columns = await columnsOf(path, type);
  // A moving average over rows out of order would look like any other.
  checkTime(type, columns.time!, path);
  return columns;
}

async function columnsOf(path: string, type: 'candles' | 'mark'): Promise<Record<string, Float64Array>> {
  const ending = /\.(csv|json|feather|parquet)(\.gz)?$/.exec(path);
  if (!ending)
    throw new TidegateError('DATA_FORMAT', `${path} is no data file that can be read`, {
      remedy: 'Give .csv, .csv.gz, .json, .feather or .parquet.',
    });
  if (ending[1] === 'json' && !ending[2]) {
    const named = jsonColumns(path);
    if (named) return named;
  }
  const format = ending[1] as 'csv' | 'json' | 'feather' | 'parquet';
  const { columns } = await readDataFile({
    path,
    format,
    isGzip: ending[2] !== undefined,
    pair: '',
    type,
    timeframe: null,
  });
  return columns;
}

function jsonColumns(path: string): Record<string, Float64Array> | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The importer says what is wrong with it.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const columns: Record<string, Float64Array> = {};
  for (const [name, values] of Object.entries(parsed))
    if (Array.isArray(values))
      columns[name] = Float64Array.from(values, (x) => (typeof x === 'number' ? x : Number.NaN));
  const lengths = Object.values(columns).map((c) => c.length);
  if (lengths.length === 0) return undefined;
  if (new Set(lengths).size > 1)
    throw new TidegateError(
      'DATA_COLUMNS',
      `the columns differ in length: ${Object.entries(columns)
        .map(([n, c]) => `${n} ${c.length}`)
        .join(', ')}`,
      { where: path, remedy: 'Give every column one value per row.' },
    );
  columns.time ??=
    columns.timestamp ?? columns.timestamp_ms ?? Float64Array.from({ length: lengths[0]! }, (_, i) => i * 60_000);
  return columns;
}
