import { expect, it } from 'vitest';
import { TradeClassifier } from './trade-classifier.ts';

it('trusts the aggressor flag first, then the quote, then the tick', () => {
  const classifier = new TradeClassifier();
  expect([classifier.classify(100), classifier.lastMethod]).toEqual([1, 'default']);
  classifier.quote(99, 101);
  expect([classifier.classify(100.5, -1), classifier.lastMethod]).toEqual([-1, 'aggressor']);
  expect([classifier.classify(99.5), classifier.lastMethod]).toEqual([-1, 'quote']);
  expect([classifier.classify(100), classifier.lastMethod]).toEqual([1, 'tick']);
  expect([classifier.classify(100), classifier.lastMethod]).toEqual([1, 'tick']);
});

it('falls back to ticks while the quote is crossed', () => {
  const classifier = new TradeClassifier({ mode: 'leeReady' });
  classifier.quote(99, 101);
  classifier.quote(102, 101);
  classifier.classify(100);
  expect(classifier.lastMethod).toBe('default');
});

it('warns once more than 40 % of recent trades fell back, and recovers', () => {
  const classifier = new TradeClassifier({ mode: 'leeReady', window: 50 });
  classifier.quote(99, 101);
  const feed = (price: number, count: number) => {
    for (let i = 0; i < count; i++) classifier.classify(price);
  };
  feed(100.5, 30);
  feed(100, 20);
  expect([classifier.fallbackShare, classifier.isUnreliable]).toEqual([0.4, false]);
  feed(100, 1);
  expect(classifier.isUnreliable).toBe(true);
  expect(classifier.warning).toContain('42 %');
  feed(100.5, 40);
  expect(classifier.warning).toBeNull();
});
