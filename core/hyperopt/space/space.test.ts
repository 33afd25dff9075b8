import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bool, choice, int, oneOf, real } from '../../strategy/parameters.ts';
import { compileSpace } from './space.ts';

const tree = {
  fast: int(5, 50, 12, { space: 'entry' }),
  lr: real(1e-4, 1, 0.01, { log: true }),
  cut: real(0, 1, 0.5, { step: 0.1 }),
  size: int(1, 1000, 10, { log: true }),
  exit: { isOn: bool(), rsi: int(50, 90, 70, { when: { isOn: true } }) },
  model: oneOf({ tree: { depth: int(2, 40) }, linear: {} }),
};

describe('a search space', () => {
  const space = compileSpace(tree);

  it('flattens nested groups and alternatives into dotted names, parents first', () => {
    expect(space.dims.map((d) => d.name)).toEqual([
      'fast',
      'lr',
      'cut',
      'size',
      'exit.isOn',
      'exit.rsi',
      'model.kind',
      'model.tree.depth',
    ]);
  });

  it('decodes and encodes any point back to its canonical form', () => {
    const unit = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(unit, (u) => {
        const params = space.decode(u);
        const again = space.decode(space.encode(params));
        expect(Object.keys(again)).toEqual(Object.keys(params));
        for (const [name, value] of Object.entries(params))
          if (name === 'lr') expect(again.lr).toBeCloseTo(value as number, 12);
          else expect(again[name]).toBe(value);
        expect(space.key(space.encode(again))).toBe(space.key(space.encode(again)));
      }),
    );
  });

  it('leaves out parameters whose condition does not hold', () => {
    const params = space.decode([0, 0, 0, 0, 0, 0.5, 0.9, 0.5]);
    expect(params).toEqual({ fast: 5, lr: 1e-4, cut: 0, size: 1, 'exit.isOn': false, 'model.kind': 'linear' });
  });

  it('gives every value of a stepped range an equal share of the unit interval', () => {
    const { dims } = compileSpace({ cut: real(0, 1, 0.5, { step: 0.1 }) });
    expect(Array.from({ length: 11 }, (_, i) => dims[0]!.decode((i + 0.5) / 11))).toEqual([
      0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
    ]);
  });

  it('counts the points of a conditional space without its inactive parts', () => {
    const small = { on: bool(), a: int(1, 3, 1, { when: { on: true } }), c: choice(['x', 'y']) };
    expect(compileSpace(small).size).toBe((3 + 1) * 2);
  });

  it('holds parameters of other groups at their defaults', () => {
    const entry = compileSpace(tree, ['entry']);
    expect(entry.dims.map((d) => d.name)).toEqual(['fast']);
    expect(entry.fixed.lr).toBe(0.01);
  });

  it.each([
    [{}, 'SPACE_EMPTY'],
    [{ a: int(1, 2, 1, { when: { b: true } }) }, 'SPACE_PARENT'],
    [{ a: bool(false, { when: { b: true } }), b: bool(false, { when: { a: true } }) }, 'SPACE_PARENT'],
  ])('refuses a space that cannot be searched', (bad, code) => {
    expect(() => compileSpace(bad)).toThrow(expect.objectContaining({ code }));
  });

  it('suggests the near name of an unknown group', () => {
    expect(() => compileSpace(tree, ['entri'])).toThrow('Did you mean "entry"?');
  });
});
