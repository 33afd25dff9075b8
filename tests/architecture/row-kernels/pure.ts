import { asF64 } from './conversions.ts';
import { expression } from './expressions.ts';
import type { Program } from './program.ts';
import { type Code, type Node, Scope } from './scope.ts';
import { statements } from './statements.ts';

/**
 * The body of a function that only names values and chooses among results, without branches: everything is computed and the result selected. On prices
 * a branch is guessed wrong so often that it costs more than a dozen comparisons. Nothing for other bodies.
 */
export function pure(nodes: readonly Node[], scope: Scope, program: Program, lines: string[]): Code | undefined {
  const [node, ...rest] = nodes;
  if (!node) return undefined;
  if (node.type === 'VariableDeclaration' && node.kind === 'const') {
    lines.push(...statements([node], scope, program));
    return pure(rest, scope, program, lines);
  }
  if (node.type === 'ReturnStatement' && node.argument) return expression(node.argument, scope, program);
  if (node.type !== 'IfStatement') return undefined;
  const body = (x: Node) => pure(x.type === 'BlockStatement' ? x.stmts : [x], new Scope(scope), program, lines);
  const yes = body(node.consequent);
  const no = node.alternate ? body(node.alternate) : pure(rest, scope, program, lines);
  const test = expression(node.test, scope, program);
  if (!yes || !no || test.kind !== 'bool') return undefined;
  if (yes.kind === 'bool' && no.kind === 'bool')
    return { text: `(${test.text} ? ${yes.text} : ${no.text})`, kind: 'bool' };
  if (yes.kind === 'i32' && no.kind === 'i32')
    return { text: `select<i32>(${yes.text}, ${no.text}, ${test.text})`, kind: 'i32' };
  return { text: `select<f64>(${asF64(yes)}, ${asF64(no)}, ${test.text})`, kind: 'f64' };
}
