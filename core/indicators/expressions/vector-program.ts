import type { Column } from '../../columns/column.ts';
import { addressOf, scratchNumbers } from '../../columns/column-memory.ts';
import type { Kernel } from '../kernel.ts';
import { slotAddress } from '../math/simd.ts';
import { compileFunction, I32, leb, simd, V128 } from '../math/simd-code.ts';
import type { Program } from './program.ts';

/** Fewest rows at once for which the vectors pay. */
const LEAST_ROWS = 64;
const BLOCK = 4096;
const MOST_INPUTS = 100;
/** Parameters before the inputs: bytes to work on, where to write, where the constants lie. */
const BYTES = 0;
const TO = 1;
const NUMBERS = 2;
const FIRST_INPUT = 3;

type Code = readonly number[];
/** Code of an operation from the code that puts its operands on the stack; `own` is the number of the local that its value goes to. */
type Vector = (a: Code, b: Code, c: Code, own: Code) => Code;

const ZERO: Code = [...simd(0x0c), ...new Array<number>(16).fill(0)];
const both = (x: number): Code => [...simd(0x0c), ...new Uint8Array(Float64Array.of(x, x).buffer)];
const ONE = both(1);
const INFINITE = both(Number.POSITIVE_INFINITY);
const [EQ, NE, LT, GT, LE, GE] = [simd(0x47), simd(0x48), simd(0x49), simd(0x4a), simd(0x4b), simd(0x4c)];
const [AND, OR, SELECT] = [simd(0x4e), simd(0x50), simd(0x52)];
const [ABS, NEG, SQRT, ADD, SUB] = [simd(0xec), simd(0xed), simd(0xef), simd(0xf0), simd(0xf1)];
const [MUL, DIV, MIN, MAX] = [simd(0xf2), simd(0xf3), simd(0xf4), simd(0xf5)];

const binary =
  (code: Code): Vector =>
  (a, b) => [...a, ...b, ...code];
const unary =
  (code: Code): Vector =>
  (a) => [...a, ...code];
const isNaNOf = (a: Code): Code => [...a, ...a, ...NE];
/** 1 where the mask is set, NaN (all bits) where an operand is, else 0. */
const condition = (mask: Code, ...operands: readonly Code[]): Code => [
  ...mask,
  ...ONE,
  ...AND,
  ...operands.flatMap((a) => [...isNaNOf(a), ...OR]),
];
const compared =
  (code: Code): Vector =>
  (a, b) =>
    condition([...a, ...b, ...code], a, b);
const isSet = (a: Code): Code => [...a, ...ZERO, ...NE];

/** The operations of a row alone, bit by bit those of `OPERATIONS`. */
const VECTORS: Readonly<Record<string, Vector>> = {
  add: binary(ADD),
  sub: binary(SUB),
  mul: binary(MUL),
  // NaN in place of an infinity
  div: (a, b, _, own) => [...a, ...b, ...DIV, 0x22, ...own, 0x20, ...own, ...ABS, ...INFINITE, ...EQ, ...OR],
  min: binary(MIN),
  max: binary(MAX),
  neg: unary(NEG),
  abs: unary(ABS),
  sqrt: unary(SQRT),
  gt: compared(GT),
  gte: compared(GE),
  lt: compared(LT),
  lte: compared(LE),
  eq: compared(EQ),
  and: (a, b) => condition([...isSet(a), ...isSet(b), ...AND], a, b),
  or: (a, b) => condition([...isSet(a), ...isSet(b), ...OR], a, b),
  not: (a) => condition([...a, ...ZERO, ...EQ], a),
  iff: (c, a, b) => [...a, ...b, ...isSet(c), ...SELECT, ...isNaNOf(c), ...OR],
  nz: (a, b) => [...b, ...a, ...isNaNOf(a), ...SELECT],
  clip: (a, low, high) => [...a, ...low, ...MAX, ...high, ...MIN],
};

type Run = (bytes: number, to: number, numbers: number, ...inputs: number[]) => number;

/** Loops by their code: expressions that differ only in their constants share one. */
const loops = new Map<string, Run>();
const MOST_LOOPS = 1000;

const get = (local: number): Code => [0x20, ...leb(local)];
const set = (local: number): Code => [0x21, ...leb(local)];

/** (bytes, to, constants, inputs …): two rows at a time, each step in a local. */
function compile(program: Program, inputs: number): Run {
  const cursor = FIRST_INPUT + inputs;
  const local = (step: number) => get(cursor + 1 + step);
  let numbers = 0;
  const before: number[] = [];
  const body: number[] = [];
  program.forEach(([name, ...rest], k) => {
    const to = set(cursor + 1 + k);
    if (name === 'const') before.push(...get(NUMBERS), ...simd(0x0a), 3, ...leb(8 * numbers++), ...to);
    else if (name === 'x') body.push(...get(FIRST_INPUT + rest[0]!), ...get(cursor), 0x6a, ...simd(0x00), 3, 0, ...to);
    else {
      const [a = [], b = [], c = []] = rest.map(local);
      body.push(...VECTORS[name]!(a, b, c, leb(cursor + 1 + k)), ...to);
    }
  });
  const stored = [...get(TO), ...get(cursor), 0x6a, ...local(program.length - 1), ...simd(0x0b), 3, 0];
  const again = [...get(cursor), 0x41, 16, 0x6a, 0x22, ...leb(cursor), ...get(BYTES), 0x49, 0x0d, 0];
  const code = [
    ...[2, 1, I32, ...leb(program.length), V128],
    ...before,
    ...[0x03, 0x40, ...body, ...stored, ...again, 0x0b],
    ...[0x41, 0, 0x0b],
  ];
  const key = code.join();
  let run = loops.get(key);
  if (!run) {
    if (loops.size >= MOST_LOOPS) loops.clear();
    const parameters = Array.from({ length: cursor }, () => I32);
    run = compileFunction(parameters, I32, code) as Run;
    loops.set(key, run);
  }
  return run;
}

/**
 * A kernel that computes many rows of an expression without memory in vectors, where its columns lie in the column memory; `plain`, which must give
 * the same bits, does the others, and all of an expression that has a memory or an operation without a vector (`log`, `pow`).
 */
export function vectorKernel(
  program: Program,
  constants: readonly number[],
  plain: Kernel,
  inputs: readonly Column[],
  output: Column,
): Kernel {
  const isVector = program.every(([name]) => name === 'x' || name === 'const' || Object.hasOwn(VECTORS, name));
  if (!isVector || inputs.length > MOST_INPUTS) return plain;
  const columns = [output, ...inputs];
  const origins = columns.map(() => 0);
  let run: Run | undefined;
  return {
    state: plain.state,
    advance(from, to) {
      let isPlaced = to - from >= LEAST_ROWS;
      for (let k = 0; isPlaced && k < columns.length; k++) {
        const { values, base } = columns[k]!;
        const address = addressOf(values);
        origins[k] = address - base * 8;
        isPlaced = address >= 0;
      }
      if (!isPlaced) {
        plain.advance(from, to);
        return;
      }
      run ??= compile(program, inputs.length);
      scratchNumbers.set(constants, slotAddress(0) / 8);
      const end = to - ((to - from) & 1);
      for (let at = from; at < end; at += BLOCK) {
        const bytes = (Math.min(end, at + BLOCK) - at) * 8;
        const [out, ...places] = origins.map((origin) => origin + at * 8) as [number, ...number[]];
        run(bytes, out, slotAddress(0), ...places);
      }
      if (end < to) plain.advance(end, to);
    },
  };
}
