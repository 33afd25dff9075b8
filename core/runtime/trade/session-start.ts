import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { SavedEngine, SavedTrade } from '../../engine/snapshot.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { unknownPair } from './trade-wiring.ts';

/** Closed trades that protections and sizing look back on after a restart. */
const CLOSED_KEPT = 1_000;

/** The configured pairs, and those that something is still open on. */
export function pairsOf(configured: readonly string[], saved: SavedEngine | null): string[] {
  const open = [...(saved?.positions ?? []), ...(saved?.orders ?? [])].map(({ slot }) =>
    slot.slice(slot.indexOf('/') + 1),
  );
  return [...new Set([...configured, ...open])];
}

/** A pair's specification as the exchange has it now, with the fee that is to count. @throws TidegateError TRADE_PAIR */
export function specOf(exchange: ExchangePort, pair: string, fee: number | undefined): InstrumentSpec {
  const spec = exchange.market(pair);
  if (spec === null || spec.status === 'delisted') throw unknownPair(pair, exchange.name);
  return fee === undefined ? spec : { ...spec, makerFee: fee, takerFee: fee };
}

/** Closed trades of sessions before, oldest first. */
export function closedTrades({ reader }: TradeStore): SavedTrade[] {
  return reader.trades({ state: 'closed', limit: CLOSED_KEPT }).flatMap(({ engine }) => {
    return engine === null ? [] : [engine as unknown as SavedTrade];
  });
}
