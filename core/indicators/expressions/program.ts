import { didYouMean, TidegateError } from '../../foundation/errors.ts';

/**
 * One step of an expression: its operation, the places of earlier steps it works on, then plain numbers. `['x', 0]` is input 0, `['const', 2]` a number,
 * `['sub', 0, 1]` the difference of the first two steps, `['shift', 2, 5]` the third one five rows ago.
 */
export type Instruction = readonly [op: string, ...operands: number[]];

/** An expression as a list of steps, the last of which is its value. Plain data: it is compared, hashed and kept as options of a series. */
export type Program = readonly Instruction[];

/** What an operation needs and how it is written in the generated loop. */
export interface Operation {
  /** Earlier steps it works on. */
  readonly operands: number;
  /** Plain numbers after them. */
  readonly literals: number;
  /** Text of the value, for operands that are names of locals. Absent for what keeps state. */
  readonly text?: (a: string, b: string, c: string) => string;
  /** Statements that set `out` from the operands, with `s[at]` to `s[at + size - 1]` as memory that starts zeroed. */
  readonly stateful?: (out: string, operands: readonly string[], at: number, literals: readonly string[]) => string;
  readonly size?: (literals: readonly number[]) => number;
  /** Leading NaNs it adds. */
  readonly warmup?: (literals: readonly number[]) => number;
  /** True when what it remembers reaches back as far as the data decide. */
  readonly isEndless?: boolean;
}

const unary = (text: (a: string) => string): Operation => ({ operands: 1, literals: 0, text });
const binary = (text: (a: string, b: string) => string): Operation => ({ operands: 2, literals: 0, text });
/** NaN in place of an infinity: it would stay in every average it enters. */
const finite = (text: string) => `fin(${text})`;
const either = (a: string, b: string) => `${a} !== ${a} || ${b} !== ${b}`;

const cross = (above: string, below: string): Operation => ({
  operands: 2,
  literals: 0,
  size: () => 2,
  warmup: () => 1,
  // s[at]: 0 before the first row, else 1; s[at + 1]: 1 where the other side held one row before.
  stateful: (out, [a, b], at) =>
    `if (${either(a!, b!)}) { ${out} = NaN; s[${at}] = 0; s[${at + 1}] = 0; }
     else { ${out} = s[${at}] === 0 ? NaN : s[${at + 1}] === 1 && ${a} ${above} ${b} ? 1 : 0; s[${at}] = 1; s[${at + 1}] = ${a} ${below} ${b} ? 1 : 0; }`,
});

const extremeSince = (better: string): Operation => ({
  operands: 2,
  literals: 0,
  isEndless: true,
  size: () => 2,
  stateful: (out, [c, x], at) =>
    `if (${either(c!, x!)}) { ${out} = NaN; s[${at}] = 0; s[${at + 1}] = 0; }
     else {
       if (${c} !== 0) { s[${at}] = 1; s[${at + 1}] = ${x}; }
       else if (s[${at}] === 1 && ${x} ${better} s[${at + 1}]) s[${at + 1}] = ${x};
       ${out} = s[${at}] === 1 ? s[${at + 1}] : NaN;
     }`,
});

/** Every operation. Each follows the NaN rule of kernels by itself, save `iff` and `nz`, which are there to choose. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  x: { operands: 0, literals: 1 },
  const: { operands: 0, literals: 1 },
  add: binary((a, b) => `${a} + ${b}`),
  sub: binary((a, b) => `${a} - ${b}`),
  mul: binary((a, b) => `${a} * ${b}`),
  div: binary((a, b) => finite(`${a} / ${b}`)),
  pow: binary((a, b) => finite(`Math.pow(${a}, ${b})`)),
  min: binary((a, b) => `Math.min(${a}, ${b})`),
  max: binary((a, b) => `Math.max(${a}, ${b})`),
  neg: unary((a) => `-${a}`),
  abs: unary((a) => `Math.abs(${a})`),
  log: unary((a) => finite(`Math.log(${a})`)),
  sqrt: unary((a) => `Math.sqrt(${a})`),
  gt: binary((a, b) => `${a} > ${b} ? 1 : ${a} <= ${b} ? 0 : NaN`),
  gte: binary((a, b) => `${a} >= ${b} ? 1 : ${a} < ${b} ? 0 : NaN`),
  lt: binary((a, b) => `${a} < ${b} ? 1 : ${a} >= ${b} ? 0 : NaN`),
  lte: binary((a, b) => `${a} <= ${b} ? 1 : ${a} > ${b} ? 0 : NaN`),
  eq: binary((a, b) => `${a} === ${b} ? 1 : ${either(a, b)} ? NaN : 0`),
  and: binary((a, b) => `${either(a, b)} ? NaN : ${a} !== 0 && ${b} !== 0 ? 1 : 0`),
  or: binary((a, b) => `${either(a, b)} ? NaN : ${a} !== 0 || ${b} !== 0 ? 1 : 0`),
  not: unary((a) => `${a} !== ${a} ? NaN : ${a} === 0 ? 1 : 0`),
  iff: { operands: 3, literals: 0, text: (c, a, b) => `${c} !== ${c} ? NaN : ${c} !== 0 ? ${a} : ${b}` },
  nz: binary((a, b) => `${a} !== ${a} ? ${b} : ${a}`),
  clip: { operands: 3, literals: 0, text: (a, low, high) => `Math.min(Math.max(${a}, ${low}), ${high})` },
  shift: {
    operands: 1,
    literals: 1,
    size: ([n]) => n! + 2,
    warmup: ([n]) => n!,
    // s[at]: rows seen, up to n; s[at + 1]: place in the ring that follows.
    stateful: (out, [a], at, [n]) =>
      `if (${a} !== ${a}) { ${out} = NaN; s.fill(0, ${at}, ${at} + 2 + ${n}); }
       else {
         const p = s[${at + 1}] | 0, r = ${at + 2} + p;
         if (s[${at}] < ${n}) { ${out} = NaN; s[${at}]++; } else ${out} = s[r];
         s[r] = ${a};
         s[${at + 1}] = p + 1 === ${n} ? 0 : p + 1;
       }`,
  },
  crossOver: cross('>', '<='),
  crossUnder: cross('<', '>='),
  barsSince: {
    operands: 1,
    literals: 0,
    isEndless: true,
    size: () => 1,
    // s[at]: one more than the rows since; 0 where it never held.
    stateful: (out, [c], at) =>
      `if (${c} !== ${c}) { ${out} = NaN; s[${at}] = 0; }
       else { if (${c} !== 0) s[${at}] = 1; else if (s[${at}] !== 0) s[${at}]++; ${out} = s[${at}] === 0 ? NaN : s[${at}] - 1; }`,
  },
  valueWhen: {
    operands: 2,
    literals: 1,
    isEndless: true,
    size: ([n]) => n! + 3,
    // s[at]: values held, up to n + 1; s[at + 1]: place of the next; then the ring. The next place, when it is full, holds the oldest: the one asked for.
    stateful: (out, [c, x], at, [n]) =>
      `if (${either(c!, x!)}) { ${out} = NaN; s.fill(0, ${at}, ${at} + 3 + ${n}); }
       else {
         if (${c} !== 0) { const p = s[${at + 1}] | 0; s[${at + 2} + p] = ${x}; s[${at + 1}] = p === ${n} ? 0 : p + 1; if (s[${at}] <= ${n}) s[${at}]++; }
         ${out} = s[${at}] > ${n} ? s[${at + 2} + (s[${at + 1}] | 0)] : NaN;
       }`,
  },
  highestSince: extremeSince('>'),
  lowestSince: extremeSince('<'),
};

/**
 * Refuses what is no program.
 * @throws TidegateError FEATURE_OPTION naming the step
 */
export function checkProgram(program: Program): Program {
  const fail = (k: number, what: string, remedy = '') =>
    new TidegateError('FEATURE_OPTION', `step ${k} of the expression, ${JSON.stringify(program[k])}, ${what}`, {
      remedy,
    });
  if (program.length === 0)
    throw new TidegateError('FEATURE_OPTION', 'the expression has no steps', {
      remedy: 'Write one, such as ema(close, 12).',
    });
  program.forEach(([name, ...rest], k) => {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name]! : undefined;
    if (!operation) throw fail(k, 'is no known operation', didYouMean(name, Object.keys(OPERATIONS)));
    if (rest.length !== operation.operands + operation.literals)
      throw fail(k, `takes ${operation.operands + operation.literals} numbers`);
    for (const at of rest.slice(0, operation.operands))
      if (!Number.isInteger(at) || at < 0 || at >= k) throw fail(k, `refers to step ${at}, which does not come before`);
    const whole = name === 'x' || name === 'shift' || name === 'valueWhen';
    const [n] = rest.slice(operation.operands);
    if (whole && !(Number.isInteger(n) && n! >= (name === 'shift' ? 1 : 0) && n! <= 1_000_000))
      throw fail(k, `cannot take ${n}`, 'Give a whole number of rows.');
  });
  return program;
}

/** Leading NaNs when the inputs have none and the conditions hold from the first row. */
export function programWarmup(program: Program): number {
  const rows: number[] = [];
  for (const [name, ...rest] of program) {
    const { operands, warmup } = OPERATIONS[name]!;
    const before = rest.slice(0, operands).reduce((most, at) => Math.max(most, rows[at]!), 0);
    rows.push(before + (warmup?.(rest.slice(operands)) ?? 0));
  }
  return rows.at(-1)!;
}
