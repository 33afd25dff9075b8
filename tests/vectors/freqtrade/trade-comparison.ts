/** How a field of a trade is compared: equal, or to 1e-9. */
export type FieldRule = 'equal' | 'money';

/** A list of differences that stops growing at twenty. */
export interface Mismatches {
  readonly list: string[];
  add(place: string, got: unknown, wanted: unknown): void;
}

/** An empty list of differences. */
export function mismatches(): Mismatches {
  const list: string[] = [];
  return {
    list,
    add(place, got, wanted) {
      if (list.length < 20) list.push(`${place}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`);
    },
  };
}

/** Compares an amount of money or a ratio to 1e-9, absolute or relative: the eighth decimal has to be right, not merely near. */
export function money(found: Mismatches, place: string, got: unknown, wanted: unknown): void {
  if (got === wanted) return;
  const isNear =
    typeof got === 'number' &&
    typeof wanted === 'number' &&
    Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  if (!isNear) found.add(place, got, wanted);
}

/** Compares trades and their orders field by field; every expected field must be there. */
export function compareTrades(
  found: Mismatches,
  got: readonly Readonly<Record<string, unknown>>[],
  wanted: readonly Readonly<Record<string, unknown>>[],
  rules: Readonly<Record<string, FieldRule>>,
): void {
  if (got.length !== wanted.length) found.add('number of trades', got.length, wanted.length);
  for (let i = 0; i < Math.min(got.length, wanted.length); i++)
    compareFields(found, `trades[${i}]`, got[i]!, wanted[i]!, rules);
}

function compareFields(
  found: Mismatches,
  place: string,
  got: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, FieldRule>>,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    const at = `${place}.${name}`;
    const mine = got[name];
    if (Array.isArray(value)) {
      const list = Array.isArray(mine) ? mine : [];
      if (list.length !== value.length) found.add(`${at}.length`, list.length, value.length);
      for (let i = 0; i < Math.min(list.length, value.length); i++)
        compareFields(found, `${at}[${i}]`, list[i], value[i], rules);
    } else if (rules[name] === 'money') money(found, at, mine, value);
    else if (mine !== value) found.add(at, mine, value);
  }
}
