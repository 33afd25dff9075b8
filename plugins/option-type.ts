/** What a JSON Schema says of one option, as far as the reference pages use it. */
export interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly oneOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Property | boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** The type of an option in words, with its range. */
export function typeOf(p: Property): string {
  const several = p.anyOf ?? p.oneOf;
  if (several) return [...new Set(several.map(typeOf))].join(' or ');
  if (p.enum) return p.enum.map((value) => `\`${value}\``).join(' or ');
  if (p.const !== undefined) return `\`${p.const}\``;
  if (p.type === 'array') return `list of ${typeOf(p.items ?? {})}`;
  if (p.type === 'object') return 'table';
  if (Array.isArray(p.type)) return p.type.join(' or ');
  return `${p.type ?? 'any'}${rangeOf(p)}`;
}

/** Text as a cell of a Markdown table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function rangeOf(p: Property): string {
  const parts = [
    p.exclusiveMinimum !== undefined
      ? `> ${p.exclusiveMinimum}`
      : p.minimum !== undefined && p.minimum > -1e15
        ? `>= ${p.minimum}`
        : '',
    p.exclusiveMaximum !== undefined
      ? `< ${p.exclusiveMaximum}`
      : p.maximum !== undefined && p.maximum < 1e15
        ? `<= ${p.maximum}`
        : '',
  ].filter(Boolean);
  return parts.length > 0 ? ` ${parts.join(', ')}` : '';
}
