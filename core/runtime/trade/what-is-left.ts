import { PURPOSE_NAMES } from '../../engine/order.ts';
import type { Slot } from '../../engine/slot.ts';
import type { LiveDesk } from './live-desk.ts';

/**
 * What keeps a halt from being done, in words: entries in the books, orders that are not over, and what the venue showed at the last look. With
 * `isFlat` also positions and all that protects them.
 */
export function whatIsLeft(slots: readonly Slot[], live: LiveDesk | null, isFlat: boolean): string[] {
  const left = slots.flatMap(({ entry, position, pair }) => [
    ...(entry === null ? [] : [`entry ${entry.id} of ${pair.pair}`]),
    ...(position === null || !isFlat ? [] : [`a position of ${position.amount} ${pair.pair} in the books`]),
  ]);
  if (live === null) return left;
  for (const { order, isEntry, attempts } of live.broker.orders.values()) {
    if (!isEntry && !isFlat) continue;
    const states = attempts.map((a) => `${a.clientId} ${a.state}`).join(', ');
    left.push(`${PURPOSE_NAMES[order.purpose]} ${order.id} of ${order.slot.pair.pair} (${states || 'not sent'})`);
  }
  const { orders, positions } = live.reconciler.view;
  for (const order of orders) {
    const { pair, kind, clientOrderId, exchangeId } = order;
    const found = live.broker.find(order);
    const isProtection = found !== undefined && !found.live.isEntry && found.attempt.state !== 'ended';
    if (isFlat || !isProtection) left.push(`${kind} order ${clientOrderId ?? exchangeId} of ${pair} at the exchange`);
  }
  for (const { pair, side, amount } of isFlat ? positions : [])
    left.push(`a ${side} position of ${amount} ${pair} at the exchange`);
  return left;
}
