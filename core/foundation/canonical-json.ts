/**
 * JSON of a value that is the same for the same contents: keys sorted (those that are whole numbers first, as numbers), NaN as null, -0 as 0,
 * undefined left out. What hashes are made of.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (Array.isArray(value)) return listJson(value);
  if (value instanceof Float64Array) return listJson(Array.from(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const object = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of sortedKeys(object)) {
    const inner = object[key];
    if (inner === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`;
  }
  return `{${text}}`;
}

/** In the order in which an object keeps them that is filled in sorted order. */
function sortedKeys(object: object): readonly string[] {
  const keys = Object.keys(object).sort();
  const hasIndexes = keys.some((key) => key >= '0' && key < ':');
  return hasIndexes ? Object.keys(Object.fromEntries(keys.map((key) => [key, 0]))) : keys;
}

function listJson(values: readonly unknown[]): string {
  let text = '';
  for (let i = 0; i < values.length; i++) text += i > 0 ? `,${canonicalJson(values[i])}` : canonicalJson(values[i]);
  return `[${text}]`;
}
