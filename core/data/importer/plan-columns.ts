import { TidegateError } from '../../foundation/errors.ts';
import type { DataType } from '../../ports/market-data.ts';
import { REQUIRED_COLUMNS } from '../store/column-set.ts';
import { columnNames } from './column-names.ts';
import { parseCommaNumber, parseNumber, textOf } from './parse-number.ts';
import type { CsvColumn } from './read-csv.ts';
import { sideOf, sideOfNumber, takerWords } from './taker-side.ts';
import { clockColumn, clockOfRules, type TextRules, timeColumn } from './written-time.ts';

/** Names under which a column is found in other people's files, best first. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  time: [
    'time',
    'timestamp_ms',
    'timestamp',
    'unix',
    'unix_timestamp',
    'unix timestamp',
    'date',
    'datetime',
    'open_time',
    'opentime',
    'ts',
    'exch_ns',
    'transact_time',
    'calc_time',
    'create_time',
  ],
  open: ['open', 'o'],
  high: ['high', 'h'],
  low: ['low', 'l'],
  close: ['close', 'c'],
  // MetaTrader's exports have both: ticks are what its brokers count.
  volume: ['tickvol', 'volume', 'vol', 'v', 'base_volume', 'tick_volume'],
  rate: ['rate', 'funding_rate', 'fundingrate', 'last_funding_rate', 'open'],
  amount: ['amount', 'qty', 'size', 'quantity', 'sum_open_interest', 'open_interest'],
  value: ['value', 'sum_open_interest_value', 'open_interest_value'],
  price: ['price'],
  side: ['side', 'aggressor', 'is_buyer_maker'],
  kind: ['kind', 'type'],
};
/** Which of these lower-case names holds a column of ours, best first; undefined where none does. */
export function nameFor(column: string, names: readonly string[]): string | undefined {
  // Ours are written bidOpen in Parquet.
  return (ALIASES[column] ?? [column, column.replace('_', '')]).find((alias) => names.includes(alias));
}

/** The names under which a file may hold who began a trade. */
export const SIDE_NAMES: readonly string[] = ALIASES.side!;

const QUOTE_NAMES = ['open', 'high', 'low', 'close'].flatMap((part) => [`bid_${part}`, `ask_${part}`]);
/** Most of the columns found that a message names. */
const MOST_NAMED = 12;

type NumberColumn = (name: string) => CsvColumn;

function side(header: string): CsvColumn {
  const words = takerWords(header);
  const slow = (bytes: Uint8Array, from: number, to: number) => sideOf(textOf(bytes, from, to), words);
  // There are few words: what each means is kept by its bytes, as far as an exact integer holds them.
  const known = new Map<number, number>();
  const parse = (bytes: Uint8Array, from: number, to: number): number => {
    if (to - from > 6) return slow(bytes, from, to);
    let key = 0;
    for (let i = from; i < to; i++) key = key * 256 + bytes[i]!;
    const meant = known.get(key) ?? slow(bytes, from, to);
    if (known.size < 100) known.set(key, meant);
    return meant;
  };
  return { name: 'side', parse, ofNumber: sideOfNumber(words) };
}

/** Book rows: a snapshot's first row is told from its further ones afterwards, by their common time. */
const kind: CsvColumn = {
  name: 'kind',
  parse(bytes, from, to) {
    const text = textOf(bytes, from, to);
    return text === 'snapshot' || text === '1' ? 1 : text === '2' ? 2 : 0;
  },
};

/** What is planned for: a series, and how its texts are to be read. */
export interface PlannedFile {
  readonly type: DataType;
  readonly pair: string;
  readonly rules?: TextRules | undefined;
}

/**
 * Chooses the readers for the columns of a file; of a CSV's cells or, in other formats, of numbers. What it returns gets the header in lower
 * case (null where there is none), the cells of the first row, and how many there are.
 * @throws TidegateError DATA_COLUMNS when a needed column is not there under any known name; USAGE_TIMEZONE
 */
export function planColumns(file: PlannedFile, where: string) {
  const { type, rules = {} } = file;
  const needed = REQUIRED_COLUMNS[type];
  const clock = clockOfRules(rules);
  const parse = rules.decimalComma ? parseCommaNumber : parseNumber;
  const number: NumberColumn = (name) => ({ name, parse });
  return (header: readonly string[] | null, first: readonly string[], width: number): readonly (CsvColumn | null)[] => {
    const { names, isApart, needsClock } = columnNames(header, first, width, file);
    const time = timeColumn({ dates: rules.dates, clock, isApart, needsClock });
    const readers: (CsvColumn | null)[] = names.map(() => null);
    const place = (column: string, make: (header: string) => CsvColumn): boolean => {
      const found = isApart && column === 'time' ? 'date' : nameFor(column, names);
      if (found === undefined) return false;
      readers[names.indexOf(found)] = make(found);
      return true;
    };
    const missing = needed.filter(
      (column) => !place(column, (found) => (column === 'time' ? time : readerOf(column, found, number))),
    );
    if (isApart) readers[names.indexOf('clock')] = clockColumn;
    const hasQuotes =
      (type === 'candles' || type === 'mark') && QUOTE_NAMES.every((name) => nameFor(name, names) !== undefined);
    for (const name of QUOTE_NAMES) if (hasQuotes) place(name, () => number(camel(name)));
    // Quotes give the prices (their middle), and quoted markets need not have a volume.
    const isOptional = (column: string) =>
      (hasQuotes && column !== 'time') ||
      column === 'value' ||
      (column === 'volume' && (type === 'mark' || rules.noVolume === true)) ||
      (type === 'trades' && column === 'side');
    const lacking = missing.filter((column) => !isOptional(column));
    if (lacking.length > 0) throw lackingColumns(type, lacking, names, where);
    return readers;
  };
}

function lackingColumns(
  type: DataType,
  lacking: readonly string[],
  names: readonly string[],
  where: string,
): TidegateError {
  const isVolume = type === 'candles' && lacking.join() === 'volume';
  const remedy = isVolume ? ' Where there are no volumes: `tidegate data import --no-volume`.' : '';
  return new TidegateError(
    'DATA_COLUMNS',
    `${type} need the column${lacking.length > 1 ? 's' : ''} ${lacking.join(', ')}`,
    { where, remedy: columnsFound(names) + remedy },
  );
}

/** What a message says of the columns that a file has. */
export function columnsFound(names: readonly string[]): string {
  const named = names.slice(0, MOST_NAMED).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `Columns found: ${named.join(', ')}${more}.`;
}

function readerOf(column: string, header: string, number: NumberColumn): CsvColumn {
  if (column === 'side') return side(header);
  if (header === 'tick_volume' || header === 'tickvol') return number('tickVolume');
  return column === 'kind' ? kind : number(column);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
