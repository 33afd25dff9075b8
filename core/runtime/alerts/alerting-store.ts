import { messageOf } from '../../foundation/message-of.ts';
import type { StoredTrade } from '../../ports/stored-rows.ts';
import type { CommitAck, StoreBatch, TradeStore } from '../../ports/trade-store.ts';
import type { AlertDesk } from './alert-desk.ts';

/**
 * A trade store that tells of what it has stored: entries, exits, locks, refusals, alerts and commands. Only what is durable is told, and telling never
 * delays a commit. `now` gives ms UTC for what has no time of its own.
 */
export function withAlerts(store: TradeStore, desk: AlertDesk, now: () => number): TradeStore {
  const { recovered, path, reader } = store;
  const open = new Set(recovered.positions.map((trade) => trade.id));
  const locks = new Map(recovered.locks.map((lock) => [`${lock.source} ${lock.pair} ${lock.side}`, lock.until]));
  if (recovered.isRestored)
    desk.raise({
      kind: 'restored',
      title: 'The trade database was restored',
      text: `${path} is a copy or older than it was: orders may be at the exchange that it does not know`,
      time: recovered.session.at,
    });
  const tellTrade = (trade: StoredTrade) => {
    const what = `${trade.side} ${trade.pair}`;
    if (trade.closedAt !== null) {
      open.delete(trade.id);
      const profit = `${trade.profitAbs.toFixed(2)} (${((trade.profitRatio ?? 0) * 100).toFixed(2)} %)`;
      const text = `${trade.strategy}, trade ${trade.id}: ${trade.exitReason} at ${trade.closeRate}, profit ${profit}`;
      desk.raise({ kind: 'exit', title: `Left ${what}`, text, time: trade.closedAt });
    } else if (!open.has(trade.id)) {
      open.add(trade.id);
      const tag = trade.entryTag === null ? '' : `, ${trade.entryTag}`;
      const text = `${trade.strategy}, trade ${trade.id}: ${trade.amount} at ${trade.openRate}${tag}`;
      desk.raise({ kind: 'entry', title: `Entered ${what}`, text, time: trade.openedAt });
    }
  };
  const tell = (batch: StoreBatch) => {
    for (const trade of batch.trades ?? []) tellTrade(trade);
    for (const { source, pair, side, until, reason, at } of batch.locks ?? []) {
      const key = `${source} ${pair} ${side}`;
      if (until > at && locks.get(key) !== until)
        desk.raise({
          kind: 'lock',
          title: `${source} locks ${pair === '*' ? 'all pairs' : pair}`,
          text: reason,
          time: at,
        });
      locks.set(key, until);
    }
    for (const { outcome, request, clientId, detail, at, settledAt } of batch.intents ?? [])
      if (outcome === 'refused' || outcome === 'unknown') {
        const title = `The exchange ${outcome === 'refused' ? 'refused an order' : 'did not say what became of an order'}`;
        desk.raise({
          kind: 'refused',
          title,
          text: `${request} ${clientId}: ${detail ?? outcome}`,
          time: settledAt ?? at,
        });
      }
    for (const { kind, reason, pair, at } of batch.decisions ?? [])
      if (kind === 'alert' || kind === 'command') {
        const title = kind === 'alert' ? `Alert${pair === null ? '' : ` on ${pair}`}` : 'Command';
        desk.raise({ kind, title, text: reason, time: at });
      }
  };
  return {
    path,
    recovered,
    reader,
    async commit(batch): Promise<CommitAck> {
      let ack: CommitAck;
      try {
        ack = await store.commit(batch);
      } catch (error) {
        const text = messageOf(error);
        desk.raise({ kind: 'failure', title: 'The trade database failed', text, time: now() });
        throw error;
      }
      tell(batch);
      return ack;
    },
    backup: (to) => store.backup(to),
    close: (at) => store.close(at),
  };
}
