/** Powers of ten that doubles hold exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i);
const MAX_EXACT = 2 ** 53;

/**
 * The double nearest to a decimal text in bytes [from, to), as `Number` reads it; NaN for an empty or foreign cell.
 * Up to 2^53 without exponent it is one exact division (Clinger 1990), about ten times faster than going through a string.
 */
export function parseNumber(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  const isNegative = bytes[i] === 45;
  if (isNegative) i++;
  let mantissa = 0;
  let decimals = -1;
  for (; i < to; i++) {
    const code = bytes[i]!;
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      if (decimals >= 0) decimals++;
    } else if (code === 46 && decimals < 0) decimals = 0;
    else return slow(bytes, from, to);
  }
  const digits = to - from - (isNegative ? 1 : 0) - (decimals >= 0 ? 1 : 0);
  if (digits === 0 || mantissa >= MAX_EXACT || decimals > 22) return slow(bytes, from, to);
  const value = decimals > 0 ? mantissa / POWERS[decimals]! : mantissa;
  return isNegative ? -value : value;
}

/**
 * Reads a cell of plain digits, up to 2^53 and perhaps with a sign and a point, on the way to its end: half the time of looking for its end first,
 * and no number on the heap.
 * @param out gets the number at `row`
 * @returns where the cell ends (a separator, a line feed, the end), or -1 where it is another one
 */
export function readPlain(bytes: Uint8Array, from: number, separator: number, out: Float64Array, row: number): number {
  const isNegative = bytes[from] === 45;
  const start = isNegative ? from + 1 : from;
  // One by one: numbers taken apart from a list go to the heap, at each cell.
  let mantissa = 0;
  let point = -1;
  let i = start;
  for (; i < bytes.length; i++) {
    const code = bytes[i]!;
    if (code >= 48 && code <= 57) mantissa = mantissa * 10 + (code - 48);
    else if (code === 46 && point < 0) point = i;
    else if (code === separator || code === 10 || code === 13) break;
    else return -1;
  }
  const decimals = point < 0 ? 0 : i - point - 1;
  const digits = i - start - (point < 0 ? 0 : 1);
  if (digits === 0 || mantissa >= MAX_EXACT || decimals > 22) return -1;
  const isReturn = i < bytes.length && bytes[i] === 13;
  if (isReturn && bytes[i + 1] !== 10) return -1;
  const value = decimals > 0 ? mantissa / POWERS[decimals]! : mantissa;
  out[row] = isNegative ? -value : value;
  return isReturn ? i + 1 : i;
}

/** A number as `parseNumber` reads it, with a comma before its decimals; NaN for one with points. */
export function parseCommaNumber(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && isPadding(bytes[from]!)) from++;
  while (to > from && isPadding(bytes[to - 1]!)) to--;
  if (to - from > WIDEST) return Number.NaN;
  for (let i = from; i < to; i++) {
    const code = bytes[i]!;
    if (code === 46) return Number.NaN;
    pointed[i - from] = code === 44 ? 46 : code;
  }
  return parseNumber(pointed, 0, to - from);
}

/** Signs of the longest number that a comma may be in. */
const WIDEST = 64;
const pointed = new Uint8Array(WIDEST);

function slow(bytes: Uint8Array, from: number, to: number): number {
  const text = textOf(bytes, from, to);
  return text === '' ? Number.NaN : Number(text);
}

/** Cell text without blanks and quotes. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text.trim().replace(/^"(.*)"$/, '$1');
}

/**
 * A time as ms UTC from seconds, ms, µs or ns (told apart by their size, the sub-millisecond part kept as a fraction), or an ISO date (also
 * 2024/01/31 and 2024.01.31), taken as UTC where it names no zone. NaN when it is neither: digits of a date written together (20240131093000) are no count of anything.
 */
export function parseTime(bytes: Uint8Array, from: number, to: number): number {
  while (from < to && isPadding(bytes[from]!)) from++;
  while (to > from && isPadding(bytes[to - 1]!)) to--;
  let digits = 0;
  while (from + digits < to && bytes[from + digits]! >= 48 && bytes[from + digits]! <= 57) digits++;
  if (digits === to - from && digits > 13) {
    const perMs = digits === 15 || digits === 16 ? 3 : digits === 18 || digits === 19 ? 6 : 0;
    if (perMs === 0) return Number.NaN;
    // Split before the value leaves the exact integers.
    return parseNumber(bytes, from, to - perMs) + parseNumber(bytes, to - perMs, to) / POWERS[perMs]!;
  }
  if (digits >= 9 && (digits === to - from || bytes[from + digits] === 46)) return msFrom(parseNumber(bytes, from, to));
  const quick = digits === 4 ? plainIsoTime(bytes, from, to) : Number.NaN;
  if (!Number.isNaN(quick)) return quick;
  const text = textOf(bytes, from, to);
  if (/^\d{4}([-/.])\d\d\1\d\d/.test(text)) return isoTime(text.replace(/^(....).(..)./, '$1-$2-'));
  return /^\d(\.\d+)?e\+?\d+$/i.test(text) ? msFrom(Number(text)) : Number.NaN;
}

/** A time as ms from what it is counted in since 1970, by its size or that of another one `like` it: seconds, ms, µs or ns. */
export function msFrom(count: number, like = count): number {
  const size = Math.abs(like);
  if (size < 1e11) return count * 1000;
  return size < 1e14 ? count : count / (size < 1e17 ? 1e3 : 1e6);
}

/** Blanks and quotes around a cell. */
function isPadding(code: number): boolean {
  return code === 32 || code === 34 || code === 9;
}

/** `2024-01-31 12:00:00`, perhaps with a T between or a Z or +00:00 behind, at a tenth of the time of `isoTime`; NaN for others. */
function plainIsoTime(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  const isUtc =
    length === 19 ||
    (length === 20 && bytes[to - 1] === 90) ||
    (length === 25 && textOf(bytes, from + 19, to) === '+00:00');
  if (!isUtc || bytes[from + 4] !== 45 || bytes[from + 7] !== 45 || bytes[from + 13] !== 58 || bytes[from + 16] !== 58)
    return Number.NaN;
  const between = bytes[from + 10];
  if (between !== 32 && between !== 84) return Number.NaN;
  return plainTime(bytes, from, PLACES_OF_ISO);
}

/** Where year, month, day, hour, minute and second stand in `2024-01-31 12:00:00` and `20240131 120000`. */
const PLACES_OF_ISO = [0, 5, 8, 11, 14, 17] as const;
const PLACES_OF_DIGITS = [0, 4, 6, 9, 11, 13] as const;

/** What `2024-01-31 12:00:00` or `20240131 120000` shows, as ms since 1970 of its clock; NaN for other texts. */
export function plainClock(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 19) return plainIsoTime(bytes, from, to);
  return to - from === 15 && bytes[from + 8] === 32 ? plainTime(bytes, from, PLACES_OF_DIGITS) : Number.NaN;
}

function plainTime(bytes: Uint8Array, from: number, places: typeof PLACES_OF_ISO | typeof PLACES_OF_DIGITS): number {
  // One by one: a list of them at each row is a tenth of an import.
  const year = 100 * twoDigits(bytes, from) + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + places[1]);
  const day = twoDigits(bytes, from + places[2]);
  const hour = twoDigits(bytes, from + places[3]);
  const minute = twoDigits(bytes, from + places[4]);
  const second = twoDigits(bytes, from + places[5]);
  // All months have 28 days: later ones are looked at with care.
  const isPlain =
    year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && second < 60;
  return isPlain ? Date.UTC(year, month - 1, day, hour, minute, second) : Number.NaN;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const a = bytes[at]! - 48;
  const b = bytes[at + 1]! - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? 10 * a + b : Number.NaN;
}

function isoTime(text: string): number {
  if (text.length <= 10) return Date.parse(text);
  const zone = /(?:Z| ?UTC|([+-]\d\d)(?::?(\d\d))?)$/i.exec(text);
  const clock = zone ? text.slice(0, zone.index) : text;
  return Date.parse(`${clock.replace(' ', 'T')}${zone?.[1] ? `${zone[1]}:${zone[2] ?? '00'}` : 'Z'}`);
}
