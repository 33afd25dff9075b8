import { TidegateError } from '../../foundation/errors.ts';
import type { DataType, SeriesKey } from '../../ports/market-data.ts';
import { isUniqueByTime } from '../catalogue/merge.ts';
import { type ColumnSet, REQUIRED_COLUMNS } from '../store/column-set.ts';

/**
 * Refuses rows that must never be stored or traded on: a missing column, time that is no number or goes backward (or repeats, where
 * a type has one row per time), and candles with a price that is not a positive number, a negative volume or high below low.
 * @throws TidegateError DATA_COLUMNS, DATA_ORDER, DATA_NAN, DATA_PRICE
 */
export function checkRows(key: SeriesKey, set: ColumnSet, where: string): void {
  rowChecker(key, where)(set);
}

/** The same for the rows of one file in pieces, one after the other: messages count rows from the file's first. */
export function rowChecker(key: SeriesKey, where: string): (set: ColumnSet) => void {
  let before = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (set) => {
    const place: Place = { where, before };
    checkColumns(key.type, set, where);
    last = checkOrder(key.type, set.columns.time!, place, last);
    checkYears(set.columns.time!, place);
    if (key.type === 'candles' || key.type === 'mark') checkCandles(set, place);
    else checkFinite(key.type, set, place);
    if (key.type === 'funding') checkRates(set, place);
    before += set.length;
  };
}

/** Where rows come from, and how many of there came before them. */
interface Place {
  readonly where: string;
  readonly before: number;
}

function checkColumns(type: DataType, set: ColumnSet, where: string): void {
  const missing = REQUIRED_COLUMNS[type].filter((name) => !set.columns[name]);
  if (missing.length > 0)
    throw new TidegateError('DATA_COLUMNS', `${type} need the column${missing.length > 1 ? 's' : ''} ${missing}`, {
      where,
      remedy: `Columns found: ${Object.keys(set.columns).join(', ')}.`,
    });
}

/** Refuses times that are no numbers, go backward, or repeat where a type has one row per time. @throws TidegateError DATA_ORDER */
export function checkTime(type: DataType, time: Float64Array, where: string): void {
  checkOrder(type, time, { where, before: 0 }, Number.NEGATIVE_INFINITY);
}

/** @returns the last time */
function checkOrder(type: DataType, time: Float64Array, { where, before }: Place, latest: number): number {
  const mayRepeat = !isUniqueByTime(type);
  let previous = latest;
  for (let i = 0; i < time.length; i++) {
    const t = time[i]!;
    if (t > previous || (mayRepeat && t === previous)) {
      previous = t;
      continue;
    }
    const problem = Number.isNaN(t) ? 'is not a number' : t === previous ? 'repeats' : 'goes backward';
    throw new TidegateError('DATA_ORDER', `the time of row ${before + i + 1} ${problem} (${instant(t)})`, {
      where,
      remedy: REPAIR,
      details: { row: before + i, time: t, previous },
    });
  }
  return previous;
}

const [EARLIEST, LATEST] = [Date.UTC(1800, 0), Date.UTC(2200, 0)];

/** Refuses times that no market has seen: counted in another unit, mostly. */
function checkYears(time: Float64Array, { where, before }: Place): void {
  for (const i of [0, time.length - 1]) {
    const t = time[i];
    if (t === undefined || (t >= EARLIEST && t < LATEST)) continue;
    const row = before + i;
    throw new TidegateError('DATA_ORDER', `the time of row ${row + 1} is beyond all markets (${instant(t)})`, {
      where,
      remedy: 'Write times as ISO dates, or as seconds, ms, µs or ns since 1970.',
      details: { row, time: t },
    });
  }
}

const REPAIR =
  'Import it with `--repair`, or run `tidegate data validate --repair` on its folder to write a corrected copy.';

function checkCandles(set: ColumnSet, { where, before }: Place): void {
  const { time, open, high, low, close, volume } = set.columns;
  for (let i = 0; i < set.length; i++) {
    const o = open![i]!;
    const h = high![i]!;
    const l = low![i]!;
    const c = close![i]!;
    // One comparison chain on the good path: false for NaN, too.
    if (l > 0 && o >= l && c >= l && h >= o && h >= c && h < Number.POSITIVE_INFINITY && volume![i]! >= 0) continue;
    const values = [o, h, l, c, volume![i]!];
    const isNumber = values.every(Number.isFinite);
    throw new TidegateError(
      isNumber ? 'DATA_PRICE' : 'DATA_NAN',
      `the candle of ${instant(time![i]!)} (row ${before + i + 1}) ${isNumber ? 'is impossible' : 'has a value that is no number'}: open ${o}, high ${h}, low ${l}, close ${c}, volume ${values[4]}`,
      { where, remedy: REPAIR, details: { row: before + i, time: time![i]! } },
    );
  }
}

/** Whether these are numbers that a candle can have. */
export function isCandle(open: number, high: number, low: number, close: number, volume: number): boolean {
  const isInside = low > 0 && open >= low && close >= low && high >= open && high >= close;
  return isInside && high < Number.POSITIVE_INFINITY && volume >= 0 && volume < Number.POSITIVE_INFINITY;
}

function checkFinite(type: DataType, set: ColumnSet, { where, before }: Place): void {
  for (const name of REQUIRED_COLUMNS[type]) {
    const column = set.columns[name]!;
    const row = firstNotFinite(column);
    if (row >= 0)
      throw new TidegateError(
        'DATA_NAN',
        `${name} of row ${before + row + 1} (${instant(set.columns.time![row]!)}) is no number`,
        {
          where,
          remedy: REPAIR,
          details: { row: before + row, column: name },
        },
      );
  }
}

/** A loop of its own: `findIndex` calls a function per row. */
function firstNotFinite(column: Float64Array): number {
  for (let i = 0; i < column.length; i++) if (!Number.isFinite(column[i])) return i;
  return -1;
}

/** A payment of all that is held, or more, is a price or a percentage taken for a rate. */
function checkRates(set: ColumnSet, { where, before }: Place): void {
  const row = set.columns.rate!.findIndex((rate) => Math.abs(rate) >= 1);
  if (row >= 0)
    throw new TidegateError(
      'DATA_PRICE',
      `the funding rate of ${instant(set.columns.time![row]!)} (row ${before + row + 1}) is ${set.columns.rate![row]}`,
      { where, remedy: 'Rates are fractions: 0.0001 is 0.01 %.', details: { row: before + row } },
    );
}

/** A time for messages: ISO, or the bare value where it is no time. */
export function instant(time: number): string {
  return Math.abs(time) <= 8.64e15
    ? new Date(time).toISOString().replace('T', ' ').replace('.000Z', ' UTC')
    : String(time);
}
