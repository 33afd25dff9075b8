import type {
  Decision,
  JournalledEvent,
  OrderTransition,
  PlainData,
  StoredBlob,
  StoredCursor,
  StoredEquity,
  StoredFill,
  StoredFunding,
  StoredIntent,
  StoredLock,
  StoredOrder,
  StoredOwner,
  StoredTrade,
  StoredValue,
} from './stored-rows.ts';

/** What one step of the loop changed. All of it becomes durable at once, or none. */
export interface StoreBatch {
  readonly intents?: readonly StoredIntent[];
  readonly orders?: readonly StoredOrder[];
  readonly fills?: readonly StoredFill[];
  readonly trades?: readonly StoredTrade[];
  readonly funding?: readonly StoredFunding[];
  readonly owners?: readonly StoredOwner[];
  readonly locks?: readonly StoredLock[];
  readonly values?: readonly StoredValue[];
  readonly blobs?: readonly StoredBlob[];
  readonly cursors?: readonly StoredCursor[];
  readonly equity?: readonly StoredEquity[];
  readonly decisions?: readonly Decision[];
  readonly journal?: readonly JournalledEvent[];
  /**
   * `full` (default): acknowledged once the disk has it. `quotes`: acknowledged once written; a power cut may take the last ones, a kill does not.
   * For a market maker's quotes, which recovery cancels by their mark; never for fills.
   */
  readonly durability?: 'full' | 'quotes';
}

/** A batch is durable. */
export interface CommitAck {
  /** Number of the last journalled event; 0 when there is none yet. */
  readonly journal: number;
  /** Time of the group's commit, the disk's own sync included, ms; and batches in it. */
  readonly commitMs: number;
  readonly groupSize: number;
}

/** What a start of the bot says of itself. */
export interface SessionStart {
  readonly mode: 'dry-run' | 'testnet' | 'live';
  readonly at: number;
  /** Strategies, settings, code and package hashes: what `compare` and a replay need. */
  readonly inputs: PlainData;
}

export interface StoredSession extends SessionStart {
  readonly id: number;
  readonly epoch: number;
  /** Null: it is running, or it was killed. */
  readonly endedAt: number | null;
  /** Number of its first journalled event. */
  readonly firstEvent: number;
}

/** What the store knew when it was opened. Start-up is recovery: there is no other way in. */
export interface RecoveredState {
  /** Twelve letters and digits, made once per database; survives backup and restore. */
  readonly installId: string;
  /** Bumped whenever the database is not the one that was last closed or killed here: a restored backup, a copy, a file taken back in time. */
  readonly epoch: number;
  /** True when this opening bumped it: orders may be at the venue that the store has never heard of. */
  readonly isRestored: boolean;
  readonly session: StoredSession;
  /** The one before; null in a new database. Its `endedAt` is null after a crash. */
  readonly previous: StoredSession | null;
  /** Intents `pending` or `unknown`, oldest first. */
  readonly intents: readonly StoredIntent[];
  /** Orders `created` or `working`, oldest first. */
  readonly orders: readonly StoredOrder[];
  /** Open trades, oldest first. */
  readonly positions: readonly StoredTrade[];
  readonly owners: readonly StoredOwner[];
  /** Locks whose `until` is after the session's start. */
  readonly locks: readonly StoredLock[];
  readonly values: readonly StoredValue[];
  readonly blobs: readonly StoredBlob[];
  readonly cursors: readonly StoredCursor[];
  /** Last equity point of each account. */
  readonly equity: readonly StoredEquity[];
  /** Number of the last journalled event; 0 when there is none. */
  readonly journal: number;
  /** The next free ids. */
  readonly next: { readonly intent: number; readonly order: number; readonly trade: number };
}

export interface TradeQuery {
  readonly strategy?: string;
  readonly pair?: string;
  readonly state?: 'open' | 'closed';
  /** Opened in [from, to), ms UTC. */
  readonly from?: number;
  readonly to?: number;
  /** The latest ones only; they come oldest first all the same. */
  readonly limit?: number;
}

export interface OrderQuery {
  readonly trade?: number;
  readonly pair?: string;
  readonly state?: 'open' | 'closed';
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}

export interface DecisionQuery {
  readonly trade?: number;
  readonly pair?: string;
  readonly kind?: Decision['kind'];
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}

/** A journalled event with its number. */
export interface NumberedEvent extends JournalledEvent {
  readonly seq: number;
  readonly session: number;
}

/** Reads what has been acknowledged, on a connection of its own that cannot write. Answers are oldest first. */
export interface TradeReader {
  readonly path: string;
  readonly installId: string;
  sessions(): readonly StoredSession[];
  trades(query?: TradeQuery): readonly StoredTrade[];
  trade(id: number): StoredTrade | null;
  /** The bot's own closed trades in the order in which they closed: the latest `limit`, and what the profits of those before them came to. */
  closed(limit: number): {
    readonly trades: readonly StoredTrade[];
    /** Sum of profits, and its highest so far (0 at the start), stake currency; null where there are none before. */
    readonly before: { readonly profit: number; readonly peak: number } | null;
  };
  orders(query?: OrderQuery): readonly StoredOrder[];
  /** By what the venue calls it: client id or exchange id. */
  orderOf(account: string, id: string): StoredOrder | null;
  transitions(order: number): readonly OrderTransition[];
  intents(order: number): readonly StoredIntent[];
  /** The request that placed an order under a client id, or moved one to it. */
  placeOf(account: string, clientId: string): StoredIntent | null;
  fills(query?: { readonly trade?: number; readonly order?: number }): readonly StoredFill[];
  hasFill(account: string, pair: string, exchangeId: string): boolean;
  funding(trade: number): readonly StoredFunding[];
  locks(): readonly StoredLock[];
  values(scope: string): readonly StoredValue[];
  equity(query?: { readonly from?: number; readonly to?: number }): readonly StoredEquity[];
  decisions(query?: DecisionQuery): readonly (Decision & { readonly seq: number })[];
  /** Events with `seq` > after, at most `limit`: page through a long journal. */
  journal(after: number, limit: number): readonly NumberedEvent[];
  /** Times of the first and the last event of each session that journalled any: market time, which in a replay is another than the session's `at`. */
  journalSpans(): readonly { readonly session: number; readonly from: number; readonly to: number }[];
  close(): void;
}

/**
 * The trade store as the loop uses it. A failed write is final: the batch and everything after it is refused with the same error, so that memory
 * and disk never part; the loop stops trading and leaves the exchange's own stops in place.
 */
export interface TradeStore {
  readonly path: string;
  readonly recovered: RecoveredState;
  readonly reader: TradeReader;
  /**
   * Makes a batch durable. Batches are applied in the order of the calls; those that wait share one disk sync. Orders may leave once it resolves.
   * @throws TidegateError STORE_FULL, STORE_READ_ONLY, STORE_WRITE, STORE_CONFLICT (a row that contradicts a stored one), STORE_CLOSED
   */
  commit(batch: StoreBatch): Promise<CommitAck>;
  /** Writes a consistent copy while trading goes on. Opening the copy bumps its epoch. */
  backup(path: string): Promise<void>;
  /** Ends the session (`endedAt`), after everything that was committed before. */
  close(at: number): Promise<void>;
}
