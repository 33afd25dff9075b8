import { ORDER_STATE, type Order, PURPOSE, PURPOSE_NAMES } from '../../engine/order.ts';
import type { Position } from '../../engine/position.ts';
import type { Slot } from '../../engine/slot.ts';
import type { SavedTrade } from '../../engine/snapshot.ts';
import type { EngineClock } from '../../engine/time.ts';
import type { PlainData, StoredFill, StoredOrder, StoredOrderState, StoredTrade } from '../../ports/stored-rows.ts';
import type { FillMeta } from './session-journal.ts';

const STATES = Object.keys(ORDER_STATE) as StoredOrderState[];
const KINDS = ['market', 'limit', 'stop'] as const;

/** What the venue calls an order. */
export interface OrderNames {
  readonly clientId: string | null;
  readonly exchangeId: string | null;
}

/** How the session is called in every row. */
export interface RowContext {
  readonly account: string;
  readonly timeframe: string;
  readonly clock: EngineClock;
}

/** An order as the store keeps it. `trade`: the position that it belongs to. */
export function orderRow(
  { account, clock }: RowContext,
  order: Order,
  trade: number | null,
  names: OrderNames,
  average: number | null,
  now: number,
): StoredOrder {
  const { slot, sign } = order;
  const { instrument, pair } = slot.pair;
  const isEntry = order.purpose === 0;
  return {
    id: order.id,
    account,
    strategy: slot.strategyName,
    pair,
    positionSide: sign > 0 === isEntry ? 'long' : 'short',
    trade,
    parent: null,
    purpose: PURPOSE_NAMES[order.purpose]!,
    kind: KINDS[order.kind]!,
    side: sign > 0 ? 'buy' : 'sell',
    price: order.ticks > 0 ? instrument.price(order.ticks) : null,
    amount: instrument.amount(order.lots),
    filled: instrument.amount(order.filledLots),
    average,
    ticks: order.ticks,
    lots: order.lots,
    filledLots: order.filledLots,
    state: STATES[order.state]!,
    ...names,
    tag: order.tag,
    // A stop and a profit say by themselves what they are for.
    reason: order.purpose === PURPOSE.exit ? order.reason : null,
    createdAt: clock.toMs(order.createdAt),
    updatedAt: now,
    engine: null,
  };
}

/** A fill as the store keeps it; `fee` as the ledger booked it. */
export function fillRow(
  { account }: RowContext,
  order: Order,
  fill: { readonly ticks: number; readonly lots: number; readonly fee: number; readonly maker: number },
  trade: number,
  meta: FillMeta,
  at: number,
): StoredFill {
  const { instrument, pair } = order.slot.pair;
  return {
    exchangeId: meta.exchangeId,
    account,
    pair,
    order: order.id,
    trade,
    at,
    side: order.sign > 0 ? 'buy' : 'sell',
    price: instrument.price(fill.ticks),
    amount: meta.amount ?? instrument.amount(fill.lots),
    ticks: fill.ticks,
    lots: fill.lots,
    fee: meta.fee,
    feeAsset: meta.feeAsset,
    feeStake: fill.fee,
    isMaker: fill.maker === 1,
  };
}

/** An open position as the store keeps it. */
export function openTradeRow({ account, timeframe, clock }: RowContext, position: Position): StoredTrade {
  const { instrument, slot } = position;
  const price = (ticks: number) => (ticks > 0 ? instrument.price(ticks) : null);
  const isLong = position.sign > 0;
  return {
    id: position.id,
    account,
    strategy: slot.strategyName,
    pair: position.pair,
    side: position.side,
    timeframe,
    openedAt: clock.toMs(position.openedAt),
    closedAt: null,
    openRate: position.openRate,
    closeRate: null,
    amount: position.amount,
    peakAmount: instrument.amount(position.peakLots),
    stake: position.margin,
    leverage: position.leverage,
    fees: position.totalEntryFees + position.exitFees,
    funding: position.funding,
    profitAbs: position.realised,
    profitRatio: null,
    entryTag: position.entryTag,
    exitReason: null,
    exitTag: null,
    initialStop: price(position.initialStopTicks),
    stop: price(position.stopTicks),
    liquidation: position.liquidation > 0 ? position.liquidation : null,
    minRate: isLong ? position.worstRate : position.bestRate,
    maxRate: isLong ? position.bestRate : position.worstRate,
    engine: null,
  };
}

/** A closed trade as the store keeps it; the whole row of the engine's log goes along, for the next start. */
export function closedTradeRow({ account, timeframe, clock }: RowContext, trade: SavedTrade, slot: Slot): StoredTrade {
  const { instrument, pair } = slot.pair;
  const number = (field: keyof SavedTrade) => Number(trade[field]);
  const price = (ticks: number) => (ticks > 0 ? instrument.price(ticks) : null);
  return {
    id: number('position'),
    account,
    strategy: slot.strategyName,
    pair,
    side: number('sign') > 0 ? 'long' : 'short',
    timeframe,
    openedAt: clock.toMs(number('openedAt')),
    closedAt: clock.toMs(number('closedAt')),
    openRate: number('openRate'),
    closeRate: number('closeRate'),
    amount: 0,
    peakAmount: instrument.amount(number('lots')),
    stake: number('stake'),
    leverage: number('leverage'),
    fees: number('fees'),
    funding: number('funding'),
    profitAbs: number('profitAbs'),
    profitRatio: number('profitRatio'),
    entryTag: trade.entryTag as string | null,
    exitReason: trade.reason as string | null,
    exitTag: trade.exitTag as string | null,
    initialStop: price(number('initialStop')),
    stop: price(number('lastStop')),
    liquidation: number('liquidation') > 0 ? number('liquidation') : null,
    minRate: number('minRate'),
    maxRate: number('maxRate'),
    engine: trade as unknown as PlainData,
  };
}
