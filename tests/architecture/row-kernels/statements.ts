import { asF64, asKind, typeText } from './conversions.ts';
import { expression } from './expressions.ts';
import type { Program } from './program.ts';
import { type Code, fail, type Node, Scope } from './scope.ts';

/** Statements in AssemblyScript, line by line; the values returned go to `results`, their places in the text being marked. */
export function statements(nodes: readonly Node[], scope: Scope, program: Program, results: Code[] = []): string[] {
  return nodes.flatMap((node) => statement(node, scope, program, results));
}

function statement(node: Node, scope: Scope, program: Program, results: Code[]): string[] {
  const test = (x: Node) => asKind(expression(x, scope, program), 'bool');
  const block = (x: Node) =>
    x.type === 'BlockStatement'
      ? statements(x.stmts, new Scope(scope), program, results)
      : statement(x, new Scope(scope), program, results);
  switch (node.type) {
    case 'ExpressionStatement':
      return [`${expression(node.expression, scope, program).text};`];
    case 'VariableDeclaration':
      return node.declarations.flatMap((d: Node) => declaration(d, node.kind, scope, program));
    case 'ReturnStatement':
      if (!node.argument) return ['return;'];
      return returned(expression(node.argument, scope, program), results);
    case 'BlockStatement':
      return ['{', ...block(node), '}'];
    case 'IfStatement':
      return [
        `if (${test(node.test)}) {`,
        ...block(node.consequent),
        ...(node.alternate ? ['} else {', ...block(node.alternate)] : []),
        '}',
      ];
    case 'ForStatement': {
      const inner = new Scope(scope);
      const start = node.init ? statement(node.init, inner, program, results) : [];
      const condition = asKind(expression(node.test, inner, program), 'bool');
      const update = expression(node.update, inner, program).text;
      const body = statements(
        node.body.type === 'BlockStatement' ? node.body.stmts : [node.body],
        new Scope(inner),
        program,
        results,
      );
      return ['{', ...start, `for (; ${condition}; ${update}) {`, ...body, '}', '}'];
    }
    case 'WhileStatement':
      return [`while (${test(node.test)}) {`, ...block(node.body), '}'];
    default:
      return fail(node.type);
  }
}

function returned(value: Code, results: Code[]): string[] {
  if (value.kind === 'void') return [`${value.text};`, 'return;'];
  results.push(value);
  return [`return «${results.length - 1}»;`];
}

function declaration(node: Node, kind: string, scope: Scope, program: Program): string[] {
  const { id, init } = node;
  if (!init) return fail('a variable without a value');
  if (id.type === 'ArrayPattern') {
    if (init.type !== 'ArrayExpression') return fail('destructuring');
    return id.elements.flatMap((one: Node, k: number) =>
      declaration({ type: '', id: one, init: init.elements[k].expression }, kind, scope, program),
    );
  }
  if (id.type !== 'Identifier') return fail('destructuring');
  const value = expression(init, scope, program);
  if (typeof value.kind === 'object' && 'lifted' in value.kind) {
    scope.add(id.value, value);
    return [];
  }
  const text = program.unique(id.value);
  const type = program.localKind(node, value, text);
  const lines: string[] = [];
  let { length } = value;
  if (length && !/^\d+$/.test(length.text)) {
    const size = program.unique('length');
    lines.push(`const ${size}: i32 = ${asKind(length, 'i32')};`);
    length = { text: size, kind: 'i32' };
  }
  program.note(text, type);
  if (length) program.note(length.text, 'i32');
  scope.add(id.value, { text, kind: type, ...(length && { length }) });
  if (program.preamble && typeof type === 'object') program.owned.push(text);
  return [...lines, `${kind} ${text}: ${typeText(type)} = ${type === 'f64' ? asF64(value) : value.text};`];
}
