import { describe, expect, test } from 'vitest';
import { Strategy } from '../../strategy/strategy.ts';
import { assignedPrivateFields, changedFields, fieldSnapshot } from './field-snapshot.ts';

const NONE: ReadonlySet<string> = new Set();

class Plain extends Strategy {
  static seen: number[] = [];
  deep = { list: [1, { x: new Map([['a', 1]]) }], numbers: Float64Array.of(1, Number.NaN) };
  fresh: unknown;
}

class Hidden extends Strategy {
  #set = 0;
  #counted = 0;
  #listed: number[] = [];
  #read = 1;
  #states: readonly string[] = [];
  override features() {
    this.#states = ['trend'];
    return {};
  }
  override onStart() {
    if (this.#read && this.#states.length > 0) {
      this.#set = 1;
    }
  }
  override onCandle() {
    this.#counted += this.#set === 1 ? 1 : 0;
    this.#listed.push(this.#counted);
    if (this.#read === 2) this.enter.long();
  }
}

describe('fieldSnapshot', () => {
  test.each([
    ['an element deep inside', (s: Plain) => (s.deep.list[0] = 2), ['deep']],
    ['an element of a map', (s: Plain) => (s.deep.list[1] as { x: Map<string, number> }).x.set('a', 2), ['deep']],
    ['an element of a typed array', (s: Plain) => (s.deep.numbers[0] = 2), ['deep']],
    ['a field that was undefined', (s: Plain) => (s.fresh = null), ['fresh']],
    ['a new field', (s: Plain) => Object.assign(s, { added: 1 }), ['added']],
    ['an attribute of the framework', (s: Plain) => (s.stoploss = -0.5), ['stoploss']],
    ['a static field', () => Plain.seen.push(1), ['static seen']],
    ['the store, which may change', (s: Plain) => (s.store.count = 1), []],
    ['signals, which may change', (s: Plain) => s.enter.long(), []],
    ['nothing', () => undefined, []],
  ])('sees %s', (_, change, fields) => {
    const strategy = new Plain();
    const before = fieldSnapshot(strategy, NONE);
    change(strategy);
    expect(changedFields(before, fieldSnapshot(strategy, NONE))).toEqual(fields);
  });

  test('a ring of references ends', () => {
    const strategy = new Plain();
    strategy.fresh = { strategy };
    expect(() => fieldSnapshot(strategy, NONE)).not.toThrow();
  });
});

class Nested extends Strategy {
  #table: number[] = [];
  #rings = [[0]];
  #counts = { open: 0, seen: new Set<string>() };
  #total = 0;
  #late: number | null = null;
  #build() {
    for (let hour = 0; hour < 24; hour++) {
      if (hour > 7) this.#table[hour] = 1;
    }
  }
  #note(pair: string) {
    this.#late ??= 1;
    this.#counts.seen.delete(pair);
  }
  override onStart() {
    this.#build();
  }
  override onCandle({ pair }: { pair: string }) {
    this.#rings[0]![1] = this.#table[0]!;
    ++this.#total;
    this.#note(pair);
    if (this.#counts.open >= this.#total && this.#late === 1) this.enter.long();
  }
}

test('what stands in private fields counts as they do, and helpers of onStart as it does', () => {
  expect(assignedPrivateFields(new Nested()).sort()).toEqual(['#counts', '#late', '#rings', '#total']);
});

test('private fields that methods assign to are found, those of features and onStart and those only read are not', () => {
  expect(assignedPrivateFields(new Hidden())).toEqual(['#counted', '#listed']);
});
