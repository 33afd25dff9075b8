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
 * A time as ms UTC from seconds, ms, µs or ns (told apart by their size, the sub-millisecond part kept as a fraction), or an ISO date, taken
 * as UTC where it names no zone. NaN when it is neither: digits of a date written together (20240131093000) are no count of anything.
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
  const text = textOf(bytes, from, to);
  if (/^\d{4}-\d\d-\d\d/.test(text)) return isoTime(text);
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

function isoTime(text: string): number {
  if (text.length <= 10) return Date.parse(text);
  const zone = /(?:Z| ?UTC|([+-]\d\d)(?::?(\d\d))?)$/i.exec(text);
  const clock = zone ? text.slice(0, zone.index) : text;
  return Date.parse(`${clock.replace(' ', 'T')}${zone?.[1] ? `${zone[1]}:${zone[2] ?? '00'}` : 'Z'}`);
}
