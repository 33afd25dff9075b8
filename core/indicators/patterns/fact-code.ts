import { compileFunction, I32, leb, simd, V128 } from '../math/simd-code.ts';
import { type Fact, measured, type Sum, type Term } from './facts.ts';

/** Rows that lie before the address a loop is given for each column: loads take only forward distances. */
export const ROWS_BEFORE = 16;
/** Most facts of one word: as many as the mantissa of a double has bits. */
export const MOST_FACTS = 52;

/**
 * Writes the facts of rows as words, two rows at a time: a double from 1 to 2 whose mantissa has the bit of each fact that holds. (bytes, to, open, high, low, close, sums):
 * the columns' addresses lie 16 rows before the first, `sums` is where the sums are and are put back. Stops before two rows of which one has a NaN; returns
 * the bytes done.
 */
export type FactLoop = (
  bytes: number,
  to: number,
  open: number,
  high: number,
  low: number,
  close: number,
  sums: number,
) => number;

const COLUMNS = { o: 2, h: 3, l: 4, c: 5 } as const;
const [BYTES, TO, SUMS, CURSOR, FIRST_VECTOR] = [0, 1, 6, 7, 8];
const OPERATIONS = { add: 0xf0, sub: 0xf1, mul: 0xf2, div: 0xf3, min: 0xf6, max: 0xf7, abs: 0xec } as const;
const [NE, LT, GT, AND, OR, ANY] = [simd(0x48), simd(0x49), simd(0x4a), simd(0x4e), simd(0x50), simd(0x53)];
const ADD = simd(OPERATIONS.add);
const ZERO = [...simd(0x0c), ...new Array<number>(16).fill(0)];
const get = (local: number) => [0x20, ...leb(local)];
const set = (local: number) => [0x21, ...leb(local)];
const both = (bytes: Uint8Array) => [...simd(0x0c), ...bytes, ...bytes];
const number = (x: number) => both(new Uint8Array(Float64Array.of(x).buffer));
const bits = (x: bigint) => both(new Uint8Array(BigUint64Array.of(x).buffer));
/** The lane of the first operand, then that of the second (2 and 3 are its own). */
const lanes = (first: number, second: number) => [
  ...simd(0x0d),
  ...[first, second].flatMap((lane) => Array.from({ length: 8 }, (_, k) => 8 * lane + k)),
];
/** All bits of the first lane. */
const FIRST_LANE = [...simd(0x0c), ...new Uint8Array(new BigUint64Array([~0n, 0n]).buffer)];
/** A double of exponent 0 and an empty mantissa. */
const EMPTY_WORD = 0x3ff0000000000000n;

/**
 * Compiles the loop of a word's facts at their bits; equal numbers in them are computed once. For one row (16 bytes) alone, whose numbers have just been
 * written: a processor hands a number from a store to a load that asks for just that one, and makes a load of two wait.
 */
export function compileFacts(facts: ReadonlyMap<number, Fact>, sums: readonly Sum[], isAlone: boolean): FactLoop {
  const locals = new Map<string, number>();
  const body: number[] = [];
  const local = (key: string) => {
    const made = FIRST_VECTOR + locals.size;
    locals.set(key, made);
    return made;
  };
  const word = local('word');
  const carried = sums.map(({ key }) => local(`${key} now`));
  /** Code that leaves a number of two rows on the stack. */
  const code = (term: Term): number[] => {
    if (term.kind === 'constant') return number(term.value);
    if (term.kind === 'column')
      return [
        ...get(COLUMNS[term.column]),
        ...[...get(CURSOR), 0x6a],
        ...[...simd(isAlone ? 0x0a : 0x00), 3, ...leb(8 * (ROWS_BEFORE - term.lag))],
      ];
    const known = locals.get(term.key);
    if (known !== undefined) return get(known);
    if (term.kind === 'sum') throw new Error(`no sum ${term.key}`);
    const inner = term.kind === 'abs' ? code(term.a) : [...code(term.a), ...code(term.b)];
    const made = local(term.key);
    body.push(...inner, ...simd(OPERATIONS[term.kind]), ...set(made));
    return get(made);
  };
  // Each sum is carried as TA-Lib carries it (total += new - old), row by row: its second lane is one step on.
  const next = sums.map((sum, k) => {
    const key = `step(${sum.measure},${sum.rows},${sum.back})`;
    if (!locals.has(key)) {
      const step = [...code(measured(sum.measure, sum.back)), ...code(measured(sum.measure, sum.back + sum.rows))];
      body.push(...step, ...simd(OPERATIONS.sub), ...(isAlone ? [...FIRST_LANE, ...AND] : []), ...set(local(key)));
    }
    const step = get(locals.get(key)!);
    const now = local(sum.key);
    body.push(...get(carried[k]!), ...ZERO, ...step, ...lanes(0, 2), ...ADD, ...set(now));
    return [...get(now), ...get(now), ...lanes(1, 1), ...step, ...step, ...lanes(1, 1), ...ADD, ...set(carried[k]!)];
  });
  body.push(...bits(EMPTY_WORD), ...set(word));
  for (const [place, { sign, left, right }] of facts) {
    const operands = [...code(left), ...code(right)];
    body.push(
      ...operands,
      ...(sign === '<' ? LT : GT),
      ...bits(1n << BigInt(place)),
      ...AND,
      ...get(word),
      ...OR,
      ...set(word),
    );
  }
  const candle = Object.keys(COLUMNS).map((name) => code({ kind: 'column', key: '', column: name as 'o', lag: 0 }));
  const total = [...candle[0]!, ...candle[1]!, ...ADD, ...candle[2]!, ...ADD, ...candle[3]!, ...ADD];
  const isBroken = [...total, ...set(word), ...get(word), ...get(word), ...NE, ...ANY];
  const store = [...get(TO), ...get(CURSOR), 0x6a, ...get(word), ...simd(0x0b), 3, 0];
  const again = [...get(CURSOR), 0x41, 16, 0x6a, 0x22, ...leb(CURSOR), ...get(BYTES), 0x49, 0x0d, 0];
  const load = (at: number, k: number) => [...get(at), ...simd(0x0a), 3, ...leb(8 * k)];
  const text = [
    ...[2, 1, I32, ...leb(locals.size), V128],
    ...[...carried.flatMap((sum, k) => [...load(SUMS, k), ...set(sum)])],
    ...[0x02, 0x40, 0x03, 0x40, ...isBroken, 0x0d, 1, ...body, ...store, ...next.flat(), ...again, 0x0b, 0x0b],
    ...carried.flatMap((sum, k) => [...get(SUMS), ...get(sum), ...simd(0x21), 0, 0x39, 3, ...leb(8 * k)]),
    ...[...get(CURSOR), 0x0b],
  ];
  return compileFunction(
    Array.from({ length: CURSOR }, () => I32),
    I32,
    text,
  ) as FactLoop;
}

/**
 * Looks rows through for words, two at a time: writes the value where all hold; later passes leave other rows as they are. (bytes, to, last, table): the table
 * has the mask and the wanted bits of each word, the value, then the addresses of the words' first rows as doubles. Returns 1 when a word of `last` is NaN.
 */
export type MatchLoop = (bytes: number, to: number, last: number, table: number) => 0 | 1;

const loops = new Map<string, MatchLoop>();

/** The loop for so many words. */
export function matchLoop(words: number, isFirst: boolean): MatchLoop {
  const key = `${words},${isFirst}`;
  const known = loops.get(key);
  if (known) return known;
  const [bytes, to, last, table, cursor, place] = [0, 1, 2, 3, 4, 5];
  const nan = place + words;
  const [value, seen, first] = [nan + 1, nan + 2, nan + 3];
  const each = (write: (k: number) => readonly number[]) => Array.from({ length: words }, (_, k) => write(k)).flat();
  const load = (address: number) => [...get(address), ...get(cursor), 0x6a, ...simd(0x00), 3, 0];
  const constant = (k: number, local: number) => [...get(table), ...simd(0x0a), 3, ...leb(8 * k), ...set(local)];
  const tests = each((k) => [
    ...[...load(place + k), ...get(first + 2 * k), ...AND, ...get(first + 2 * k + 1), ...simd(0xd6)],
    ...(k > 0 ? AND : []),
  ]);
  const checked = isFirst
    ? [...load(last), ...set(seen), ...get(seen), ...get(seen), ...NE, ...get(nan), ...OR, ...set(nan)]
    : [];
  const result = isFirst ? [...tests, ...get(value), ...AND] : [...get(value), ...load(to), ...tests, ...simd(0x52)];
  const code = [
    ...[2, ...leb(1 + words), I32, ...leb(3 + 2 * words), V128],
    ...each((k) => [...constant(2 * k, first + 2 * k), ...constant(2 * k + 1, first + 2 * k + 1)]),
    ...constant(2 * words, value),
    ...each((k) => [...get(table), 0x2b, 3, ...leb(8 * (2 * words + 1 + k)), 0xaa, ...set(place + k)]),
    ...[0x03, 0x40, ...checked, ...get(to), ...get(cursor), 0x6a, ...result, ...simd(0x0b), 3, 0],
    ...[...get(cursor), 0x41, 16, 0x6a, 0x22, ...leb(cursor), ...get(bytes), 0x49, 0x0d, 0, 0x0b],
    ...[...get(nan), ...ANY, 0x0b],
  ];
  const made = compileFunction([I32, I32, I32, I32], I32, code) as MatchLoop;
  loops.set(key, made);
  return made;
}
