import type { PlainData } from '../../ports/stored-rows.ts';

// JSON has no word for NaN and infinities: they become strings that begin with a mark, and so does every other string that begins with it.
const MARK = '~';
const ODD: Readonly<Record<string, number>> = {
  '~NaN': Number.NaN,
  '~Infinity': Number.POSITIVE_INFINITY,
  '~-Infinity': Number.NEGATIVE_INFINITY,
};

/** Plain data as JSON text that `decodePlain` reads back unchanged: numbers to the last bit, except that -0 becomes 0. */
export function encodePlain(data: PlainData): string {
  return isOdd(data)
    ? JSON.stringify(data, (_, value: unknown) => {
        if (typeof value === 'number' && !Number.isFinite(value)) return MARK + value;
        return typeof value === 'string' && value.startsWith(MARK) ? MARK + value : value;
      })
    : JSON.stringify(data);
}

/** Reads what `encodePlain` wrote. */
export function decodePlain(text: string): PlainData {
  if (!text.includes(`"${MARK}`)) return JSON.parse(text) as PlainData;
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    return ODD[value] ?? value.slice(MARK.length);
  }) as PlainData;
}

/** Nearly nothing is: a walk is much faster than a replacer. */
function isOdd(data: PlainData | undefined): boolean {
  if (typeof data === 'number') return !Number.isFinite(data);
  if (typeof data === 'string') return data.startsWith(MARK);
  if (data === null || typeof data !== 'object') return false;
  for (const value of Array.isArray(data) ? data : Object.values(data)) if (isOdd(value)) return true;
  return false;
}
