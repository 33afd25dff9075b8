import { expect, it } from 'vitest';
import { MessageMeter } from './message-limits.ts';

it('lets a second’s worth through at once, then as many as the rate refills', () => {
  const meter = new MessageMeter({ messagesPerSecond: 2 });
  expect([1, 2, 3].map(() => meter.allows(0, false))).toEqual([true, true, false]);
  expect(meter.allows(0.5e9, false)).toBe(true);
  expect(meter.allows(0.5e9, true)).toBe(false);
  expect(meter.messages).toBe(3);
  expect([meter.held, meter.heldByRatio]).toEqual([2, 0]);
});

it('holds new orders back over the ratio of orders to trades, never cancels', () => {
  const meter = new MessageMeter({ messagesPerSecond: 1000, orderToTradeRatio: 2, grace: 2 });
  expect([meter.allows(0, false), meter.allows(0, false), meter.allows(0, false)]).toEqual([true, true, false]);
  expect(meter.allows(0, true)).toBe(true);
  expect([meter.held, meter.heldByRatio]).toEqual([1, 1]);
  meter.fills = 2;
  expect(meter.allows(0, false)).toBe(true);
  expect(meter.orderToTradeRatio).toBe(2);
});

it('refuses limits that are not above zero by name', () => {
  expect(() => new MessageMeter({ messagesPerSecond: 0 })).toThrow('messagesPerSecond is 0');
});
