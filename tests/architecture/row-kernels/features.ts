import { asF64 } from './conversions.ts';
import type { Program } from './program.ts';
import { type Code, fail, type Node, Scope } from './scope.ts';
import { statements } from './statements.ts';

/** A feature that has a loop, and the options that it reads. */
export interface Row {
  readonly name: string;
  readonly options: readonly string[];
}

/** Numbers that `live-rows.ts` has room for. */
const MOST_KEPT = 63;

/** What every loop is called with. `kept`: where a kernel that goes row by row keeps what its loop made, or 0. */
export const LOOP_PARAMETERS =
  'count: i32, states: usize, size: i32, options: usize, columns: usize, out: usize, arena: usize, kept: usize';

/** A property of an object in the sources. */
export const property = (node: Node, name: string): Node | undefined =>
  node.properties.find((p: Node) => p.key?.value === name);

/** Translates the feature that a specification declares into the loop of that number; returns the options that it reads, in their order. */
export function feature(spec: Node, program: Program, index: number): Row {
  const name: string = property(spec, 'name')?.value?.value;
  const rows = property(spec, 'rows') ?? fail('no rows');
  const inputs: number = property(spec, 'inputs')!.value.elements.length;
  /** What a plan may compute for it: columns after the inputs, at address 0 where there is none. */
  const stages: number = property(spec, 'stages')?.value.elements.length ?? 0;
  const outputs: number = property(spec, 'outputs')!.value.elements.length;
  const schema = property(spec, 'options')!.value;
  const arrow = rows.type === 'MethodProperty' ? rows : rows.value;
  const options: string[] = [];
  const lines: string[] = [];
  const scope = new Scope();
  const option = (key: string, as: string) => {
    const text = program.unique(key);
    const kind = isWhole(schema, key) ? 'i32' : 'f64';
    lines.push(`const ${text}: ${kind} = <${kind}>load<f64>(options, ${8 * options.length});`);
    options.push(key);
    program.note(text, kind);
    scope.add(as, { text, kind });
  };
  const keysOf = (node: Node): string[] =>
    (node.type === 'Identifier' ? program.declared(node.value) : node)?.properties.flatMap((p: Node) =>
      p.type === 'SpreadElement' ? keysOf(p.arguments) : [p.key.value],
    ) ?? [];
  const [first, , third] = arrow.params.map((p: Node) => p.pat ?? p);
  if (first?.type === 'ObjectPattern') for (const p of first.properties) option(p.key.value, (p.value ?? p.key).value);
  else if (first && !first.value.startsWith('_') && schema.arguments)
    for (const key of keysOf(schema.arguments[0].expression)) option(key, `${first.value}.${key}`);
  scope.add(third?.value ?? 'out', { text: 'out', kind: 'numbers', length: { text: String(outputs), kind: 'i32' } });
  program.preamble = lines;
  program.owned = [];
  const body: Node = arrow.body;
  const isBlock = body.type === 'BlockStatement' || body.type === 'FunctionBody';
  const all: Node[] = isBlock ? body.stmts : [{ type: 'ReturnStatement', argument: body }];
  const last = all.at(-1)!;
  if (last.type !== 'ReturnStatement') fail('no return');
  program.settled(() => {
    for (const one of all.slice(0, -1)) lines.push(...statements([one], scope, program));
  });
  if (last.argument.type !== 'ArrowFunctionExpression') fail('rows return no arrow function');
  const step = program.lift(last.argument, scope);
  const { lifted } = step.kind as {
    lifted: { name: string; parameters: unknown[]; captured: string[]; returns: unknown };
  };
  program.preamble = undefined;
  const ins = Array.from({ length: inputs + stages }, (_, k) => k);
  const own = ins.slice(0, inputs);
  const outs = Array.from({ length: outputs }, (_, k) => k);
  const args = ['k', ...ins.map((k) => `x${k}`)].slice(0, lifted.parameters.length);
  const called = `${lifted.name}(${[...args, ...lifted.captured].join(', ')})`;
  const store = (k: number, value: string) => `store<f64>(w${k} + at, ${value});`;
  const each = (what: string) => program.owned.map((cell) => `${cell}.${what}();`).join(' ');
  const { declared, made, kept, found } = keep([...new Set([...lifted.captured, ...program.owned])], lines, program);
  program.emit(`export function row${index}(${LOOP_PARAMETERS}): void {
${declared}
if (kept != 0 && load<i32>(kept) != 0) {
${found}
${each('again')}
} else {
top = arena; state = states + 8;
${made}
if (kept != 0) {
store<i32>(kept, 1);
${kept}
}
}
${ins.map((k) => `const v${k} = load<usize>(columns, ${4 * k});`).join(' ')}
${outs.map((k) => `const w${k} = load<usize>(columns, ${4 * (ins.length + k)});`).join(' ')}
let k = <i32>load<f64>(states);
for (let i = 0; i < count; i++) {
  const at = <usize>i << 3;
  ${ins.map((k) => `const x${k} = ${k < inputs ? '' : `v${k} == 0 ? NaN : `}load<f64>(v${k} + at);`).join(' ')}
  if (${own.map((k) => `x${k} != x${k}`).join(' || ')}) {
    if (k != 0) { memory.fill(states, 0, <usize>size << 3); ${each('again')} k = 0; }
    ${outs.map((k) => store(k, 'NaN')).join(' ')}
    continue;
  }
  ${outputs === 1 ? store(0, asF64({ text: called, kind: lifted.returns as Code['kind'] })) : `${called}; ${outs.map((k) => store(k, `load<f64>(out, ${8 * k})`)).join(' ')}`}
  k++;
}
${each('keep')}
store<f64>(states, <f64>k);
}`);
  return { name, options };
}

/**
 * What the steps use of what is made before the first row: hoisted, so that it can be stored at `kept` and found there again at the next call, for a kernel
 * that goes row by row.
 */
function keep(names: readonly string[], lines: readonly string[], program: Program) {
  const inner = new Set(names.filter((name) => name !== 'out'));
  const declared: string[] = [];
  const stored: string[] = [];
  const found: string[] = [];
  const made = lines.map((line) => {
    const [, name, type, value] = /^(?:const|let) (\w+): (\w+) = (.*)$/s.exec(line) ?? [];
    if (!name || !inner.delete(name)) return line;
    const at = 8 * (1 + stored.length);
    const isObject = typeof program.kindOf(name) === 'object';
    declared.push(`let ${name}: ${type} = ${isObject ? `changetype<${type}>(<usize>0)` : '0'};`);
    stored.push(
      isObject ? `store<usize>(kept, changetype<usize>(${name}), ${at});` : `store<${type}>(kept, ${name}, ${at});`,
    );
    found.push(
      isObject ? `${name} = changetype<${type}>(load<usize>(kept, ${at}));` : `${name} = load<${type}>(kept, ${at});`,
    );
    return `${name} = ${value}`;
  });
  if (inner.size > 0 || found.length > MOST_KEPT) fail(`what is kept: ${[...inner].join(', ')}`);
  return { declared: declared.join('\n'), made: made.join('\n'), kept: stored.join('\n'), found: found.join('\n') };
}

/** An option that the schema holds to whole numbers. */
function isWhole(schema: Node, key: string): boolean {
  const fields = schema.arguments?.[0]?.expression;
  let value = fields?.properties?.find((p: Node) => p.key?.value === key)?.value;
  for (
    ;
    value?.type === 'CallExpression';
    value = value.callee.type === 'MemberExpression' ? value.callee.object : value.callee
  ) {
    if (value.callee.type === 'Identifier' && value.callee.value === 'period') return true;
    if (value.callee.type === 'MemberExpression' && value.callee.property.value === 'int') return true;
  }
  return false;
}
