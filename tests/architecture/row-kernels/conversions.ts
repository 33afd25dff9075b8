import { type Code, fail, type Kind } from './scope.ts';

/** As a double. */
export function asF64({ text, kind }: Code): string {
  if (kind === 'f64') return text;
  if (kind !== 'i32') return fail(`${JSON.stringify(kind)} for a number: ${text}`);
  return /^\d+$/.test(text) ? `${text}.0` : `<f64>(${text})`;
}

/** As a whole number, which it is. */
export function asI32({ text, kind }: Code): string {
  if (kind === 'i32') return text;
  return kind === 'f64' ? `<i32>(${text})` : fail(`${JSON.stringify(kind)} for a whole number`);
}

/** As what is wanted. */
export function asKind(code: Code, kind: Kind): string {
  if (kind === 'f64') return asF64(code);
  if (kind === 'i32') return asI32(code);
  return JSON.stringify(code.kind) === JSON.stringify(kind)
    ? code.text
    : fail(`${JSON.stringify(code.kind)} for ${JSON.stringify(kind)}`);
}

/** AssemblyScript's name of a kind. */
export function typeText(kind: Kind): string {
  if (kind === 'numbers') return 'usize';
  if (typeof kind === 'string') return kind;
  return 'object' in kind ? kind.object : fail('a function as a value');
}

/** A place in an array. */
export const indexText = (place: Code): string => asI32(place);

/** Reads a number of an array. */
export function at(values: string, place: Code): string {
  const index = asI32(place);
  if (/^\d+$/.test(index)) return `load<f64>(${values}, ${8 * Number(index)})`;
  const [rest, distance] = parted(index);
  return `load<f64>(${values} + (<usize>(${rest}) << 3)${distance > 0 ? `, ${8 * distance}` : ''})`;
}

/** A sum with a constant as what is left and the constant, which a load adds for nothing. */
function parted(index: string): readonly [rest: string, distance: number] {
  const [, inner = ''] = /^\((.*)\)$/.exec(index) ?? [];
  if (!isBalanced(inner)) return [index, 0];
  const [, first, constant] = /^(.*) \+ (\d{1,3})$/.exec(inner) ?? [];
  if (first && isBalanced(first)) return [first, Number(constant)];
  const [, number, second] = /^(\d{1,3}) \+ (\w+|\(.*\))$/.exec(inner) ?? [];
  if (second && isBalanced(second)) return [second, Number(number)];
  return isBalanced(inner) && inner.startsWith('(') ? parted(inner) : [index, 0];
}

/** Every bracket in it is closed in it, and none before it was opened. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const c of text) {
    depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0 && text !== '';
}

/** Writes a number of an array; the value is that number. */
export const put = (values: string, place: Code, value: string): string => `put(${values}, ${asI32(place)}, ${value})`;
