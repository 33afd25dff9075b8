import { expect, it } from 'vitest';
import { AttemptNames } from './attempt-names.ts';
import type { Attempt, LiveOrder } from './live-order.ts';

const attempt = (clientId: string, state: Attempt['state']) =>
  ({ clientId, exchangeId: `e${clientId}`, childId: null, isTrigger: false, state }) as Attempt;

it('an order that is not over keeps its names, however many others come and go', () => {
  const names = new AttemptNames();
  const stop = {} as LiveOrder;
  const quote = {} as LiveOrder;
  names.set(stop, attempt('stop', 'working'));
  for (let k = 0; k < 30_000; k++) names.set(quote, attempt(`quote${k}`, 'ended'));
  expect(names.find({ clientOrderId: 'stop' })?.live).toBe(stop);
  expect(names.find({ clientOrderId: null, exchangeId: 'estop' })?.live).toBe(stop);
  expect(names.find({ clientOrderId: 'quote29999' })?.live).toBe(quote);
  expect(names.find({ clientOrderId: 'quote0' })).toBeUndefined();
});
