import { expect, it } from 'vitest';
import { int } from './parameters.ts';
import { Strategy } from './strategy.ts';

class Plain extends Strategy {}

it('a signal carries its tag', () => {
  const strategy = new Plain();
  strategy.enter.long({ tag: 'cross' });
  strategy.exit.short();
  expect(strategy.signals).toMatchObject({ flags: 9, entryTag: 'cross', exitTag: null });
  strategy.enter.short({});
  expect(strategy.signals.entryTag).toBe(null);
});

it.each([[{ tag: 'x', stake: 500 }], ['cross'], [{ tag: 5 }], [{ price: 3 }]])(
  'what would be lost is refused: %o',
  (options) => {
    const strategy = new Plain();
    strategy.enter.long(options as { tag: string });
    strategy.exit.short(options as { tag: string });
    for (const which of ['entryTag', 'exitTag'] as const)
      expect(() => strategy.signals[which]).toThrow(/STRATEGY_SIGNAL: a signal was given/);
  },
);

it('a parameter that two calls of tune() declare is refused: a search has one value for it', () => {
  class Twice extends Strategy {
    p = this.tune({ fast: int(5, 50, 12) });
    q = this.tune({ fast: int(1, 4, 2) });
  }
  expect(() => new Twice()).toThrow(/PARAM_RANGE: parameter "fast" is declared twice/);
});
