/** What an expression of the translated sources is, in AssemblyScript. */
export type Kind =
  | 'f64'
  | 'i32'
  | 'bool'
  | 'void'
  | 'numbers'
  | 'text'
  | { readonly object: string }
  | { readonly lifted: Lifted };

/** A function taken out of where it stood: what it used there is handed to it. */
export interface Lifted {
  readonly name: string;
  readonly parameters: readonly Kind[];
  readonly captured: readonly string[];
  readonly returns: Kind;
}

/** An expression in AssemblyScript, and what it is. */
export interface Code {
  readonly text: string;
  readonly kind: Kind;
  /** How many numbers an array has. */
  readonly length?: Code;
  /** The doubles that a test compares, and how. */
  readonly compared?: readonly [a: string, operator: string, b: string];
}

/** A node of swc's tree: only the fields that the translation reads. */
export interface Node {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a syntax tree has a hundred shapes, and each is looked at by its type
  readonly [field: string]: any;
}

/** Thrown where a source uses what cannot be translated: its feature then stays in JavaScript. */
export class Untranslatable extends Error {}

/** Stops the translation of what is being translated. */
export function fail(what: string): never {
  throw new Untranslatable(what);
}

/** Names in reach of an expression. */
export class Scope {
  readonly #names = new Map<string, Code>();
  readonly #parent: Scope | undefined;
  /** Variables of surrounding functions that were used, when this is a function's own scope: they must be handed over. */
  readonly #captured: Set<string> | undefined;

  constructor(parent?: Scope, captured?: Set<string>) {
    this.#parent = parent;
    this.#captured = captured;
  }

  add(name: string, code: Code): void {
    this.#names.set(name, code);
  }

  find(name: string): Code | undefined {
    const own = this.#names.get(name);
    if (own) return own;
    const outer = this.#parent?.find(name);
    if (!outer || !this.#captured) return outer;
    const { kind, text, length } = outer;
    const used = typeof kind === 'object' && 'lifted' in kind ? kind.lifted.captured : [text, length?.text ?? ''];
    for (const one of used) if (/^[a-z_]\w*$/i.test(one)) this.#captured.add(one);
    return outer;
  }
}
