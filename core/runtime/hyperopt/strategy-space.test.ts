import { describe, expect, it } from 'vitest';
import { bool, int, real, text } from '../../strategy/parameters.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { strategySpace, trialParameters } from './strategy-space.ts';

class Tuned extends Strategy {
  p = this.tune({
    fast: int(5, 50, 12, { space: 'entry' }),
    cap: real(50, 90, 70, { space: 'exit' }),
    isOn: bool(true),
    file: text('x.csv'),
  });
}
class Bare extends Strategy {}

describe('the space of a strategy', () => {
  it('is what it declares, texts left out', () => {
    const { space, start } = strategySpace(new Tuned(), 'Tuned', undefined);
    expect(space.dims.map((d) => d.name)).toEqual(['fast', 'cap', 'isOn']);
    expect(start).toEqual({ fast: 12, cap: 70, isOn: true });
  });

  it('starts from given values, and holds groups that are not searched at theirs', () => {
    const { space, start } = strategySpace(new Tuned(), 'Tuned', ['entry'], { fast: 20, cap: 60 });
    expect(start.fast).toBe(20);
    expect(space.fixed).toEqual({ cap: 60, isOn: true });
  });

  it('generates a table of four rows, a stop and a trailing stop', () => {
    const { space } = strategySpace(new Bare(), 'Bare', ['roi', 'stoploss', 'trailing']);
    expect(space.dims).toHaveLength(10);
    const { parameters, attributes, options } = trialParameters(
      {
        ...{ 'roi.t1': 60, 'roi.t2': 30, 'roi.t3': 20, 'roi.p1': 0.01, 'roi.p2': 0.02, 'roi.p3': 0.1 },
        ...{ stoploss: -0.12, 'trailing.positive': 0.02, 'trailing.gap': 0.015, 'trailing.onlyOffset': true, fast: 9 },
        ...{ 'sizing.fraction': 0.2 },
      },
      new Tuned(),
    );
    expect(parameters).toEqual({ fast: 9 });
    expect(options).toEqual({ 'sizing.fraction': 0.2 });
    expect(attributes).toEqual({
      minimalRoi: { 0: 0.13, 20: 0.03, 50: 0.01, 110: 0 },
      stoploss: -0.12,
      trailingStop: true,
      trailingStopPositive: 0.02,
      trailingStopPositiveOffset: 0.035,
      trailingOnlyOffsetIsReached: true,
    });
  });

  it('knows the strategy as it is: without what was generated, which cannot say its own table and stops', () => {
    const { start, asItIs } = strategySpace(new Tuned(), 'Tuned', ['entry', 'roi', 'stoploss', 'trailing']);
    expect(Object.keys(start)).toEqual(expect.arrayContaining(['fast', 'stoploss', 'roi.t1', 'trailing.gap']));
    expect(asItIs).toEqual({ fast: 12, cap: 70, isOn: true });
  });

  it('refuses nothing to search, and a group that is not there', () => {
    expect(() => strategySpace(new Bare(), 'Bare', undefined)).toThrow(/SPACE_EMPTY.*--spaces roi stoploss trailing/);
    expect(() => strategySpace(new Tuned(), 'Tuned', ['trialing'])).toThrow('Did you mean "trailing"?');
  });
});
