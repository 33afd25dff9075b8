import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OrderTable } from './order-table.ts';

it('holds what a map holds, whatever comes and goes', () => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 60 }), isIn: fc.boolean() });
  const far = fc.record({ id: fc.constantFrom(3, 19, 35, 1_000_000_003, 2 ** 40 + 3), isIn: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.oneof(step, far), { maxLength: 200 }), (steps) => {
      const table = new OrderTable<{ id: number; at: number }>();
      const map = new Map<number, { id: number; at: number }>();
      steps.forEach(({ id, isIn }, at) => {
        if (isIn) {
          table.add({ id, at });
          map.set(id, { id, at });
        } else {
          table.delete(id);
          map.delete(id);
        }
        for (const { id: known } of steps) expect(table.get(known)).toEqual(map.get(known));
        expect(table.size).toBe(map.size);
      });
      const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
      expect(table.list().sort(byId)).toEqual([...map.values()].sort(byId));
    }),
  );
});
