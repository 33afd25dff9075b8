import { TidegateError } from '../../foundation/errors.ts';

/** What is summed for an average: the length of the body, high - low, or both shadows. */
export type Measure = 'body' | 'range' | 'shadows';

/** A running sum of a measure over the `rows` before the candle `back` rows ago, begun afresh at row `start` after a restart. */
export interface Sum {
  readonly kind: 'sum';
  readonly key: string;
  readonly measure: Measure;
  readonly rows: number;
  readonly back: number;
  readonly start: number;
}

/** A number of a row: a column's value so many rows ago, a constant, a sum, or made of two others. Equal ones have equal keys. */
export type Term =
  | { readonly kind: 'column'; readonly key: string; readonly column: 'o' | 'h' | 'l' | 'c'; readonly lag: number }
  | { readonly kind: 'constant'; readonly key: string; readonly value: number }
  | { readonly kind: 'abs'; readonly key: string; readonly a: Term }
  | { readonly kind: Binary; readonly key: string; readonly a: Term; readonly b: Term }
  | Sum;

type Binary = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min';

/** A comparison of two numbers of a row, which holds or not. */
export interface Fact {
  readonly key: string;
  /** Whether it looks at a candle alone (its own averages included), at earlier ones too, or at their averages. */
  readonly scope: 'candle' | 'pair' | 'average';
  readonly sign: '<' | '>';
  readonly left: Term;
  readonly right: Term;
}

/** One condition of a pattern: a fact that must hold, or must not, at the candle `lag` rows before the pattern's last. */
export interface Condition {
  readonly fact: Fact;
  readonly lag: number;
  readonly holds: boolean;
  /** Rows before the pattern's last that its candles and averages begin. */
  readonly reach: number;
}

/**
 * What "long", "doji", "near" … mean: factor × average of the measure over so many rows before the candle (and half of it, for the shadows, which are two).
 * TA-Lib's default candle settings; its long and very long shadows are one and two bodies.
 */
const SETTINGS: Readonly<Record<string, readonly [Measure, rows: number, factor: number]>> = {
  long: ['body', 10, 1],
  short: ['body', 10, 1],
  doji: ['range', 10, 0.1],
  shortShadow: ['shadows', 10, 1],
  veryShort: ['range', 10, 0.1],
  near: ['range', 5, 0.2],
  far: ['range', 5, 0.6],
  equal: ['range', 5, 0.05],
};

const column = (name: 'o' | 'h' | 'l' | 'c', lag: number): Term => ({
  kind: 'column',
  key: `${name}${lag}`,
  column: name,
  lag,
});
const constant = (value: number): Term => ({ kind: 'constant', key: String(value), value });
const binary = (kind: Binary, a: Term, b: Term): Term => ({ kind, key: `${kind}(${a.key},${b.key})`, a, b });

/** Numbers of the candle `lag` rows ago, by the names that conditions call them. */
const PARTS: Readonly<Record<string, (lag: number) => Term>> = {
  o: (lag) => column('o', lag),
  h: (lag) => column('h', lag),
  l: (lag) => column('l', lag),
  c: (lag) => column('c', lag),
  t: (lag) => binary('max', column('o', lag), column('c', lag)),
  b: (lag) => binary('min', column('o', lag), column('c', lag)),
  range: (lag) => binary('sub', column('h', lag), column('l', lag)),
  body(lag) {
    const a = binary('sub', column('c', lag), column('o', lag));
    return { kind: 'abs', key: `abs(${a.key})`, a };
  },
  upper: (lag) => binary('sub', column('h', lag), PARTS.t!(lag)),
  lower: (lag) => binary('sub', PARTS.b!(lag), column('l', lag)),
};

/** The measure of the candle `lag` rows ago. */
export function measured(measure: Measure, lag: number): Term {
  return measure === 'shadows' ? binary('add', PARTS.upper!(lag), PARTS.lower!(lag)) : PARTS[measure]!(lag);
}

const OPERATORS: Readonly<Record<string, Binary>> = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' };
const WORDS: Readonly<Record<string, string>> = { white: 'c>=o', black: 'c<o' };

/**
 * Reads the conditions of one candle: `black body>long o<o1 c<=c1+equal1`. Numbers are o, h, l, c, t and b (the body's top and bottom), body, range, upper and lower
 * (shadows), those of the candle before with a 1 after them, and so on; and averages by what they stand for: long and short (bodies), doji, shortShadow, veryShort
 * (shadows), near, far, equal. Products come before sums, which are taken from the left.
 * @param lag rows by which the candle precedes the pattern's last
 * @param first rows after a restart at which the pattern is first looked at: there its averages begin
 */
export function conditions(text: string, lag: number, first: number): Condition[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((one) => condition(WORDS[one] ?? one, lag, first));
}

function condition(text: string, lag: number, first: number): Condition {
  const [, left, comparison, right] = /^(.+?)(<=|>=|<|>)(.+)$/.exec(text) ?? [];
  if (!left || !right || !comparison) throw unreadable(text);
  let reach = lag;
  let isPair = false;
  let isAverage = false;
  const sum = (side: string): Term => {
    const [head = '', ...rest] = side.split(/(?=[+-])/);
    return rest.reduce((a, part) => binary(OPERATORS[part[0]!]!, a, product(part.slice(1))), product(head));
  };
  const product = (side: string): Term => {
    const [head = '', ...rest] = side.split(/(?=[*/])/);
    return rest.reduce((a, part) => binary(OPERATORS[part[0]!]!, a, number(part.slice(1))), number(head));
  };
  const number = (name: string): Term => {
    if (/^[\d.]+$/.test(name)) return constant(Number(name));
    const [, word, digit] = /^([a-zA-Z]+)(\d?)$/.exec(name) ?? [];
    const back = Number(digit);
    const setting = SETTINGS[word ?? ''];
    reach = Math.max(reach, lag + back + (setting?.[1] ?? 0));
    isPair ||= back > 0;
    isAverage ||= setting !== undefined;
    if (setting) return threshold(setting, back, first - lag);
    return PARTS[word ?? '']?.(back) ?? fail(text);
  };
  const [a, b] = [sum(left), sum(right)];
  // Nothing is NaN where a pattern is looked at, so "at most" is "not more".
  const sign = comparison === '<' || comparison === '>=' ? '<' : '>';
  const scope = !isPair ? 'candle' : isAverage ? 'average' : 'pair';
  const fact: Fact = { key: `${a.key}${sign}${b.key}`, scope, sign, left: a, right: b };
  return { fact, lag, holds: comparison.length === 1, reach };
}

function threshold([measure, rows, factor]: readonly [Measure, number, number], back: number, start: number): Term {
  const key = `sum(${measure},${rows},${back},${start})`;
  const mean = binary('div', { kind: 'sum', key, measure, rows, back, start }, constant(rows));
  const scaled = factor === 1 ? mean : binary('mul', constant(factor), mean);
  return measure === 'shadows' ? binary('div', scaled, constant(2)) : scaled;
}

function fail(text: string): never {
  throw unreadable(text);
}

function unreadable(text: string): TidegateError {
  return new TidegateError('FEATURE_INPUT', `"${text}" is no condition of a candle`, {
    remedy: 'Write it as conditions of other patterns are, such as body>long or o<=c1+near1.',
  });
}
