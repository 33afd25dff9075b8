import { defaultSpec } from '../../data/specs/default-spec.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { ORDER_STATE } from '../../engine/order.ts';
import type { SavedEngine, SavedTrade } from '../../engine/snapshot.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { makeStrategy } from '../prepare.ts';
import { unknownPair } from './trade-wiring.ts';

/** Closed trades that protections and sizing look back on after a restart. */
const CLOSED_KEPT = 1_000;

const OF_NO_PAIR = { slot: '/', profitRatio: 0, reason: null, entryTag: null, exitTag: null } as const;

/** The configured pairs, and those that something is still open on. */
export function pairsOf(configured: readonly string[], saved: SavedEngine | null): string[] {
  const open = [...(saved?.positions ?? []), ...(saved?.orders ?? [])].map(({ slot }) =>
    slot.slice(slot.indexOf('/') + 1),
  );
  return [...new Set([...configured, ...open])];
}

/**
 * A pair's specification as the exchange has it now, with the fee that is to count. Binance tells margin tiers, and with them the leverage of perpetuals,
 * to holders of a key only. On paper the usual ones stand in, as in a backtest: otherwise every position would have leverage 1, and none could be liquidated.
 * @throws TidegateError TRADE_PAIR
 */
export function specOf(
  exchange: ExchangePort,
  pair: string,
  fee: number | undefined,
  isOnPaper: boolean,
): InstrumentSpec {
  const told = exchange.market(pair);
  if (told === null || told.status === 'delisted') throw unknownPair(pair, exchange.name);
  const spec = isOnPaper ? withTiers(told) : told;
  return fee === undefined ? spec : { ...spec, makerFee: fee, takerFee: fee };
}

/** A perpetual's specification with the usual margin tiers where it has none. */
function withTiers(spec: InstrumentSpec): InstrumentSpec {
  if (spec.kind !== 'perpetual' || spec.tiers.length > 0) return spec;
  const { tiers, maxLeverage } = defaultSpec(spec.exchange, spec.pair);
  return { ...spec, tiers, maxLeverage: spec.maxLeverage > 1 ? spec.maxLeverage : maxLeverage };
}

/**
 * The engine's state as it was stored last; null in a new database. It is not stored anew for an order's acknowledgement: the order's row has that, and
 * rows only move forward.
 */
export function savedEngine({ recovered }: Pick<TradeStore, 'recovered'>): SavedEngine | null {
  const saved = engineValue(recovered, 'state') as unknown as SavedEngine | undefined;
  if (saved === undefined) return null;
  const working = new Set(recovered.orders.flatMap(({ id, state }) => (state === 'working' ? [id] : [])));
  const { created } = ORDER_STATE;
  const orders = saved.orders.map((order) =>
    order.state === created && working.has(order.id) ? { ...order, state: ORDER_STATE.working } : order,
  );
  return { ...saved, orders };
}

/** What the account holds beyond the bot's capital, stake currency, as first seen; undefined in a new database. */
export function storedOffset({ recovered }: TradeStore): number | undefined {
  return engineValue(recovered, 'offset') as number | undefined;
}

function engineValue({ values }: TradeStore['recovered'], name: string) {
  return values.find(({ scope, key }) => scope === 'engine' && key === name)?.value;
}

/**
 * Closed trades of sessions before, in the order in which they closed. Those before the latest thousand are two entries of no pair, which take the
 * realised profit to its peak and on to where it was: limits on losses reckon with all of it.
 */
export function closedTrades({ reader }: Pick<TradeStore, 'reader'>): SavedTrade[] {
  const { trades, before } = reader.closed(CLOSED_KEPT);
  const kept = trades.map(({ engine }) => engine as unknown as SavedTrade);
  if (before === null) return kept;
  const { profit, peak } = before;
  const summed = (profitAbs: number) => ({ ...kept[0]!, ...OF_NO_PAIR, openedAt: kept[0]!.closedAt, profitAbs });
  return [summed(peak), summed(profit - peak), ...kept];
}

/** Average prices of orders that were filled in part and are open, by id. */
export function averagesOf({ reader }: TradeStore): ReadonlyMap<number, number> {
  return new Map(
    reader.orders({ state: 'open' }).flatMap(({ id, average }) => (average === null ? [] : [[id, average] as const])),
  );
}

/** Venues that take the fee of a spot buy from what was bought, unless their coin pays it. */
const FEES_IN_BASE = ['binance', 'bybit', 'okx'];

/** A real account's fees of buys come out of what was bought. */
export function takesFeesInBase({ kind, name }: Pick<ExchangePort, 'kind' | 'name'>): boolean {
  return kind === 'spot' && FEES_IN_BASE.includes(name);
}

/** What the account holds of the stake currency. @throws TidegateError TRADE_BALANCE when that is nothing */
export async function stakeBalance(exchange: ExchangePort, stakeCurrency: string): Promise<number> {
  const held = (await exchange.balances()).find((b) => b.asset === stakeCurrency);
  if (held && held.total > 0) return held.total;
  throw new TidegateError('TRADE_BALANCE', `${exchange.account} holds no ${stakeCurrency}`, {
    remedy: `Deposit ${stakeCurrency}, move it to this account (spot and futures are apart), or set stakeCurrency.`,
  });
}

/** The end of a session whose key the exchange does not take any more. */
export function keyRefused(reason: string): TidegateError {
  return new TidegateError('TRADE_KEY', `the exchange refuses the key: ${reason}`, {
    remedy: 'Check the key, its permissions and its address list; stops stay at the exchange. Nothing more is sent.',
  });
}

/**
 * Whether profits rest at the exchange, as in a backtest, or are looked at with each close. On spot a stop and a profit hold the same coins: they rest
 * together where the exchange has such pairs, as long as no stop trails, since each move takes both off for a moment. Under netting the second of the
 * two to fill would open a position.
 */
export function profitsRest(
  { costs, netting, strategies, timeframe }: BacktestOptions,
  exchange: ExchangePort,
): boolean {
  if (!costs.roiRests || netting) return false;
  if (exchange.kind !== 'spot') return true;
  const moves = strategies.some((source) => {
    const { trailingStop, customStop } = makeStrategy(source, timeframe);
    return trailingStop || customStop !== undefined;
  });
  return exchange.capabilities.pairedExits && !moves;
}
