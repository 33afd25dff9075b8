import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { Classes, WHOLE } from './classes.ts';
import { asF64, asI32, asKind, typeText } from './conversions.ts';
import { expression } from './expressions.ts';
import { type Code, fail, type Kind, type Lifted, type Node, Scope } from './scope.ts';
import { statements } from './statements.ts';

/** A variable taken for whole numbers turned out not to be: the function is translated again. */
class Retry extends Error {}

/** All of the sources, and what of them has been translated so far. */
export class Program {
  readonly #declared = new Map<string, Node>();
  /** The source that each node stands in. */
  readonly #homes = new Map<Node, string>();
  /** The source that is being translated: its own names come first. */
  home = '';
  readonly classes = new Classes(this);
  readonly #functions = new Map<string, Lifted>();
  readonly #texts: string[] = [];
  readonly #imports = new Map<string, number>();
  readonly #locals = new Map<string, Node>();
  readonly #floats = new Set<Node>();
  #count = 0;
  readonly #kinds = new Map<string, Kind>([['out', 'numbers']]);
  /** Lines of the function whose cells are being made, while they are. */
  preamble: string[] | undefined;
  /** The cells that they hold. */
  owned: string[] = [];

  /** Reads a source; returns the nodes of its exported constants. */
  read(path: string): readonly Node[] {
    const { body } = parseSync(readFileSync(path, 'utf8'), { syntax: 'typescript' }) as unknown as { body: Node[] };
    const found: Node[] = [];
    for (const item of body) {
      const node: Node = item.type === 'ExportDeclaration' ? item.declaration : item;
      if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
        this.#declare(path, node.identifier.value, node);
      if (node.type === 'VariableDeclaration')
        for (const one of node.declarations) {
          if (one.init) this.#declare(path, one.id.value, one.init);
          if (item.type === 'ExportDeclaration') found.push(one.init);
        }
    }
    return found;
  }

  #declare(path: string, name: string, node: Node): void {
    this.#declared.set(`${path}:${name}`, node);
    this.#declared.set(name, node);
    this.#homes.set(node, path);
  }

  /** What a name stands for in the source that is being translated. */
  declared(name: string): Node | undefined {
    return this.#declared.get(`${this.home}:${name}`) ?? this.#declared.get(name);
  }

  /** Translates in the source that a node stands in. */
  within<T>(node: Node, translate: () => T): T {
    const { home } = this;
    this.home = this.#homes.get(node) ?? home;
    try {
      return translate();
    } finally {
      this.home = home;
    }
  }

  /** The whole text. */
  text(prelude: string): string {
    const imports = [...this.#imports].map(([name, count]) => {
      const parameters = Array.from({ length: count }, (_, k) => `x${k}: f64`).join(', ');
      return `@external("env", "${name}")\ndeclare function js_${name}(${parameters}): f64;`;
    });
    return [...imports, prelude, ...this.classes.texts(), ...this.#texts].join('\n\n');
  }

  /** Functions of JavaScript that the text imports. */
  get imports(): readonly string[] {
    return [...this.#imports.keys()];
  }

  imported(name: string, count: number): string {
    this.#imports.set(name, count);
    return `js_${name}`;
  }

  unique(name: string): string {
    return `${name}_${this.#count++}`;
  }

  emit(text: string): void {
    this.#texts.push(text);
  }

  /** Kind of a new variable, whole numbers only until something else is written to it. */
  localKind(node: Node, value: Code, text: string): Kind {
    this.#locals.set(text, node);
    return value.kind === 'i32' && this.#floats.has(node) ? 'f64' : value.kind;
  }

  widen(name: string, scope: Scope): never {
    const node = this.#locals.get(scope.find(name)?.text ?? '');
    if (!node) return fail(`${name} is written to`);
    this.#floats.add(node);
    throw new Retry();
  }

  /** Runs a translation again until the kinds of its variables hold. */
  settled<T>(translate: () => T): T {
    for (;;) {
      const [preamble, owned] = [this.preamble?.length, this.owned.length];
      try {
        return translate();
      } catch (error) {
        if (!(error instanceof Retry)) throw error;
        if (this.preamble) this.preamble.length = preamble ?? 0;
        this.owned.length = owned;
      }
    }
  }

  constant(name: string): Code | undefined {
    const node = this.declared(name);
    return node?.type === 'NumericLiteral' || node?.type === 'MemberExpression' || node?.type === 'BinaryExpression'
      ? expression(node, new Scope(), this)
      : undefined;
  }

  /** A function of the sources: called, or, where it makes one, written out where it is called. */
  call(name: string, args: readonly Node[], scope: Scope): Code {
    if (name === 'rangeOf') {
      const [values, from, size, mean] = args.map((a) => expression(a, scope, this));
      return { text: `rangeOf(${values!.text}, ${asI32(from!)}, ${asI32(size!)}, ${asF64(mean!)})`, kind: 'f64' };
    }
    if (name === 'slopeOf') {
      const [points, scale] = args.map((a) => expression(a, scope, this));
      this.imported('log', 1);
      return { text: `slopeOf(${points!.text}, ${asF64(scale!)})`, kind: 'f64' };
    }
    const node = this.declared(name) ?? fail(`unknown function ${name}`);
    if (node.type !== 'FunctionDeclaration') return fail(`${name} is no function`);
    const last: Node | undefined = node.body.stmts.at(-1);
    const isMaker = last?.type === 'ReturnStatement' && last.argument?.type === 'ArrowFunctionExpression';
    if (isMaker) return this.within(node, () => this.inline(node, args, scope));
    const given = args.filter((a) => a.value !== 'memory').map((a) => expression(a, scope, this));
    const made = this.#function(name, node, given);
    const values = made.parameters.map((kind, k) => asKind(given[k] ?? this.#fallback(node, k), kind));
    return { text: `${made.name}(${values.join(', ')})`, kind: made.returns };
  }

  #fallback(node: Node, k: number): Code {
    const { pat } = node.params[k];
    return pat.type === 'AssignmentPattern' ? expression(pat.right, new Scope(), this) : fail('argument missing');
  }

  #function(name: string, node: Node, given: readonly Code[]): Lifted {
    const known = this.#functions.get(name);
    if (known) return known;
    const names: string[] = node.params
      .map(({ pat }: Node) => (pat.type === 'AssignmentPattern' ? pat.left.value : pat.value))
      .filter((p: string) => p !== 'memory');
    const kinds = names.map((p, k): Kind => {
      const kind = given[k]?.kind;
      if (kind === 'numbers' || (typeof kind === 'object' && 'object' in kind)) return kind;
      return WHOLE.has(p) ? 'i32' : 'f64';
    });
    const made = this.within(node, () => this.function(`fn_${name}`, names, kinds, node.body, new Scope()));
    this.#functions.set(name, made);
    return made;
  }

  /** Writes out a function that makes another, where it is called. */
  inline(node: Node, args: readonly Node[], scope: Scope): Code {
    const lines = this.preamble ?? fail('a function made in the middle of a row');
    const inner = new Scope();
    node.params.forEach((parameter: Node, k: number) => {
      const pat = parameter.pat ?? parameter;
      const given = args[k] ?? fail('argument missing');
      if (pat.value === 'memory') return;
      const value = expression(given, scope, this);
      if (typeof value.kind === 'object' || value.kind === 'text') {
        inner.add(pat.value, value);
        return;
      }
      const name = this.unique(pat.value);
      lines.push(`const ${name}: ${typeText(value.kind)} = ${value.text};`);
      inner.add(pat.value, { text: name, kind: value.kind });
      this.note(name, value.kind);
    });
    const body: Node[] = /Body|Block/.test(node.body.type)
      ? node.body.stmts
      : [{ type: 'ReturnStatement', argument: node.body }];
    for (const one of body.slice(0, -1)) lines.push(...statements([one], inner, this));
    return expression(body.at(-1)!.argument, inner, this);
  }

  /** An array made by a function of the place. */
  table(shape: Node, arrow: Node, scope: Scope): Code {
    const count = expression(shape.properties[0].value ?? shape.properties[0], scope, this);
    const { kind } = this.lift(arrow, scope, ['f64', 'i32']);
    const { lifted } = kind as { lifted: Lifted };
    const name = this.unique('table');
    const captured = lifted.captured.map((one) => `${one}: ${typeText(this.kindOf(one))}`);
    this.emit(`function ${name}(${['count: i32', ...captured].join(', ')}): usize {
  const values = zeros(count);
  for (let i = 0; i < count; i++) put(values, i, ${lifted.name}(${['0', 'i', ...lifted.captured].join(', ')}));
  return values;
}`);
    const length = asKind(count, 'i32');
    return { text: `${name}(${[length, ...lifted.captured].join(', ')})`, kind: 'numbers', length: count };
  }

  /** Kind of a variable by its text. */
  kindOf(text: string): Kind {
    return this.#kinds.get(text) ?? fail(`kind of ${text}`);
  }

  /** Notes a variable's kind. */
  note(text: string, kind: Kind): void {
    this.#kinds.set(text, kind);
  }

  /** Takes an arrow function out of where it stands. */
  lift(node: Node, scope: Scope, given?: readonly Kind[]): Code {
    const names: string[] = node.params.map((p: Node) => (p.type === 'Parameter' ? p.pat.value : p.value));
    const kinds = given ?? names.map((p): Kind => (p === 'k' || p === '_k' ? 'i32' : 'f64'));
    const lifted = this.function(this.unique('lifted'), names, kinds, node.body, scope);
    return { text: '', kind: { lifted } };
  }

  /** Translates a function into one of the text's own. */
  function(name: string, names: readonly string[], kinds: readonly Kind[], body: Node, outer: Scope): Lifted {
    const preamble = this.preamble;
    this.preamble = undefined;
    try {
      return this.settled(() => {
        const made = this.body(names, kinds, body, outer);
        this.emit(`@inline function ${name}(${made.head}): ${typeText(made.returns)} {\n${made.lines.join('\n')}\n}`);
        return { name, parameters: kinds, captured: made.captured, returns: made.returns };
      });
    } finally {
      this.preamble = preamble;
    }
  }

  /** Parameters, lines and result of a function. */
  body(names: readonly string[], kinds: readonly Kind[], body: Node, outer: Scope) {
    const captured = new Set<string>();
    const scope = new Scope(outer, captured);
    const parameters = names.map((p, k) => {
      const text = this.unique(p);
      scope.add(p, { text, kind: kinds[k]! });
      this.#kinds.set(text, kinds[k]!);
      return `${text}: ${typeText(kinds[k]!)}`;
    });
    const results: Code[] = [];
    const inner = new Scope(scope);
    const lines =
      body.type === 'BlockStatement' || body.type === 'FunctionBody'
        ? statements(body.stmts, inner, this, results)
        : statements([{ type: 'ReturnStatement', argument: body }], inner, this, results);
    const returns = resultKind(results);
    const text = lines.map((line) =>
      line.replace(/«(\d+)»/g, (_, k) => (returns === 'void' ? '' : asKind(results[Number(k)]!, returns))),
    );
    const hidden = [...captured].filter((one) => one !== 'this' && one !== 'self');
    const extra = hidden.map((one) => `${one}: ${typeText(this.kindOf(one))}`);
    return { head: [...parameters, ...extra].join(', '), captured: hidden, lines: text, returns };
  }
}

function resultKind(results: readonly Code[]): Kind {
  if (results.length === 0) return 'void';
  const kinds = new Set(results.map((r) => JSON.stringify(r.kind)));
  if (kinds.size === 1) return results[0]!.kind;
  for (const result of results) asF64(result); // fails where one is no number
  return 'f64';
}

/** A call of a function that was taken out of its place. */
export function translateLocal({ kind }: Code, values: readonly Code[]): Code {
  if (typeof kind !== 'object' || !('lifted' in kind)) return fail('call of what is no function');
  const { name, parameters, captured, returns } = kind.lifted;
  const args = [...parameters.map((p, k) => asKind(values[k] ?? fail('argument missing'), p)), ...captured];
  return { text: `${name}(${args.join(', ')})`, kind: returns };
}
