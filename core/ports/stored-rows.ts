import type { OrderSide, Side } from '../domain/trade.ts';

// What the trade store keeps, as plain rows. Times are ms UTC (fractions allowed), prices quote per base, amounts base units, money in the stake
// currency unless said. Ids are integers above 0 that the loop gives out, from `RecoveredState.next` on. `account` names an account at a venue:
// `binance:spot`.

/** Plain data: what JSON can say, NaN and infinities beside; it comes back as it was, except that -0 becomes 0. */
export type PlainData =
  | null
  | boolean
  | number
  | string
  | readonly PlainData[]
  | { readonly [key: string]: PlainData | undefined };

/**
 * What is known of a request that was stored before it was sent. `pending`: stored, nothing heard yet; `unknown`: sent, and it stays in flight until
 * evidence arrives; `confirmed`: the venue took it; `refused`: the venue said no; `denied`: it never left.
 */
export type IntentOutcome = 'pending' | 'unknown' | 'confirmed' | 'refused' | 'denied';

/** A request to the venue about an order. Its key is (id, attempt): writing it again replaces its outcome and detail. */
export interface StoredIntent {
  readonly id: number;
  readonly attempt: number;
  readonly request: 'place' | 'cancel' | 'amend';
  readonly order: number;
  readonly account: string;
  /** Client order id: two-character mark + hash(install id, epoch, intent id, attempt). No two `place` intents share one. */
  readonly clientId: string;
  readonly at: number;
  readonly outcome: IntentOutcome;
  /** When the outcome became known; null while it is not. */
  readonly settledAt: number | null;
  /** The venue's answer, or why it was denied. */
  readonly detail: string | null;
  /** What is to be sent, without secrets. */
  readonly body: PlainData;
}

export type StoredOrderState = 'created' | 'working' | 'filled' | 'cancelled' | 'rejected' | 'expired';

/** An order as it is now. Writing a known id replaces it, and leaves a transition where state, price, amount or filled amount changed. */
export interface StoredOrder {
  readonly id: number;
  readonly account: string;
  readonly strategy: string;
  readonly pair: string;
  readonly positionSide: Side;
  /** The trade that it belongs to; null while an entry has not filled. */
  readonly trade: number | null;
  /** The order that an execution module works it for; such a parent never leaves. */
  readonly parent: number | null;
  readonly purpose: 'entry' | 'exit' | 'stop' | 'roi' | 'liquidation';
  readonly kind: 'market' | 'limit' | 'stop';
  readonly side: OrderSide;
  /** Limit or trigger price; null for market orders. */
  readonly price: number | null;
  readonly amount: number;
  readonly filled: number;
  /** Average price of what filled; null before the first fill. */
  readonly average: number | null;
  /** The same in the instrument's integers, as the engine holds them. */
  readonly ticks: number;
  readonly lots: number;
  readonly filledLots: number;
  readonly state: StoredOrderState;
  readonly clientId: string | null;
  readonly exchangeId: string | null;
  readonly tag: string | null;
  /** Exit reason that its trade will carry, or why it was rejected. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What else the loop needs to make it again. */
  readonly engine: PlainData;
}

/** One step of an order's life. */
export interface OrderTransition {
  readonly order: number;
  readonly at: number;
  readonly state: StoredOrderState;
  readonly price: number | null;
  readonly amount: number;
  readonly filled: number;
  readonly reason: string | null;
}

/** A fill of an own order. (account, pair, exchangeId) is unique: a second row with the same key fails the commit. */
export interface StoredFill {
  /** The venue's trade id. */
  readonly exchangeId: string;
  readonly account: string;
  readonly pair: string;
  readonly order: number;
  readonly trade: number;
  readonly at: number;
  readonly side: OrderSide;
  readonly price: number;
  /** As the venue traded it. */
  readonly amount: number;
  readonly ticks: number;
  /** By which the position changed: on spot less than the amount where the fee is taken from it. */
  readonly lots: number;
  readonly fee: number;
  readonly feeAsset: string;
  /** The fee in stake currency, as the ledger booked it. */
  readonly feeStake: number;
  readonly isMaker: boolean;
}

/** A position from its first entry fill to its last exit fill, as it is now: open while `closedAt` is null. Writing a known id replaces it. */
export interface StoredTrade {
  readonly id: number;
  readonly account: string;
  readonly strategy: string;
  readonly pair: string;
  readonly side: Side;
  readonly timeframe: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly openRate: number;
  readonly closeRate: number | null;
  /** Base units held now; 0 when closed. */
  readonly amount: number;
  /** The most that was held. */
  readonly peakAmount: number;
  readonly stake: number;
  readonly leverage: number;
  readonly fees: number;
  readonly funding: number;
  /** Realised so far, fees and funding included. */
  readonly profitAbs: number;
  /** Of a closed trade; null while open. */
  readonly profitRatio: number | null;
  readonly entryTag: string | null;
  readonly exitReason: string | null;
  readonly exitTag: string | null;
  readonly initialStop: number | null;
  readonly stop: number | null;
  readonly liquidation: number | null;
  /** Lowest and highest prices seen while open. */
  readonly minRate: number;
  readonly maxRate: number;
  /** What else the loop needs to make the position again. */
  readonly engine: PlainData;
}

/** A funding payment that the ledger booked: received (+) or paid (-). (trade, at) is unique. */
export interface StoredFunding {
  readonly trade: number;
  readonly account: string;
  readonly pair: string;
  readonly at: number;
  readonly rate: number;
  readonly mark: number;
  readonly amount: number;
}

/** Which strategy owns (account, pair, side). Writing replaces; `strategy` null gives it up. */
export interface StoredOwner {
  readonly account: string;
  readonly pair: string;
  readonly side: Side;
  readonly strategy: string | null;
}

/** No new trades in a pair (`*` = all) until a time. The same (pair, side, source) replaces; an `until` in the past lifts it. */
export interface StoredLock {
  readonly pair: string;
  readonly side: Side | '*';
  /** Protection or operator that set it. */
  readonly source: string;
  readonly at: number;
  readonly until: number;
  readonly reason: string;
}

/** A value kept for a strategy (`strategy:Name`), a slot (`slot:Name/BTC/USDT`), a trade (`trade:12`), or the loop (`engine`). */
export interface StoredValue {
  readonly scope: string;
  readonly key: string;
  /** undefined removes it. */
  readonly value: PlainData | undefined;
}

/** Saved state of a kernel or model. A reader whose own `codeHash` differs re-warms instead. `bytes` null removes it. */
export interface StoredBlob {
  readonly name: string;
  readonly codeHash: string;
  readonly at: number;
  readonly bytes: Uint8Array | null;
}

/** How far a stream of the venue has been taken in: the last own trade id, ledger entry or update id seen. */
export interface StoredCursor {
  readonly account: string;
  /** `fills:BTC/USDT`, `funding`, … */
  readonly stream: string;
  readonly position: string;
}

export interface StoredEquity {
  readonly at: number;
  readonly account: string;
  readonly currency: string;
  readonly equity: number;
  readonly free: number;
  readonly openPositions: number;
}

/** A line of the append-only decision journal: what was decided or met, about what, and why. Rows are never changed or removed. */
export interface Decision {
  readonly at: number;
  readonly kind:
    | 'signal'
    | 'veto'
    | 'size'
    | 'order'
    | 'exit'
    | 'stop'
    | 'lock'
    | 'command'
    | 'alert'
    | 'reconcile'
    | 'learning'
    | 'gate';
  readonly strategy: string | null;
  readonly pair: string | null;
  readonly trade: number | null;
  readonly order: number | null;
  /** In words: `cooldown: BTC/USDT until 12:30`. */
  readonly reason: string;
  readonly data: PlainData;
}

/** An event of the engine in processing order, as the runtime encodes it. The store numbers them. */
export interface JournalledEvent {
  readonly at: number;
  readonly body: PlainData;
}
