import { ORDER_KIND, type Order } from '../../engine/order.ts';
import type { StoredIntent } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';
import { type Attempt, LiveOrder } from './live-order.ts';

/**
 * Orders that were open when the bot ended, with all that was sent for them. What became of requests without an outcome is not known: they are
 * looked up before anything else is sent.
 * @param now machine time, ms UTC
 */
export function resumeOrders(orders: Iterable<Order>, reader: TradeReader, now: number): LiveOrder[] {
  return [...orders].map((order) => {
    const live = new LiveOrder(order);
    // Its cancel may not have left.
    live.isCancelled = order.isWithdrawn;
    for (const intent of reader.intents(order.id))
      if (intent.request === 'place') live.attempts.push(attemptOf(order, intent, now));
      else if (intent.request === 'amend') takeUpMove(live, intent, now);
    return live;
  });
}

/** A move that was asked for: done in place, refused, or it is to be looked up what it became. */
function takeUpMove(live: LiveOrder, intent: StoredIntent, now: number): void {
  if (intent.outcome === 'refused' || intent.outcome === 'denied') return;
  const { of } = intent.body as { readonly of: string };
  const from = live.attempts.find((attempt) => attempt.clientId === of);
  const to = { ...attemptOf(live.order, intent, now), of };
  const { ticks, lots } = to;
  if (from && intent.outcome === 'confirmed' && intent.detail === from.exchangeId) {
    Object.assign(from, { ticks, lots });
    return;
  }
  if (from) from.moved = { ticks, lots };
  live.attempts.push(to);
}

function attemptOf(order: Order, intent: StoredIntent, now: number): Attempt {
  const { ticks, lots } = sizeOf(order, intent);
  const isOver = intent.outcome === 'refused' || intent.outcome === 'denied';
  return {
    intent: intent.id,
    attempt: intent.attempt,
    clientId: intent.clientId,
    isTrigger: order.kind === ORDER_KIND.stop,
    ticks,
    lots,
    of: null,
    moved: null,
    sentAt: intent.at,
    // It may have left with the last breath of the life before.
    leftBy: intent.outcome === 'pending' || intent.outcome === 'unknown' ? now : intent.at,
    exchangeId: intent.outcome === 'confirmed' ? intent.detail : null,
    childId: null,
    // Confirmed once, it may have ended since: that is looked up, too.
    state: isOver ? 'ended' : 'unknown',
    end: isOver ? 'rejected' : null,
    reason: isOver ? intent.detail : null,
    claimed: 0,
    booked: 0,
    missingSince: null,
    isWithdrawn: isOver,
    list: (intent.body as { readonly list?: string }).list ?? null,
  };
}

function sizeOf(order: Order, { body }: StoredIntent): { readonly ticks: number; readonly lots: number } {
  const { instrument } = order.slot.pair;
  const { amount, price, ticks, lots } = body as Partial<Record<'amount' | 'price' | 'ticks' | 'lots', number>>;
  return {
    ticks: ticks ?? (price === undefined ? 0 : instrument.ticksNear(price)),
    lots: lots ?? Math.round((amount ?? 0) / instrument.lot),
  };
}
