/** One value that two trees do not share; undefined where a side lacks it. */
export interface Difference {
  /** `settings.costs.latencyMs` */
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** Where two plain values (objects, lists, scalars) differ, in order of their paths. NaN equals NaN and null, as in JSON. */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (isTree(a) && isTree(b) && Array.isArray(a) === Array.isArray(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], path ? `${path}.${key}` : key));
  }
  return plain(a) === plain(b) ? [] : [{ path, a, b }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function plain(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return isTree(value) ? JSON.stringify(value) : value;
}
