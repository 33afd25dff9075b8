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
  return `load<f64>(${values} + (<usize>(${index}) << 3))`;
}

/** Writes a number of an array; the value is that number. */
export const put = (values: string, place: Code, value: string): string => `put(${values}, ${asI32(place)}, ${value})`;
