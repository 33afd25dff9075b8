import { TidegateError } from '../../foundation/errors.ts';
import type { PlainData, StoredTrade } from '../../ports/stored-rows.ts';
import type { TradeReader } from '../../ports/trade-store.ts';

/** One thing that happened to a trade. Time ms UTC. */
export interface TradeMoment {
  readonly at: number;
  readonly what: 'decision' | 'request' | 'order' | 'fill' | 'funding';
  readonly text: string;
  readonly data: PlainData;
}

/** Decisions on the pair count from so long before its first order: the signal, size and vetoes that led to it. ms. */
const LEAD_MS = 5_000;

/**
 * The life of a trade, in order of time: what was decided and why, what was asked of the exchange and what it answered, how orders moved, fills and
 * funding.
 * @throws TidegateError TRADE_UNKNOWN
 */
export function explainTrade(
  reader: TradeReader,
  id: number,
): { readonly trade: StoredTrade; readonly moments: readonly TradeMoment[] } {
  const trade = reader.trade(id);
  if (trade === null) throw unknownTrade(reader, id);
  const orders = reader.orders({ trade: id });
  const own = new Set(orders.map((order) => order.id));
  const begin = Math.min(trade.openedAt, ...orders.map((order) => order.createdAt)) - LEAD_MS;
  const end = (trade.closedAt ?? Number.POSITIVE_INFINITY) + LEAD_MS;
  const moments: TradeMoment[] = [];
  for (const row of reader.decisions({ pair: trade.pair, from: begin, to: end })) {
    const isOther =
      (row.trade !== null && row.trade !== id) || (row.order !== null && row.trade === null && !own.has(row.order));
    if (isOther || (row.strategy !== null && row.strategy !== trade.strategy)) continue;
    moments.push({ at: row.at, what: 'decision', text: `${row.kind}: ${row.reason}`, data: row.data });
  }
  for (const order of orders) {
    const name = `${order.purpose} order ${order.id}`;
    for (const request of reader.intents(order.id)) {
      const { attempt, request: verb, clientId, at, outcome, settledAt, detail, body } = request;
      moments.push({ at, what: 'request', text: `${verb} ${name}, attempt ${attempt}, as ${clientId}`, data: body });
      if (settledAt !== null)
        moments.push({
          at: settledAt,
          what: 'request',
          text: `${verb} ${name}: ${outcome}${detail ? `, ${detail}` : ''}`,
          data: null,
        });
    }
    for (const { at, state, price, amount, filled, reason } of reader.transitions(order.id)) {
      const where = price === null ? 'at the market' : `at ${price}`;
      const text = `${name} ${state}: ${order.side} ${amount} ${where}, ${filled} filled${reason ? `, ${reason}` : ''}`;
      moments.push({ at, what: 'order', text, data: null });
    }
  }
  for (const fill of reader.fills({ trade: id }))
    moments.push({
      at: fill.at,
      what: 'fill',
      text: `${fill.side} ${fill.amount} at ${fill.price}, fee ${plain(fill.fee)} ${fill.feeAsset}, ${fill.isMaker ? 'maker' : 'taker'}`,
      data: null,
    });
  for (const { at, amount, rate } of reader.funding(id))
    moments.push({ at, what: 'funding', text: `${plain(amount)} at a rate of ${rate}`, data: null });
  // Of one moment, what was decided comes before what followed from it; the sort keeps the order otherwise.
  const rank = { decision: 0, request: 1, order: 2, fill: 3, funding: 4 };
  moments.sort((a, b) => a.at - b.at || rank[a.what] - rank[b.what]);
  return { trade, moments };
}

function unknownTrade(reader: TradeReader, id: number): TidegateError {
  const ids = reader.trades({ limit: 1000 }).map((row) => row.id);
  const known = ids.length === 0 ? 'There are no trades yet.' : `The last ones are ${ids.slice(-5).join(', ')}.`;
  return new TidegateError('TRADE_UNKNOWN', `there is no trade ${id}`, {
    where: reader.path,
    remedy: `${known} "tidegate show trades" lists them.`,
  });
}

/** A product without what binary fractions leave at its end: 0.98605, not 0.9860500000000001. */
const plain = (x: number) => Number(x.toPrecision(12));
