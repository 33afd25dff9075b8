import { asF64, asKind, typeText } from './conversions.ts';
import { expression } from './expressions.ts';
import type { Program } from './program.ts';
import { type Code, fail, type Kind, type Node, Scope } from './scope.ts';

/** Parameters and fields that are whole numbers by their names, wherever they stand. */
export const WHOLE: ReadonlySet<string> = new Set(['n', 'p', 'k', 'size', 'seed', 'kinds']);

interface ClassText {
  readonly fields: Map<string, Kind>;
  readonly methods: Map<string, { returns: Kind; parameters: readonly Kind[]; text: string }>;
  readonly node: Node;
  make: string;
}

/** What a parameter is: an array by its type, a whole number by its name. */
export function parameterKind(name: string, pat: Node): Kind {
  if (pat.typeAnnotation?.typeAnnotation?.typeName?.value === 'Float64Array') return 'numbers';
  return WHOLE.has(name) ? 'i32' : 'f64';
}

/** Classes that are written by hand (by-hand.as): results of their methods, and of their getters. */
const BY_HAND: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  SortedWindow: {
    push: 'void',
    count: 'f64',
    below: 'f64',
    above: 'f64',
    belowBefore: 'f64',
    at: 'f64',
    quantile: 'f64',
    medianDistance: 'f64',
  },
};

/** The classes of the sources: cells, and what is made of them. */
export class Classes {
  readonly #program: Program;
  readonly #classes = new Map<string, ClassText>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** All that were used. */
  texts(): readonly string[] {
    return [...this.#classes].map(([name, found]) => this.#classText(name, found));
  }

  construct(node: Node, scope: Scope): Code {
    const name: string = node.callee.value;
    const args: Node[] = (node.arguments ?? []).map((a: Node) => a.expression);
    const values = args.filter((a) => a.value !== 'memory').map((a) => expression(a, scope, this.#program));
    if (name === 'Float64Array') {
      const length = values[0]!;
      return { text: `zeros(${asKind(length, 'i32')})`, kind: 'numbers', length };
    }
    if (!BY_HAND[name]) this.#class(name);
    const kinds = BY_HAND[name] ? (['i32'] as const) : this.#makerKinds(name);
    return { text: `new_${name}(${values.map((v, k) => asKind(v, kinds[k]!)).join(', ')})`, kind: { object: name } };
  }

  /** Gives a cell its share of the state. */
  own(node: Node, scope: Scope): Code {
    const made = expression(node, scope, this.#program);
    if (typeof made.kind !== 'object' || !('object' in made.kind)) return fail('memory for what is no cell');
    return { text: `own_${made.kind.object}(${made.text})`, kind: made.kind };
  }

  field(owner: Code, name: string, field: string): Code {
    const known = BY_HAND[name]?.[field];
    if (known) return { text: `${owner.text}.get_${field}()`, kind: known };
    const found = this.#class(name);
    const getter = found.node.body.find((m: Node) => m.kind === 'getter' && m.key.value === field);
    if (getter) return { text: `${owner.text}.get_${field}()`, kind: this.#method(name, field).returns };
    const isPrivate = found.node.body.some((m: Node) => m.type === 'PrivateProperty' && m.key.value === field);
    const kind = found.fields.get(field) ?? fail(`${name} has no ${field} yet`);
    const text = `${owner.text}.${isPrivate ? `${field}_` : field}`;
    if (kind !== 'numbers') return { text, kind };
    return { text, kind, length: { text: `${owner.text}.size`, kind: 'i32' } };
  }

  assignField(target: Node, value: Code, scope: Scope): Code {
    const owner = expression(target.object, scope, this.#program);
    if (typeof owner.kind !== 'object' || !('object' in owner.kind)) return fail('a field of what is no object');
    const { fields } = this.#class(owner.kind.object);
    const name: string = target.property.value;
    if (!fields.has(name)) fields.set(name, WHOLE.has(name) ? 'i32' : value.kind === 'i32' ? 'f64' : value.kind);
    const kind = fields.get(name)!;
    return { text: `${this.field(owner, owner.kind.object, name).text} = ${asKind(value, kind)}`, kind };
  }

  method(owner: Code, name: string, method: string, values: readonly Code[]): Code {
    const known = BY_HAND[name]?.[method];
    if (known) return { text: `${owner.text}.${method}(${values.map(asF64).join(', ')})`, kind: known };
    const found = this.#method(name, method);
    const isPrivate = this.#class(name).node.body.some(
      (m: Node) => m.type === 'PrivateMethod' && m.key.value === method,
    );
    const args = values.map((v, k) => asKind(v, found.parameters[k]!)).join(', ');
    return { text: `${owner.text}.${isPrivate ? `${method}_` : method}(${args})`, kind: found.returns };
  }

  #makerKinds(name: string): readonly Kind[] {
    const { node } = this.#class(name);
    const made = node.body.find((m: Node) => m.type === 'Constructor');
    const names: string[] = (made?.params ?? []).map((p: Node) => p.pat.value).filter((p: string) => p !== 'memory');
    return names.map((p) => (WHOLE.has(p) ? 'i32' : 'f64'));
  }

  #class(name: string): ClassText {
    const known = this.#classes.get(name);
    if (known) return known;
    const node = this.#program.declared(name);
    if (node?.type !== 'ClassDeclaration') return fail(`unknown class ${name}`);
    const found: ClassText = { fields: new Map(), methods: new Map(), node, make: '' };
    this.#classes.set(name, found);
    const { preamble } = this.#program;
    this.#program.preamble = undefined;
    try {
      this.#program.within(node, () => {
        found.make = this.#program.settled(() => this.#maker(name, found));
        for (const m of node.body as Node[])
          if (m.type === 'ClassMethod' || m.type === 'PrivateMethod') this.#method(name, m.key.value);
      });
    } catch (error) {
      this.#classes.delete(name);
      throw error;
    } finally {
      this.#program.preamble = preamble;
    }
    return found;
  }

  #maker(name: string, found: ClassText): string {
    const self: Code = { text: 'self', kind: { object: name } };
    const scope = new Scope();
    scope.add('this', self);
    const lines = [`const self = changetype<${name}>(take(offsetof<${name}>()));`];
    for (const m of found.node.body as Node[]) {
      if (m.type !== 'ClassProperty' && m.type !== 'PrivateProperty') continue;
      const field: string = m.key.value;
      const suffix = m.type === 'PrivateProperty' ? '_' : '';
      if (field === 's') {
        found.fields.set('s', 'numbers');
        lines.push('self.s = 0;');
      } else if (m.value) {
        found.fields.set(field, WHOLE.has(field) ? 'i32' : 'f64');
        lines.push(
          `self.${field}${suffix} = ${asKind(expression(m.value, scope, this.#program), found.fields.get(field)!)};`,
        );
      }
    }
    const made = found.node.body.find((m: Node) => m.type === 'Constructor');
    const names: string[] = (made?.params ?? []).map((p: Node) => p.pat.value).filter((p: string) => p !== 'memory');
    const kinds = names.map((p): Kind => (WHOLE.has(p) ? 'i32' : 'f64'));
    const body = this.#program.body(names, kinds, made?.body ?? { type: 'BlockStatement', stmts: [] }, scope);
    return `function new_${name}(${body.head}): ${name} {\n${[...lines, ...body.lines].join('\n')}\nreturn self;\n}`;
  }

  #method(name: string, method: string) {
    const found = this.#class(name);
    const known = found.methods.get(method);
    if (known) return known;
    const node: Node =
      found.node.body.find((m: Node) => /Method/.test(m.type) && m.key.value === method) ??
      fail(`${name} has no method ${method}`);
    const names: string[] = node.function.params.map((p: Node) => p.pat.value);
    const kinds = names.map((p, k) => parameterKind(p, node.function.params[k].pat));
    const scope = new Scope();
    scope.add('this', { text: 'this', kind: { object: name } });
    const body = this.#program.settled(() => this.#program.body(names, kinds, node.function.body, scope));
    const label = node.kind === 'getter' ? `get_${method}` : node.type === 'PrivateMethod' ? `${method}_` : method;
    const inline = method === 'push' || node.kind === 'getter' ? '@inline ' : '';
    const text = `${inline}${label}(${body.head}): ${typeText(body.returns)} {\n${body.lines.join('\n')}\n}`;
    const result = { returns: body.returns, parameters: kinds, text };
    found.methods.set(method, result);
    return result;
  }

  #classText(name: string, { fields, methods, node, make }: ClassText): string {
    const isPrivate = (field: string) =>
      node.body.some((m: Node) => m.type === 'PrivateProperty' && m.key.value === field);
    const lines = [...fields].map(([field, kind]) => `${field}${isPrivate(field) ? '_' : ''}: ${typeText(kind)};`);
    const inner = [...fields].filter(([, kind]) => typeof kind === 'object');
    const each = (what: string) => inner.map(([field]) => `this.${field}${isPrivate(field) ? '_' : ''}.${what}();`);
    const own = (method: string) => (methods.has(method) ? [`this.${method}();`] : []);
    const isCell = fields.has('s') && fields.has('size');
    return [
      `@unmanaged class ${name} {\n${lines.join('\n')}`,
      ...[...methods.values()].map((m) => m.text),
      `again(): void { ${[...own('load'), ...each('again')].join(' ')} }`,
      `keep(): void { ${[...own('save'), ...each('keep')].join(' ')} }\n}`,
      make,
      isCell
        ? `function own_${name}(cell: ${name}): ${name} { cell.s = share(cell.size); cell.again(); return cell; }`
        : '',
    ].join('\n');
  }
}
