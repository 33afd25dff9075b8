import { didYouMean, TidegateError } from '../foundation/errors.ts';
import { utcTime } from '../foundation/utc-time.ts';

/** Signals for one candle, made elsewhere. `time` is ms UTC of the candle's opening, or any moment inside it. */
export interface SignalRow {
  readonly time: number;
  /** Absent: for every pair. */
  readonly pair?: string;
  readonly enterLong: boolean;
  readonly exitLong: boolean;
  readonly enterShort: boolean;
  readonly exitShort: boolean;
  readonly entryTag?: string;
  readonly exitTag?: string;
}

const FLAGS = ['enterLong', 'exitLong', 'enterShort', 'exitShort'] as const;
/** Spellings of each column, lower case without underscores. */
const COLUMNS: Readonly<Record<string, keyof SignalRow | 'tag'>> = {
  time: 'time',
  date: 'time',
  timestamp: 'time',
  opentime: 'time',
  pair: 'pair',
  symbol: 'pair',
  enterlong: 'enterLong',
  exitlong: 'exitLong',
  entershort: 'enterShort',
  exitshort: 'exitShort',
  tag: 'tag',
  entrytag: 'entryTag',
  entertag: 'entryTag',
  exittag: 'exitTag',
};

/**
 * Reads signals from CSV (with a header line) or JSON (a list of objects, or an object with a list `signals`): time, pair, the four flags, tag,
 * entryTag, exitTag (`tag` is that of the entry, in rows that only exit that of the exit), in snake_case or camelCase. Times are ISO 8601
 * (also 2024/01/31 and 2024.01.31; UTC where no zone stands), seconds, ms, µs or ns. Sorted by time.
 * @throws TidegateError SIGNALS_FORMAT with the line and what was wrong there
 */
export function parseSignals(text: string, where: string): SignalRow[] {
  const start = text.replace(/^\ufeff/, '').trimStart();
  const records = start.startsWith('[') || start.startsWith('{') ? fromJson(start, where) : fromCsv(start, where);
  return records.map((record, k) => rowOf(record, `${where}, row ${k + 1}`)).sort((a, b) => a.time - b.time);
}

type Fields = ReadonlyMap<string, unknown>;

function fromJson(text: string, where: string): Fields[] {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (cause) {
    throw problem(`it is no JSON: ${cause instanceof Error ? cause.message : ''}`, where);
  }
  const list = Array.isArray(tree) ? tree : (tree as { readonly signals?: unknown }).signals;
  if (!Array.isArray(list))
    throw problem('it holds no list of signals', where, 'Write one object a row: in pandas to_json(orient="records").');
  return list.map((entry: unknown, k) => {
    if (typeof entry !== 'object' || entry === null)
      throw problem(`${JSON.stringify(entry)} is no signal`, `${where}, row ${k + 1}`);
    return new Map(Object.entries(entry).map(([name, value]) => [columnOf(name, where), value]));
  });
}

function fromCsv(text: string, where: string): Fields[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw problem('the file is empty', where);
  const separator = [',', ';', '\t'].find((c) => lines[0]?.includes(c)) ?? ',';
  const header = cellsOf(lines[0] ?? '', separator).map((name) => columnOf(name, where));
  if (!FLAGS.some((flag) => header.includes(flag))) throw problem('there is no column of signals', where);
  return lines.slice(1).map((line, k) => {
    const cells = cellsOf(line, separator);
    if (cells.length !== header.length)
      throw problem(`${cells.length} cells instead of ${header.length}`, `${where}, row ${k + 1}`);
    return new Map(header.map((name, i) => [name, cells[i]]));
  });
}

/** Cells of a line; quoted ones may hold separators and doubled quotes. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === '"') {
      if (isQuoted && line[i + 1] === '"') cell += line[++i];
      else isQuoted = !isQuoted;
    } else if (c === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += c;
  }
  cells.push(cell.trim());
  return cells;
}

function columnOf(name: string, where: string): string {
  const plain = name.trim().toLowerCase().replaceAll('_', '').replaceAll(' ', '');
  const known = COLUMNS[plain];
  if (known) return known;
  throw problem(`there is no column "${name}"`, where, didYouMean(name, Object.values(COLUMNS)));
}

function rowOf(fields: Fields, where: string): SignalRow {
  const tag = textOf(fields.get('tag'));
  const pair = textOf(fields.get('pair'));
  const [enterLong, exitLong, enterShort, exitShort] = FLAGS.map((name) => flagOf(fields.get(name), name, where));
  // One tag for both names the entry of a row that turns a position round: what it leaves is left for that.
  const enters = enterLong! || enterShort!;
  const entryTag = textOf(fields.get('entryTag')) ?? (enters ? tag : undefined);
  const exitTag = textOf(fields.get('exitTag')) ?? (enters ? undefined : tag);
  return {
    time: timeOf(fields.get('time'), where),
    enterLong: enterLong!,
    exitLong: exitLong!,
    enterShort: enterShort!,
    exitShort: exitShort!,
    ...(pair !== undefined && { pair }),
    ...(entryTag !== undefined && { entryTag }),
    ...(exitTag !== undefined && { exitTag }),
  };
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function flagOf(value: unknown, name: string, where: string): boolean {
  const plain = typeof value === 'string' ? value.toLowerCase() : value;
  if (plain === true || plain === 'true' || plain === 'yes' || (plain !== '' && Number(plain) === 1)) return true;
  if ([undefined, null, false, '', 'false', 'no', 'nan'].includes(plain as string) || Number(plain) === 0) return false;
  throw problem(`${name} cannot be ${JSON.stringify(value)}`, where, 'Write 1 or 0, true or false, or leave it empty.');
}

const COUNT = /^\d+(\.\d+)?(e\+?\d+)?$/i;

function timeOf(value: unknown, where: string): number {
  const text = String(value ?? '').trim();
  const time = COUNT.test(text) ? timeOfCount(Number(text)) : utcTime(text);
  if (Number.isNaN(time))
    throw problem(
      `time cannot be ${JSON.stringify(value ?? null)}`,
      where,
      'Write 2024-03-05 10:00, or seconds, ms, µs or ns since 1970, all UTC.',
    );
  return time;
}

/** Counts since 1970, told apart by their size: seconds reach 1e11 in the year 5138. Below the year 1973 they are digits of a date. */
function timeOfCount(count: number): number {
  if (count < 1e8) return Number.NaN;
  return count < 1e11 ? count * 1e3 : count < 1e14 ? count : count < 1e17 ? count / 1e3 : count / 1e6;
}

function problem(what: string, where: string, remedy = ''): TidegateError {
  return new TidegateError('SIGNALS_FORMAT', what, {
    where,
    remedy: remedy || 'Columns: time, pair, enterLong, exitLong, enterShort, exitShort, tag (or entryTag, exitTag).',
  });
}
