import { describe, expect, it } from 'vitest';
import { ColumnShelf } from './feature-shelf.ts';

/** A shelf for two columns of 1,000 rows, with a clock that each computation moves on by `ms`. */
function shelf(ms: number) {
  let now = 0;
  const kept = new ColumnShelf({ byteBudget: 16_000, clock: () => now });
  const compute = (key: string, rows = 1000) => {
    const column = new Float64Array(rows);
    const isKept = kept.of('rows ').compute(key, [column], () => {
      now += ms;
    });
    return { column, isKept };
  };
  return { kept, compute };
}

describe('the shelf of columns', () => {
  it('keeps what was costly and gives the same column back', () => {
    const { kept, compute } = shelf(1);
    const { column, isKept } = compute('hurst');
    expect(isKept).toBe(true);
    expect(kept.of('rows ').find('hurst')![0]).toBe(column);
    expect(kept.of('other rows ').find('hurst')).toBeUndefined();
  });

  it('leaves cheap columns to the pool', () => {
    const { kept, compute } = shelf(0.002);
    expect(compute('ema').isKept).toBe(false);
    expect(kept.bytes).toBe(0);
  });

  it('gives up the least recently used within its budget', () => {
    const { kept, compute } = shelf(1);
    compute('a');
    compute('b');
    kept.of('rows ').find('a');
    compute('c');
    expect(['a', 'b', 'c'].map((key) => kept.of('rows ').find(key) !== undefined)).toEqual([true, false, true]);
    expect(kept.bytes).toBe(16_000);
    expect(compute('too large', 3000).isKept).toBe(false);
  });
});
