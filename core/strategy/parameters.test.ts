import { describe, expect, it } from 'vitest';
import { bool, checkParameter, choice, int, oneOf, real } from './parameters.ts';
import { Strategy, type StrategyContext } from './strategy.ts';

class Nested extends Strategy {
  p = this.tune({
    exit: { isOn: bool(true, { space: 'exit' }), rsi: int(50, 90, 70, { space: 'exit', when: { isOn: true } }) },
    stop: oneOf({ atr: { factor: real(1, 5, 3), span: int(5, 50, 14) }, fixed: {} }, 'atr', { space: 'stoploss' }),
  });
}

class Tuned extends Strategy {
  p = this.tune({ n: int(1, 9, 3), x: real(0, 1, 0.5), mode: choice(['a', 'b']), on: bool(true) });
}

const given = (parameters: StrategyContext['parameters']) => new Tuned(parameters ? { parameters } : {}).p;

describe('search parameters', () => {
  it('have their defaults, or what is given', () => {
    expect(given(undefined)).toEqual({ n: 3, x: 0.5, mode: 'a', on: true });
    expect(given({ n: 9, mode: 'b', on: false })).toEqual({ n: 9, x: 0.5, mode: 'b', on: false });
    expect(Object.keys(new Tuned().declared)).toEqual(['n', 'x', 'mode', 'on']);
  });

  it('refuse what lies outside', () => {
    expect(() => given({ n: 10 })).toThrow(/PARAM_VALUE.*an integer from 1 to 9/);
    expect(() => given({ n: 2.5 })).toThrow(/PARAM_VALUE/);
    expect(() => given({ n: '3' })).toThrow(/PARAM_VALUE/);
    expect(() => given({ x: Number.NaN })).toThrow(/PARAM_VALUE.*a number from 0 to 1/);
    expect(() => given({ mode: 'c' })).toThrow(/PARAM_VALUE/);
    expect(() => given({ on: 1 })).toThrow(/PARAM_VALUE.*true or false/);
    expect(checkParameter('x', real(0, 1, 0), 1)).toBe(1);
  });

  it('nest, and of alternatives the chosen one is shown', () => {
    const { p, declared } = new Nested();
    expect(p).toEqual({ exit: { isOn: true, rsi: 70 }, stop: { kind: 'atr', factor: 3, span: 14 } });
    expect(Object.keys(declared)).toEqual(['exit.isOn', 'exit.rsi', 'stop.kind', 'stop.atr.factor', 'stop.atr.span']);
    expect(declared['exit.rsi']!.conditions).toEqual([{ parent: 'exit.isOn', values: [true] }]);
    expect(declared['stop.atr.span']).toMatchObject({
      space: 'stoploss',
      conditions: [{ parent: 'stop.kind', values: ['atr'] }],
    });
    const given = new Nested({ parameters: { 'exit.rsi': 60, 'stop.kind': 'fixed' } }).p;
    expect(given).toEqual({ exit: { isOn: true, rsi: 60 }, stop: { kind: 'fixed' } });
    expect(() => new Nested({ parameters: { 'stop.kind': 'atrr' } })).toThrow(/PARAM_VALUE.*"atr","fixed"/);
    expect(() => new Nested({ parameters: { 'exit.rsi': 20 } })).toThrow(/PARAM_VALUE.*"exit.rsi"/);
  });

  it('refuse impossible declarations', () => {
    expect(() => int(9, 1, 3)).toThrow(/PARAM_RANGE.*above/);
    expect(() => int(1, 9, 10)).toThrow(/PARAM_RANGE.*outside/);
    expect(() => int(1, 9, 2.5)).toThrow(/PARAM_RANGE.*not an integer/);
    expect(() => real(0, 1, 0.5, { log: true })).toThrow(/PARAM_RANGE.*positive/);
    expect(() => choice(['a'], 'b' as 'a')).toThrow(/PARAM_RANGE/);
    expect(() => choice([])).toThrow(/PARAM_RANGE.*no values/);
    expect(() => choice(['a', 'a'])).toThrow(/PARAM_RANGE.*twice/);
    expect(() => int(1, 9, 3, { step: 0 })).toThrow(/PARAM_RANGE.*step/);
    expect(int(5, 5, 5)).toMatchObject({ low: 5, high: 5, fallback: 5 });
    expect(() => real(0, Number.NaN)).toThrow(/PARAM_RANGE.*finite/);
    expect(() => oneOf({ a: {} }, 'b' as 'a')).toThrow(/PARAM_RANGE/);
  });
});
