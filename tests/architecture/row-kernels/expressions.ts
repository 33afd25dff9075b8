import { asF64, asI32, asKind, at, indexText, put } from './conversions.ts';
import { type Program, translateLocal } from './program.ts';
import { type Code, fail, type Node, type Scope } from './scope.ts';

const CONSTANTS: Readonly<Record<string, number>> = {
  'Number.NaN': Number.NaN,
  'Number.POSITIVE_INFINITY': Number.POSITIVE_INFINITY,
  'Number.NEGATIVE_INFINITY': Number.NEGATIVE_INFINITY,
  'Math.PI': Math.PI,
  'Math.LN2': Math.LN2,
  'Math.SQRT2': Math.SQRT2,
};
/** Instructions of the processor, the same bits as JavaScript's. */
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  sqrt: 'sqrt<f64>',
  abs: 'abs<f64>',
  floor: 'floor<f64>',
  ceil: 'ceil<f64>',
};
/** Functions that V8 brings itself: they are imported, so that the bits are its own. */
const IMPORTED = ['log', 'log1p', 'log10', 'exp', 'sin', 'cos', 'tanh', 'atan', 'pow'];

/** An expression of the sources in AssemblyScript. */
export function expression(node: Node, scope: Scope, program: Program): Code {
  const sub = (x: Node) => expression(x, scope, program);
  switch (node.type) {
    case 'StringLiteral':
      return { text: node.value, kind: 'text' };
    case 'NumericLiteral':
      return Number.isInteger(node.value) && Math.abs(node.value) < 2 ** 31
        ? { text: String(node.value), kind: 'i32' }
        : { text: number(node.value), kind: 'f64' };
    case 'ParenthesisExpression': {
      const inner = sub(node.expression);
      return { ...inner, text: /^[\w.]+$/.test(inner.text) ? inner.text : `(${inner.text})` };
    }
    case 'TsNonNullExpression':
    case 'TsAsExpression':
      return sub(node.expression);
    case 'ThisExpression':
      return scope.find('this') ?? fail('this outside a class');
    case 'Identifier':
      return scope.find(node.value) ?? program.constant(node.value) ?? fail(`unknown name ${node.value}`);
    case 'UnaryExpression':
      return unary(node, sub(node.argument));
    case 'BinaryExpression':
      return binary(node.operator, sub(node.left), sub(node.right), program);
    case 'ConditionalExpression': {
      const test = asKind(sub(node.test), 'bool');
      const [yes, no] = [sub(node.consequent), sub(node.alternate)];
      const kind = JSON.stringify(yes.kind) === JSON.stringify(no.kind) ? yes.kind : 'f64';
      if (kind === 'f64') {
        const text = choice(sub(node.test), test, asF64(yes), asF64(no));
        if (text) return { text, kind };
      }
      return { text: `(${test} ? ${asKind(yes, kind)} : ${asKind(no, kind)})`, kind };
    }
    case 'MemberExpression':
      return member(node, scope, program);
    case 'AssignmentExpression':
      return assignment(node, scope, program);
    case 'UpdateExpression':
      return update(node, scope, program);
    case 'NewExpression':
      return program.classes.construct(node, scope);
    case 'ArrowFunctionExpression':
      return program.lift(node, scope);
    case 'CallExpression':
      return call(node, scope, program);
    default:
      return fail(node.type);
  }
}

const VECTOR_TESTS: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};
/** Cheap to compute though it may not be wanted, and without effects. */
const isPlain = (text: string) =>
  !/[a-z_]\w*\(/i.test(text.replace(/(abs|load|select)<f64>\(/g, '(').replace(/<usize>\(/g, '('));

/** A choice between two doubles by a comparison of two others, where both can be computed, without a branch. */
function choice({ compared }: Code, test: string, yes: string, no: string): string | undefined {
  if (!compared || ![test, yes, no].every(isPlain)) return undefined;
  const [a, operator, b] = compared;
  if (operator === '>' && a === yes && b === no) return `higher(${b}, ${a})`;
  if (operator === '<' && a === yes && b === no) return `lower(${b}, ${a})`;
  return `chosen(f64x2.${VECTOR_TESTS[operator]}(f64x2.splat(${a}), f64x2.splat(${b})), ${yes}, ${no})`;
}

/** A double, exactly. */
function number(x: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'Infinity' : '(-Infinity)';
  return Number.isInteger(x) && Math.abs(x) < 1e21 ? `${x}.0` : String(x);
}

function unary({ operator }: Node, x: Code): Code {
  if (operator === '!') return { text: `!(${asKind(x, 'bool')})`, kind: 'bool' };
  if (operator !== '-') return fail(`unary ${operator}`);
  if (x.kind === 'i32' && /^[1-9]\d*$/.test(x.text)) return { text: `(-${x.text})`, kind: 'i32' };
  return { text: `(-${asF64(x)})`, kind: 'f64' };
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '===': '==',
  '!==': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

function binary(operator: string, a: Code, b: Code, program: Program): Code {
  if (operator === '&&' || operator === '||')
    return { text: `(${asKind(a, 'bool')} ${operator} ${asKind(b, 'bool')})`, kind: 'bool' };
  const both = a.kind === 'i32' && b.kind === 'i32';
  const compare = COMPARISONS[operator];
  if (compare) {
    const text = both ? `${a.text} ${compare} ${b.text}` : `${asF64(a)} ${compare} ${asF64(b)}`;
    return { text: `(${text})`, kind: 'bool', ...(!both && { compared: [asF64(a), compare, asF64(b)] as const }) };
  }
  if (operator === '%') {
    const text = `(${asI32(a)} % ${asI32(b)})`;
    return both ? { text, kind: 'i32' } : { text: `<f64>${text}`, kind: 'f64' };
  }
  if (operator === '|' && b.text === '0') return { text: asI32(a), kind: 'i32' };
  if (operator === '>>') return { text: `(${asI32(a)} >> ${asI32(b)})`, kind: 'i32' };
  if (operator === '**') return { text: `${program.imported('pow', 2)}(${asF64(a)}, ${asF64(b)})`, kind: 'f64' };
  if (!['+', '-', '*', '/'].includes(operator)) return fail(`operator ${operator}`);
  // a product of two whole numbers could outgrow 32 bits
  const isSmall = operator !== '*' || /^\d{1,3}$/.test(a.text) || /^\d{1,3}$/.test(b.text);
  if (both && operator !== '/' && isSmall) return { text: `(${a.text} ${operator} ${b.text})`, kind: 'i32' };
  return { text: `(${asF64(a)} ${operator} ${asF64(b)})`, kind: 'f64' };
}

const isComputed = (node: Node) => node.type === 'MemberExpression' && node.property.type === 'Computed';

function member(node: Node, scope: Scope, program: Program): Code {
  const { object, property } = node;
  if (property.type === 'Computed') {
    const place = expression(property.expression, scope, program);
    const values = expression(object, scope, program);
    if (values.kind !== 'numbers') return fail('index of what is no array of numbers');
    return { text: at(values.text, place), kind: 'f64' };
  }
  const name: string = property.value;
  const constant = object.type === 'Identifier' ? CONSTANTS[`${object.value}.${name}`] : undefined;
  if (constant !== undefined) return { text: number(constant), kind: 'f64' };
  if (object.type === 'Identifier') {
    const option = scope.find(`${object.value}.${name}`);
    if (option) return option;
  }
  const owner = expression(object, scope, program);
  if (owner.kind === 'numbers' && name === 'length') return owner.length ?? fail('length of an array');
  if (typeof owner.kind === 'object' && 'object' in owner.kind)
    return program.classes.field(owner, owner.kind.object, name);
  return fail(`member ${name}`);
}

const strip = (node: Node): Node =>
  node.type === 'TsNonNullExpression' || node.type === 'ParenthesisExpression' ? strip(node.expression) : node;

function assignment(node: Node, scope: Scope, program: Program): Code {
  const target = strip(node.left);
  const value = expression(node.right, scope, program);
  const operator = node.operator.slice(0, -1);
  const now = () => expression(target, scope, program);
  const next = operator === '' ? value : binary(operator, now(), value, program);
  if (isComputed(target)) {
    const values = expression(target.object, scope, program);
    if (values.kind !== 'numbers') return fail('writing to what is no array of numbers');
    return { text: put(values.text, expression(target.property.expression, scope, program), asF64(next)), kind: 'f64' };
  }
  if (target.type === 'MemberExpression') return program.classes.assignField(target, next, scope);
  const local = now();
  if (local.kind === 'i32' && next.kind === 'f64') program.widen(target.value, scope);
  return { text: `${local.text} = ${asKind(next, local.kind)}`, kind: local.kind };
}

function update(node: Node, scope: Scope, program: Program): Code {
  const target = strip(node.argument);
  const sign = node.operator === '++' ? '' : '-';
  if (isComputed(target)) {
    const values = expression(target.object, scope, program);
    const place = expression(target.property.expression, scope, program);
    return {
      text: `${node.prefix ? 'added' : 'addedAfter'}(${values.text}, ${indexText(place)}, ${sign}1.0)`,
      kind: 'f64',
    };
  }
  const local = expression(target, scope, program);
  return { text: node.prefix ? `${node.operator}${local.text}` : `${local.text}${node.operator}`, kind: local.kind };
}

function call(node: Node, scope: Scope, program: Program): Code {
  const { callee } = node;
  const args: Node[] = node.arguments.map((a: Node) => a.expression);
  const values = () => args.map((a) => expression(a, scope, program));
  if (callee.type === 'Identifier') {
    const local = scope.find(callee.value);
    if (local) return translateLocal(local, values());
    return program.call(callee.value, args, scope);
  }
  if (callee.type !== 'MemberExpression') return fail('call of an expression');
  const name: string = callee.property.value;
  const owner = callee.object.type === 'Identifier' ? callee.object.value : '';
  if (owner === 'Number' && name === 'isNaN') return { text: `isNaN<f64>(${asF64(values()[0]!)})`, kind: 'bool' };
  if (owner === 'Math') return mathCall(name, values(), program);
  if (owner === 'Float64Array' && name === 'from') return program.table(args[0]!, args[1]!, scope);
  if (owner === 'memory' && name === 'own') return program.classes.own(args[0]!, scope);
  const object = expression(callee.object, scope, program);
  if (object.kind === 'numbers' && name === 'fill') {
    const [value, from, to] = values();
    const length = object.length ? asI32(object.length) : undefined;
    const end = to ? asI32(to) : (length ?? fail('fill of an array of unknown length'));
    return { text: `fill(${object.text}, ${asF64(value!)}, ${from ? asI32(from) : '0'}, ${end})`, kind: 'void' };
  }
  if (object.kind === 'numbers' && name === 'copyWithin') {
    const [to, from, end] = values().map(asI32);
    const place = (k: string) => `${object.text} + (<usize>(${k}) << 3)`;
    return { text: `memory.copy(${place(to!)}, ${place(from!)}, <usize>(${end} - ${from}) << 3)`, kind: 'void' };
  }
  if (typeof object.kind === 'object' && 'object' in object.kind)
    return program.classes.method(object, object.kind.object, name, values());
  return fail(`call of ${name}`);
}

const LITERAL = /^(<f64>)?\(*-?[\d.]+(e-?\d+)?\)*$/;

/** Math.max or Math.min of two. V8 makes a dozen instructions of it, for NaN and -0, that a literal does without: one that is no NaN, and no -0. */
function extreme(name: 'max' | 'min', a: string, b: string): string {
  if (!LITERAL.test(a) && !LITERAL.test(b)) return `${name === 'max' ? 'largest' : 'smallest'}(${a}, ${b})`;
  const [literal, value] = LITERAL.test(a) ? [a, b] : [b, a];
  if (name === 'min') return `lower(${value}, ${literal})`;
  return Number(literal) === 0 ? `(higher(${value}, 0.0) + 0.0)` : `higher(${value}, ${literal})`;
}

function mathCall(name: string, values: readonly Code[], program: Program): Code {
  if ((name === 'max' || name === 'min') && values.every(({ kind }) => kind === 'i32'))
    return { text: values.map(({ text }) => text).reduce((a, b) => `${name}<i32>(${a}, ${b})`), kind: 'i32' };
  const texts = values.map(asF64);
  if (name === 'max' || name === 'min') return { text: texts.reduce((a, b) => extreme(name, a, b)), kind: 'f64' };
  if (name === 'sign') return { text: `sign(${texts[0]})`, kind: 'f64' };
  if (name === 'round') return { text: `rounded(${texts[0]})`, kind: 'f64' };
  const instruction = INSTRUCTIONS[name];
  if (instruction) return { text: `${instruction}(${texts[0]})`, kind: 'f64' };
  if (IMPORTED.includes(name))
    return { text: `${program.imported(name, values.length)}(${texts.join(', ')})`, kind: 'f64' };
  return fail(`Math.${name}`);
}
