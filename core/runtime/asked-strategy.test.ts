import { describe, expect, test } from 'vitest';
import { Strategy } from '../strategy/strategy.ts';
import { type Asked, askedStrategy } from './asked-strategy.ts';

const MOMENT = { pair: 'BTC/USDT', time: Date.UTC(2024, 0, 2) } as never;

function withAnswer(callback: keyof Asked, answer: () => unknown): (context: never) => unknown {
  class Answering extends Strategy {}
  const strategy = Object.assign(new Answering(), { [callback]: answer });
  return askedStrategy(strategy, 'Answering', () => ({}))[callback] as (context: never) => unknown;
}

describe('askedStrategy', () => {
  test('has only the callbacks that were written', () => {
    class Two extends Strategy {
      override customExit() {
        return null;
      }
      override stake() {
        return 5;
      }
    }
    expect(Object.keys(askedStrategy(new Two(), 'Two', () => ({})))).toEqual(['customExit', 'stake']);
  });

  test.each([
    ['customStop', Number.NaN],
    ['customStop', '-5 %'],
    ['entryPrice', -1],
    ['exitPrice', Number.POSITIVE_INFINITY],
    ['stake', undefined],
    ['leverage', 0],
    ['confirmEntry', 1],
    ['adjustOrder', 'hold'],
    ['adjustPosition', { stake: Number.NaN }],
    ['adjustPosition', { stake: 100, tagg: 'second' }],
    ['adjustPosition', { stake: 100, tag: 2 }],
    ['customExit', 7],
  ] as const)('%s must not answer %j', (callback, answer) => {
    expect(() => withAnswer(callback, () => answer)(MOMENT)).toThrow(
      /^STRATEGY_ANSWER: Answering\.\w+ returned .* \(BTC\/USDT at 2024-01-02T00:00:00\.000Z\)\. Return /,
    );
  });

  test.each([
    ['customStop', null],
    ['customStop', -0.05],
    ['customExit', undefined],
    ['stake', 0],
    ['adjustOrder', 'keep'],
    ['adjustPosition', -10],
    ['adjustPosition', { stake: 10, tag: 'more' }],
  ] as const)('%s may answer %j', (callback, answer) => {
    expect(withAnswer(callback, () => answer)(MOMENT)).toEqual(answer);
  });

  test('what it throws gets its name and place', () => {
    const throwing = withAnswer('leverage', () => {
      throw new Error('oh no');
    });
    expect(() => throwing(MOMENT)).toThrow(/^STRATEGY_FAILED: Answering threw in leverage: oh no \(BTC\/USDT at /);
  });
});
