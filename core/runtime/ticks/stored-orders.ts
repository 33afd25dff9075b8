import type { OrderRecord } from '../../data/ticks/live-orders.ts';
import type { StoredFill, StoredIntent, StoredOrder } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';

/** Resting orders of a bot, for calibration, and how many were left out for which reason. */
export interface StoredOrders {
  readonly records: readonly OrderRecord[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/**
 * A bot's own limit orders on a pair, out of its trade store: when each was sent and answered (our clock), filled whole (the exchange's), and withdrawn.
 * The store does not know when the exchange took a request: half of its round trip is reckoned for each way. Only orders that were sent once, never
 * amended, rested as makers and have ended say how long a queue is.
 */
export function storedOrders(reader: Pick<TradeReader, 'orders' | 'intents' | 'fills'>, pair: string): StoredOrders {
  const records: OrderRecord[] = [];
  const leftOut: Record<string, number> = {};
  for (const order of reader.orders({ pair })) {
    const found = recordOf(order, reader.intents(order.id), reader.fills({ order: order.id }));
    if (typeof found === 'string') leftOut[found] = (leftOut[found] ?? 0) + 1;
    else records.push(found);
  }
  return { records, leftOut };
}

/** The order as calibration wants it, or why it is of no use. */
function recordOf(
  order: StoredOrder,
  intents: readonly StoredIntent[],
  fills: readonly StoredFill[],
): OrderRecord | string {
  if (order.kind !== 'limit' || order.price === null) return 'no limit order';
  const placed = intents.filter(({ request }) => request === 'place');
  if (placed.length === 0) return 'on paper, or made by the exchange';
  if (placed.length > 1 || intents.some(({ request }) => request === 'amend')) return 'sent more than once, or amended';
  const [{ outcome, at: sent, settledAt }] = placed as [StoredIntent];
  if (outcome !== 'confirmed' || settledAt === null || settledAt < sent) return 'its answer was not heard';
  if (fills.some((fill) => !fill.isMaker)) return 'took from the book';
  if (order.state !== 'filled' && order.state !== 'cancelled') return `${order.state}, so it says nothing of the queue`;
  const filled = order.state === 'filled' ? Math.max(...fills.map((fill) => fill.at)) : Number.NaN;
  if (order.state === 'filled' && !Number.isFinite(filled)) return 'its fills are not stored';
  const time = (ms: number) => (Number.isNaN(ms) ? '' : String(ms));
  return {
    id: String(order.id),
    side: order.side,
    price: order.price,
    amount: order.amount,
    sent: time(sent),
    taken: time((sent + settledAt) / 2),
    answered: time(settledAt),
    filled: time(filled),
    cancelled: order.state === 'cancelled' ? time(withdrawnAt(order, intents)) : '',
  };
}

/** Half-way between the request to withdraw and its answer; where it was not asked for, when we heard of it. */
function withdrawnAt({ updatedAt }: StoredOrder, intents: readonly StoredIntent[]): number {
  const cancel = intents.find(({ request, outcome }) => request === 'cancel' && outcome === 'confirmed');
  return cancel === undefined ? updatedAt : (cancel.at + (cancel.settledAt ?? cancel.at)) / 2;
}
