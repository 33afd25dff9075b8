import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { WORD_STATE, wordKernel, wordOf } from './fact-words.ts';
import { conditions, measured, type Term } from './facts.ts';

const ROWS = 150;
const FIRST = 12;
const TEXTS = [
  'white body>long body<short upper<veryShort lower>veryShort upper>shortShadow upper>2*body',
  'b<=l+range/2+near t>=l+range/2-near o<o1 c<c2 h>h3 b>t1',
  'body<=doji1 body<=doji2 c<=c1+equal1 o>=c1-body-near1 c>c1+body1*0.5 body<body1-far1',
];

/** Candles in steps of a half, so that many numbers are equal. */
const rng = seeded('facts');
const step = (most: number) => rng.int(most + 1) / 2;
const open = Float64Array.from({ length: ROWS }, () => 100 + step(8));
const close = Float64Array.from(open, (x) => x + step(6) - step(6));
const high = Float64Array.from(open, (x, i) => Math.max(x, close[i]!) + step(3));
const low = Float64Array.from(open, (x, i) => Math.min(x, close[i]!) - step(3));
const columns = { o: open, h: high, l: low, c: close };

/** A number of a row, by what its term says. */
function numberOf(term: Term, row: number): number {
  switch (term.kind) {
    case 'column':
      return columns[term.column][row - term.lag]!;
    case 'constant':
      return term.value;
    case 'abs':
      return Math.abs(numberOf(term.a, row));
    case 'sum': {
      const at = (r: number) => numberOf(measured(term.measure, 0), r);
      let sum = 0;
      for (let q = term.rows; q > 0; q--) sum += at(term.start - term.back - q);
      for (let r = term.start; r < row; r++) sum += at(r - term.back) - at(r - term.back - term.rows);
      return sum;
    }
    default: {
      const [a, b] = [numberOf(term.a, row), numberOf(term.b, row)];
      const all = { add: a + b, sub: a - b, mul: a * b, div: a / b, max: Math.max(a, b), min: Math.min(a, b) };
      return all[term.kind];
    }
  }
}

it.each(TEXTS)('the bits of words say what the conditions say: %s', (text) => {
  const tests = conditions(text, 0, FIRST);
  for (const test of tests) {
    const word = wordOf(test);
    const bit = 1n << BigInt(word.place(test.fact));
    const out = new Float64Array(ROWS);
    const inputs = [open, high, low, close].map((values) => ({ values, base: 0 }));
    const facts = tests.filter((one) => wordOf(one) === word).map((one) => word.place(one.fact));
    wordKernel(word, facts, inputs, { values: out, base: 0 }, new Float64Array(WORD_STATE)).advance(0, ROWS);
    const bits = new BigUint64Array(out.buffer);
    const wrong: number[] = [];
    for (let row = FIRST; row < ROWS; row++) {
      const [a, b] = [numberOf(test.fact.left, row), numberOf(test.fact.right, row)];
      if (((bits[row]! & bit) !== 0n) !== (test.fact.sign === '<' ? a < b : a > b)) wrong.push(row);
    }
    expect(wrong, test.fact.key).toEqual([]);
  }
});
