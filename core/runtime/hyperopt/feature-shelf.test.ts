import { describe, expect, it } from 'vitest';
import { ColumnShelf } from './feature-shelf.ts';
import { ShelfLedger } from './shelf-ledger.ts';

/** A shelf for two columns of 1,000 rows, with a clock that each computation moves on by `ms`. */
function shelf(isAlone = true) {
  let now = 0;
  const ledger = new ShelfLedger(16_000);
  const kept = new ColumnShelf({ ...(isAlone && { ledger }), clock: () => now });
  const compute = (key: string, ms: number, rows = 1000) =>
    kept.of('rows ').compute(key, [new Float64Array(rows).fill(7)], () => {
      now += ms;
    });
  const find = (key: string, rows = 'rows ') => kept.of(rows).find(key)?.[0];
  return { kept, ledger, compute, find };
}

describe('the shelf of columns', () => {
  it('keeps what was costly twice and gives the same numbers back', () => {
    const { compute, find } = shelf();
    expect(compute('hurst', 1)).toBe(false);
    expect(find('hurst')).toBeUndefined();
    compute('hurst', 1);
    expect(find('hurst')![999]).toBe(7);
    expect(find('hurst', 'other rows ')).toBeUndefined();
  });

  it('leaves cheap columns, and such as were slow once only, to the pool', () => {
    const { compute, ledger } = shelf();
    for (const ms of [1, 0.002, 1, 1]) compute('ema', ms);
    expect(ledger.bytes).toBe(0);
  });

  it('gives up the least recently used within its budget', () => {
    const { compute, find, ledger } = shelf();
    const keep = (key: string, rows?: number) => [1, 1].forEach((ms) => void compute(key, ms, rows));
    keep('a');
    keep('b');
    find('a');
    keep('c');
    expect(['a', 'b', 'c'].map((key) => find(key) !== undefined)).toEqual([true, false, true]);
    expect(ledger.bytes).toBe(16_000);
    keep('too large', 3000);
    expect(find('too large')).toBeUndefined();
  });

  it('is one for all threads: what one keeps the others find, and what is given up is gone everywhere', () => {
    const [one, two] = [shelf(false), shelf(false)];
    const ledger = new ShelfLedger(8000);
    const pass = () => {
      for (const from of [one, two]) {
        const { kept, used } = from.kept.report();
        for (const key of used) ledger.use(key);
        for (const [key, columns] of kept) {
          const changes = ledger.keep(key, columns);
          for (const to of [one, two]) to.kept.apply(changes);
        }
      }
    };
    for (const ms of [1, 1]) one.compute('a', ms);
    for (const ms of [1, 1]) two.compute('a', ms);
    pass();
    expect(two.find('a')).toBe(one.find('a'));
    for (const ms of [1, 1]) two.compute('b', ms);
    pass();
    expect([one.find('a'), two.find('a')]).toEqual([undefined, undefined]);
    expect(one.find('b')).toBe(two.find('b'));
  });
});
