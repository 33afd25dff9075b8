import type { Decision, StoredFill, StoredIntent, StoredOrder, StoredTrade } from '../../ports/stored-rows.ts';
import type { SessionStart } from '../../ports/trade-store.ts';

export const START: SessionStart = { mode: 'dry-run', at: 1_700_000_000_000, inputs: { strategies: ['EmaCross'] } };

export function order(id: number, over: Partial<StoredOrder> = {}): StoredOrder {
  return {
    id,
    account: 'binance:spot',
    strategy: 'EmaCross',
    pair: 'BTC/USDT',
    positionSide: 'long',
    trade: null,
    parent: null,
    purpose: 'entry',
    kind: 'limit',
    side: 'buy',
    price: 100.1,
    amount: 0.3,
    filled: 0,
    average: null,
    ticks: 10_010,
    lots: 3,
    filledLots: 0,
    state: 'created',
    clientId: `tg${id}`,
    exchangeId: null,
    tag: 'cross',
    reason: null,
    createdAt: START.at + id,
    updatedAt: START.at + id,
    engine: { leverage: 1 },
    ...over,
  };
}

export function intent(id: number, over: Partial<StoredIntent> = {}): StoredIntent {
  return {
    id,
    attempt: 1,
    request: 'place',
    order: id,
    account: 'binance:spot',
    clientId: `tg${id}`,
    at: START.at + id,
    outcome: 'pending',
    settledAt: null,
    detail: null,
    body: { type: 'limit', price: 100.1 },
    ...over,
  };
}

export function trade(id: number, over: Partial<StoredTrade> = {}): StoredTrade {
  return {
    id,
    account: 'binance:spot',
    strategy: 'EmaCross',
    pair: 'BTC/USDT',
    side: 'long',
    timeframe: '5m',
    openedAt: START.at + id,
    closedAt: null,
    openRate: 100.1,
    closeRate: null,
    amount: 0.3,
    peakAmount: 0.3,
    stake: 30.03,
    leverage: 1,
    fees: 0.03,
    funding: 0,
    profitAbs: 0,
    profitRatio: null,
    entryTag: 'cross',
    exitReason: null,
    exitTag: null,
    initialStop: 98,
    stop: 98,
    liquidation: null,
    minRate: 99,
    maxRate: 101,
    engine: { nextRoiAt: Number.POSITIVE_INFINITY, roiRatio: Number.NaN, cost: 0.1 + 0.2 },
    ...over,
  };
}

export function fill(id: number, over: Partial<StoredFill> = {}): StoredFill {
  return {
    exchangeId: `f${id}`,
    account: 'binance:spot',
    pair: 'BTC/USDT',
    order: id,
    trade: id,
    at: START.at + id,
    side: 'buy',
    price: 100.1,
    amount: 0.3,
    ticks: 10_010,
    lots: 3,
    fee: 0.0003,
    feeAsset: 'BTC',
    feeStake: 0.03,
    isMaker: true,
    ...over,
  };
}

export function decision(reason: string, over: Partial<Decision> = {}): Decision {
  return {
    at: START.at,
    kind: 'signal',
    strategy: 'EmaCross',
    pair: 'BTC/USDT',
    trade: null,
    order: null,
    reason,
    data: null,
    ...over,
  };
}
