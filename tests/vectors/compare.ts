/** How a computed value is held against an expected one. `atol` may be given per output name. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number | Readonly<Record<string, number>>;
}

/**
 * First difference between two values by the rule of the vectors' README, or null: null matches null (or NaN); a number passes when
 * |got - expected| <= atol + rtol × |expected|; strings, booleans and lengths are equal. Only what `expected` names is compared.
 */
export function difference(got: unknown, expected: unknown, tolerance: Tolerance, path = ''): string | null {
  const at = path || 'value';
  if (expected === null) return isMissing(got) ? null : `${at}: ${shown(got)} instead of null`;
  if (typeof expected === 'number') {
    const value = typeof got === 'boolean' ? Number(got) : got;
    if (typeof value !== 'number' || Number.isNaN(value)) return `${at}: ${shown(got)} instead of ${expected}`;
    if (value === expected) return null;
    const atol = atolFor(tolerance.atol, path);
    return Math.abs(value - expected) <= atol + tolerance.rtol * Math.abs(expected)
      ? null
      : `${at}: ${value} instead of ${expected}`;
  }
  if (Array.isArray(expected)) {
    if (!isList(got)) return `${at}: ${shown(got)} instead of a list`;
    if (got.length !== expected.length) return `${at}: ${got.length} values instead of ${expected.length}`;
    for (let i = 0; i < expected.length; i++) {
      const found = difference(got[i], expected[i], tolerance, `${path}[${i}]`);
      if (found) return found;
    }
    return null;
  }
  if (typeof expected === 'object') {
    if (typeof got !== 'object' || got === null) return `${at}: ${shown(got)} instead of an object`;
    for (const [key, value] of Object.entries(expected)) {
      if (!(key in got)) return `${path ? `${path}.${key}` : key}: not computed`;
      const found = difference((got as Record<string, unknown>)[key], value, tolerance, path ? `${path}.${key}` : key);
      if (found) return found;
    }
    return null;
  }
  return got === expected ? null : `${at}: ${shown(got)} instead of ${JSON.stringify(expected)}`;
}

/** The rule of mode `degenerate`: null, or finite, or as expected; never infinite. */
export function degenerateDifference(
  got: unknown,
  expected: unknown,
  bars: readonly [number, number] | undefined,
  tolerance: Tolerance,
  path = '',
): string | null {
  if (isList(got) && Array.isArray(expected)) {
    for (let i = 0; i < expected.length; i++) {
      const inside = bars === undefined || (i >= bars[0] && i < bars[1]);
      const found = inside
        ? degenerateDifference(got[i], expected[i], undefined, tolerance, `${path}[${i}]`)
        : difference(got[i], expected[i], tolerance, `${path}[${i}]`);
      if (found) return found;
    }
    return null;
  }
  if (typeof expected === 'object' && expected !== null && !Array.isArray(expected)) {
    for (const [key, value] of Object.entries(expected)) {
      const found = degenerateDifference(
        (got as Record<string, unknown>)?.[key],
        value,
        bars,
        tolerance,
        path ? `${path}.${key}` : key,
      );
      if (found) return found;
    }
    return null;
  }
  if (isMissing(got) || expected === null)
    return got === Number.POSITIVE_INFINITY || got === Number.NEGATIVE_INFINITY ? `${path}: infinite` : null;
  return typeof got === 'number' && Number.isFinite(got) ? null : difference(got, expected, tolerance, path);
}

function atolFor(atol: Tolerance['atol'], path: string): number {
  if (typeof atol === 'number') return atol;
  const name = path.split(/[.[]/)[0]!;
  return atol[name] ?? 0;
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value));
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
