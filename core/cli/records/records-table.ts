import type { TradeMoment } from '../../persistence/trade-store/explain.ts';
import type { Decision, StoredLock, StoredOrder, StoredTrade } from '../../ports/stored-rows.ts';
import { clip, dateTime, duration, price, signedMoney, signedPercent } from '../../report/format.ts';
import { textTable } from '../../report/text-table.ts';

/** Trades, one line each; open ones have no profit ratio yet. */
export function tradeTable(trades: readonly StoredTrade[]): string {
  if (trades.length === 0) return 'No trades.';
  const table = textTable(
    ['id', 'strategy', 'pair', 'side', 'opened', 'held', 'entry', 'exit', 'profit', 'of stake', 'reason'],
    5,
  );
  for (const t of trades)
    table.push([
      t.id,
      clip(t.strategy, 24),
      t.pair,
      t.leverage === 1 ? t.side : `${t.side} ${t.leverage}x`,
      dateTime(t.openedAt),
      t.closedAt === null ? 'open' : duration(t.closedAt - t.openedAt),
      price(t.openRate),
      t.closeRate === null ? '' : price(t.closeRate),
      signedMoney(t.profitAbs),
      t.profitRatio === null ? '' : signedPercent(t.profitRatio),
      t.exitReason ?? '',
    ]);
  return table.toString();
}

/** Orders, one line each. */
export function orderTable(orders: readonly StoredOrder[]): string {
  if (orders.length === 0) return 'No orders.';
  const table = textTable(
    [
      'id',
      'trade',
      'pair',
      'purpose',
      'made',
      'side',
      'kind',
      'price',
      'amount',
      'filled',
      'average',
      'state',
      'name at the exchange',
    ],
    5,
  );
  for (const o of orders)
    table.push([
      o.id,
      o.trade ?? '',
      o.pair,
      o.purpose,
      dateTime(o.createdAt),
      o.side,
      o.kind,
      o.price === null ? '' : price(o.price),
      o.amount,
      o.filled,
      o.average === null ? '' : price(o.average),
      o.state,
      o.exchangeId ?? o.clientId ?? '',
    ]);
  return table.toString();
}

/** Decisions, one line each: number, moment, kind, what they are about, and why. */
export function decisionLines(decisions: readonly (Decision & { readonly seq: number })[]): string {
  if (decisions.length === 0) return 'No decisions.';
  return decisions
    .map(({ seq, at, kind, strategy, pair, reason }) =>
      [String(seq).padStart(6), exact(at), kind.padEnd(9), strategy ?? '-', pair ?? '-', reason].join('  '),
    )
    .join('\n');
}

/** Locks, one line each: the pair, until when, and who locked it why. */
export function lockLines(locks: readonly StoredLock[]): string {
  if (locks.length === 0) return 'No locks.';
  return locks
    .map(({ pair, side, source, until, reason }) =>
      [pair.padEnd(16), side.padEnd(5), dateTime(until).padEnd(19), source.padEnd(18), reason].join('  '),
    )
    .join('\n');
}

/** The life of a trade: a headline, then a line for each thing that happened. */
export function explanation(trade: StoredTrade, moments: readonly TradeMoment[]): string {
  const end =
    trade.closedAt === null
      ? 'open'
      : `closed by ${trade.exitReason} after ${duration(trade.closedAt - trade.openedAt)}: ${signedMoney(trade.profitAbs)} (${signedPercent(trade.profitRatio ?? Number.NaN)})`;
  const head = `Trade ${trade.id}: ${trade.strategy}, ${trade.side} ${trade.pair} from ${price(trade.openRate)}, ${end}`;
  const lines = moments.map(({ at, what, text }) => `${exact(at)}  ${what.padEnd(8)}  ${text}`);
  return `${head}\n\n${lines.join('\n')}`;
}

/** With milliseconds: their order is what matters here. */
function exact(time: number): string {
  return new Date(time).toISOString().slice(0, 23).replace('T', ' ');
}
