import { expect, it } from 'vitest';
import { int } from '../strategy/parameters.ts';
import { Strategy, type StrategyContext } from '../strategy/strategy.ts';
import { makeStrategy } from './prepare.ts';

class Plain extends Strategy {
  p = this.tune({ fast: int(5, 50, 12) });
}
class Dropping extends Strategy {
  p: { readonly fast: number };
  constructor() {
    super();
    this.p = this.tune({ fast: int(5, 50, 12) });
  }
}
const made = (type: new (context: StrategyContext) => Strategy, parameters?: Record<string, unknown>) =>
  makeStrategy(
    { name: 'Mine', codeHash: '', create: (context) => new type(context), ...(parameters && { parameters }) },
    undefined,
  );

it('a constructor that drops its context is refused once values are given: a search would run the defaults each time', () => {
  expect(made(Plain, { fast: 9 })).toMatchObject({ p: { fast: 9 } });
  expect(made(Dropping)).toMatchObject({ p: { fast: 12 } });
  expect(() => made(Dropping, { fast: 9 })).toThrow(
    /STRATEGY_ATTRIBUTE: Mine's constructor drops what it is given.*super\(context\)/,
  );
});
