import { toUnits } from '../book-events.ts';
import { importError } from './import-error.ts';

/** Share of a tick that binary noise of a price may come to. */
const OFF_GRID = 0.01;

/** The years that a time may lie in, ms UTC: from 2009 to 2100. */
const EARLIEST_MS = 1_230_768_000_000;
const LATEST_MS = 4_102_444_800_000;

/** Farthest time from the origin that keeps every nanosecond, ms: 104 days. */
const REACH_MS = 2 ** 53 / 1e6;

const REPAIR = 'Repair or cut the file there.';

/**
 * A number of a field.
 * @throws TidegateError BOOK_IMPORT naming line and column
 */
export function numberIn(fields: readonly string[], at: number, line: number, where: string): number {
  const value = Number(fields[at]);
  if (Number.isFinite(value) && fields[at] !== '') return value;
  throw importError(`Line ${line}, field ${at + 1}: "${fields[at]}" is not a number`, where, REPAIR);
}

/**
 * A number of a field that cannot be below 0.
 * @throws TidegateError BOOK_IMPORT naming line and column
 */
export function amountIn(fields: readonly string[], at: number, line: number, where: string): number {
  const value = numberIn(fields, at, line, where);
  if (value >= 0) return value;
  throw importError(`Line ${line}, field ${at + 1}: ${fields[at]} is below 0`, where, REPAIR);
}

/**
 * A price of a field as whole ticks.
 * @throws TidegateError BOOK_IMPORT naming line and column; a price between two ticks means that the tick is not the file's
 */
export function ticksIn(fields: readonly string[], at: number, line: number, where: string, tickSize: number): number {
  const price = numberIn(fields, at, line, where);
  return ticksOf(price, tickSize, where, () => `Line ${line}, field ${at + 1}`);
}

/**
 * A price as whole ticks; `place` says where it stands.
 * @throws TidegateError BOOK_IMPORT for one between two ticks, or not above 0
 */
export function ticksOf(price: number, tickSize: number, where: string, place: () => string): number {
  const ticks = toUnits(price, tickSize);
  if (!(price > 0)) throw importError(`${place()}: the price is ${price}`, where, REPAIR);
  if (ticks > 0 && Math.abs(price / tickSize - ticks) < OFF_GRID) return ticks;
  throw importError(
    `${place()}: the price ${price} is no multiple of the tick ${tickSize}`,
    where,
    'Give the tick that the pair had then: --tick.',
  );
}

/**
 * ns since `originMs` of a time written in whole s, ms, µs or ns since 1970: its number of digits tells which.
 * @throws TidegateError BOOK_IMPORT for anything else, for years before 2009 or after 2100, and further than 104 days from the origin
 */
export function timeIn(
  fields: readonly string[],
  at: number,
  line: number,
  where: string,
  originMs: number,
  text = fields[at]!,
): number {
  const ms = isWholeTime(text) ? msOf(text) : Number.NaN;
  if (!isPlausible(ms))
    throw importError(
      `Line ${line}, field ${at + 1}: "${fields[at]}" is no time`,
      where,
      'Times are whole s, ms, µs or ns since 1970. Are the columns in another order?',
    );
  if (Math.abs(ms - originMs) < REACH_MS) return timeSince(text, originMs);
  throw importError(
    `Line ${line}, field ${at + 1}: the time ${new Date(ms).toISOString()} is over 104 days from ${new Date(originMs + 1000).toISOString()} of the first row`,
    where,
    'Repair that row, or import shorter stretches.',
  );
}

/** Whether ms since 1970 are of a year in which there was anything to trade: 2009 to 2100. */
export function isPlausible(ms: number): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}

/** 10, 13, 16 or 19 digits and nothing else. */
function isWholeTime(text: string): boolean {
  const { length } = text;
  if (length !== 10 && length !== 13 && length !== 16 && length !== 19) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function timeSince(text: string, originMs: number): number {
  if (text.length <= 10) return (Number(text) * 1000 - originMs) * 1e6;
  const ms = Number(text.slice(0, 13)) - originMs;
  const rest = text.slice(13);
  return ms * 1e6 + (rest === '' ? 0 : Number(rest.padEnd(6, '0')));
}

/** ms since 1970 of the same notation, rounded down: a good origin is a second before the first row. */
export function msOf(text: string): number {
  return text.length <= 10 ? Number(text) * 1000 : Number(text.slice(0, 13));
}

const SIDES: Readonly<Record<string, 1 | -1 | 0>> = {
  buy: 1,
  bid: 1,
  b: 1,
  sell: -1,
  ask: -1,
  s: -1,
  a: -1,
  unknown: 0,
  '': 0,
};

/**
 * 1 for bid or buyer, -1 for ask or seller; 0 where the file says that it is not known.
 * @throws TidegateError BOOK_IMPORT for any other word
 */
export function sideIn(fields: readonly string[], at: number, line: number, where: string): 1 | -1 | 0 {
  const text = fields[at]!;
  const side = SIDES[text] ?? SIDES[text.trim().toLowerCase()];
  if (side !== undefined) return side;
  throw importError(`Line ${line} has the side "${text}"`, where, 'It must be buy or sell, bid or ask.');
}

/**
 * A yes or no of a field.
 * @throws TidegateError BOOK_IMPORT for any other word than true, false, 1 and 0
 */
export function isTrueIn(fields: readonly string[], at: number, line: number, where: string): boolean {
  const text = fields[at]!;
  if (text === 'true' || text === 'True' || text === '1' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === '0' || text === 'FALSE') return false;
  throw importError(
    `Line ${line}, field ${at + 1}: "${text}" is neither true nor false`,
    where,
    'Are the columns in another order?',
  );
}
