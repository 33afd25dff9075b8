import type { OrderRecord } from '../../data/ticks/live-orders.ts';
import type { StoredFill, StoredIntent, StoredOrder } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';

/** Resting orders of a bot, for calibration, and how many were left out for which reason. */
export interface StoredOrders {
  readonly records: readonly OrderRecord[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** One request for an order and what it asked for. */
interface Stay {
  readonly sent: number;
  readonly settled: number;
  readonly price: number;
  /** Lots in all, what had been filled before included. */
  readonly lots: number;
  /** Another price or a larger size goes to the back of the queue; the rest keeps its place. */
  readonly isAtBack: boolean;
}

/**
 * A bot's own limit orders on a pair, out of its trade store: when each was sent and answered (our clock), filled whole (the exchange's), and withdrawn.
 * The store does not know when the exchange took a request: half of its round trip is reckoned for each way. An order that was amended says as much
 * as several: each stay at the back of a queue is one, named 12, 12/2 and so on. Only what rested as maker and has ended says how long a queue is.
 */
export function storedOrders(reader: Pick<TradeReader, 'orders' | 'intents' | 'fills'>, pair: string): StoredOrders {
  const records: OrderRecord[] = [];
  const leftOut: Record<string, number> = {};
  for (const order of reader.orders({ pair }))
    for (const found of recordsOf(order, reader.intents(order.id), reader.fills({ order: order.id }))) {
      if (typeof found === 'string') leftOut[found] = (leftOut[found] ?? 0) + 1;
      else records.push(found);
    }
  return { records, leftOut };
}

/** The order as calibration wants it, one record for each stay in a queue, or why it is of no use. */
function recordsOf(
  order: StoredOrder,
  intents: readonly StoredIntent[],
  fills: readonly StoredFill[],
): readonly (OrderRecord | string)[] {
  if (order.kind !== 'limit' || order.price === null) return ['no limit order'];
  const placed = intents.filter(({ request }) => request === 'place');
  if (placed.length === 0) return ['on paper, or made by the exchange'];
  if (placed.length > 1) return ['sent more than once'];
  if (placed[0]!.outcome === 'refused' || placed[0]!.outcome === 'denied') return ['refused'];
  const asked = intents.filter(
    ({ request, outcome }) =>
      request === 'place' || (request === 'amend' && outcome !== 'refused' && outcome !== 'denied'),
  );
  if (asked.some(({ outcome, at, settledAt }) => outcome !== 'confirmed' || settledAt === null || settledAt < at))
    return ['its answer was not heard'];
  if (fills.some((fill) => !fill.isMaker)) return ['took from the book'];
  if (order.state !== 'filled' && order.state !== 'cancelled')
    return [`${order.state}, so it says nothing of the queue`];
  if (order.state === 'filled' && fills.length === 0) return ['its fills are not stored'];
  const stays = staysOf(order, asked);
  return stays.map((stay, k) =>
    stay.isAtBack ? recordOf(order, stay, stays[k + 1], k, intents, fills) : 'amended in its place',
  );
}

function staysOf(order: StoredOrder, asked: readonly StoredIntent[]): readonly Stay[] {
  // The stored order has its last terms, in units and in whole ticks and lots: so their sizes are known.
  const [tick, lot] = [order.price! / order.ticks!, order.amount / order.lots];
  const stays: Stay[] = [];
  for (const { request, at, settledAt, body } of asked) {
    const terms = (body ?? {}) as {
      readonly ticks?: number;
      readonly lots?: number;
      readonly price?: number;
      readonly amount?: number;
    };
    const before = stays.at(-1);
    const price = request === 'amend' ? decimal(terms.ticks! * tick) : (terms.price ?? order.price!);
    const lots = request === 'amend' ? terms.lots! : Math.round((terms.amount ?? order.amount) / lot);
    const isAtBack = before === undefined || Math.abs(price - before.price) > tick / 2 || lots > before.lots;
    stays.push({ sent: at, settled: settledAt!, price, lots, isAtBack });
  }
  return stays;
}

/** From when the exchange took the request until it took the next one, the order was filled whole, or it ended. */
function recordOf(
  order: StoredOrder,
  { sent, settled, price, lots }: Stay,
  next: Stay | undefined,
  k: number,
  intents: readonly StoredIntent[],
  fills: readonly StoredFill[],
): OrderRecord | string {
  const taken = (sent + settled) / 2;
  // What had been filled before was on the way of the request, too: the exchange counted it off.
  const before = k === 0 ? 0 : fills.reduce((sum, fill) => sum + (fill.at < taken ? fill.lots : 0), 0);
  if (lots <= before) return 'its fills are not stored';
  const isFilled = next === undefined && order.state === 'filled';
  const time = (ms: number) => (Number.isNaN(ms) ? '' : String(ms));
  const until = next === undefined ? withdrawnAt(order, intents) : (next.sent + next.settled) / 2;
  return {
    id: k === 0 ? String(order.id) : `${order.id}/${k + 1}`,
    side: order.side,
    price,
    amount: decimal(((lots - before) * order.amount) / order.lots),
    sent: time(sent),
    taken: time(taken),
    answered: time(settled),
    filled: isFilled ? time(Math.max(...fills.map((fill) => fill.at))) : '',
    cancelled: isFilled ? '' : time(until),
  };
}

/** Without the last digits that products of ticks and lots are off by. */
function decimal(x: number): number {
  return Number(x.toPrecision(12));
}

/** Half-way between the request to withdraw and its answer; where it was not asked for, when we heard of it. */
function withdrawnAt({ updatedAt }: StoredOrder, intents: readonly StoredIntent[]): number {
  const cancel = intents.find(({ request, outcome }) => request === 'cancel' && outcome === 'confirmed');
  return cancel === undefined ? updatedAt : (cancel.at + (cancel.settledAt ?? cancel.at)) / 2;
}
