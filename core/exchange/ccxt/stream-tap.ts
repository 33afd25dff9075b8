import { messageOf } from '../../foundation/message-of.ts';
import type { CandleRow } from '../candle-closer.ts';
import type {
  CcxtBook,
  CcxtClient,
  CcxtFunding,
  CcxtLiquidation,
  CcxtOrder,
  CcxtPosition,
  CcxtSocket,
  CcxtTicker,
  CcxtTrade,
} from './ccxt-client.ts';

/** What ccxt parsed from its sockets, each thing once and in order. */
export interface TapHandlers {
  candle(pair: string, timeframe: string, row: CandleRow, message: unknown): void;
  trade(trade: CcxtTrade): void;
  book(book: CcxtBook, socket: CcxtSocket, hash: string): void;
  ticker(ticker: CcxtTicker): void;
  funding(funding: CcxtFunding): void;
  liquidation(liquidation: CcxtLiquidation): void;
  order(order: CcxtOrder): void;
  fill(trade: CcxtTrade): void;
  position(position: CcxtPosition): void;
  balance(totals: Readonly<Record<string, number | undefined | null>>): void;
  /** Every message before it is parsed. */
  message(message: unknown, socket: CcxtSocket): void;
  connected(socket: CcxtSocket): void;
  lost(socket: CcxtSocket, reason: string): void;
}

/** A promise of ccxt's that fails while nobody waits (a socket closed as it opens) must not end the process: whoever waits is told as before. */
function quiet<Told>(future: Promise<Told>): Promise<Told> {
  future.catch(() => {});
  return future;
}

type Fields = Readonly<Record<string, unknown>>;
interface Cache extends ReadonlyArray<unknown> {
  append(item: unknown): void;
}

/** Rows of a candle cache that are news when it is first seen: the forming candle and the one before. */
const FIRST_ROWS = 2;

/**
 * Listens at ccxt's sockets and caches instead of waiting for its promises: a promise tells the last state only, and what arrives before it is awaited
 * again is lost to the waiter (two candles of one burst, two fills of one order). Its subscriptions still come from ccxt's watch calls.
 */
export class StreamTap {
  readonly #client: CcxtClient;
  readonly #on: TapHandlers;
  readonly #tapped = new WeakSet<object>();
  readonly #seen = new WeakSet<object>();
  #message: unknown = null;
  #isClosed = false;

  constructor(client: CcxtClient, handlers: TapHandlers) {
    this.#client = client;
    this.#on = handlers;
    this.#wrap();
  }

  /** No more sockets: a login that was under way must not open one for a client that is closed. */
  close(): void {
    this.#isClosed = true;
  }

  #wrap(): void {
    const client = this.#client;
    const { client: socketOf, handleMessage, onError, onClose } = client;
    client.client = (url) => {
      if (this.#isClosed) throw new Error('the exchange was closed');
      const socket = socketOf.call(client, url);
      if (this.#tapped.has(socket)) return socket;
      this.#tapped.add(socket);
      const { resolve, future } = socket;
      Object.values(socket.futures).forEach(quiet);
      socket.future = (hash) => quiet(future.call(socket, hash));
      socket.resolve = (result, hash) => {
        this.#resolved(result, socket, hash ?? '');
        return resolve.call(socket, result, hash);
      };
      return socket;
    };
    client.handleMessage = (socket, message) => {
      this.#message = message;
      try {
        this.#on.message(message, socket);
        handleMessage.call(client, socket, message);
      } finally {
        this.#message = null;
      }
    };
    client.onError = (socket, error) => {
      this.#on.lost(socket, messageOf(error));
      onError.call(client, socket, error);
    };
    client.onClose = (socket, event) => {
      this.#on.lost(socket, `closed, code ${String((event as { readonly code?: unknown } | null)?.code ?? 'unknown')}`);
      onClose.call(client, socket, event);
    };
    (client as unknown as { onConnected: (socket: CcxtSocket) => void }).onConnected = (socket) =>
      this.#on.connected(socket);
  }

  #resolved(result: unknown, socket: CcxtSocket, hash: string): void {
    if (typeof result !== 'object' || result === null) return;
    if (Array.isArray(result)) {
      // [pair, timeframe, cache]
      const cache = isCache(result) ? result : isCache(result[2]) ? result[2] : null;
      if (cache) this.#tapCache(cache);
      else for (const item of result) this.#item(item);
      return;
    }
    const fields = result as Fields;
    if (Array.isArray(fields.bids) && Array.isArray(fields.asks))
      this.#on.book(fields as unknown as CcxtBook, socket, hash);
    else if (typeof fields.symbol === 'string') this.#item(fields);
    else if (typeof fields.total === 'object' && fields.total !== null)
      this.#on.balance(fields.total as Readonly<Record<string, number | undefined>>);
    else for (const item of Object.values(fields)) this.#item(item);
  }

  /** From now on every item that ccxt appends to a cache comes here at once; what it holds already is told first. */
  #tapCache(cache: Cache): void {
    if (this.#tapped.has(cache)) return;
    this.#tapped.add(cache);
    const tell = this.#teller(cache);
    const known = Array.isArray(cache[0]) ? cache.slice(-FIRST_ROWS) : [...cache];
    const append = cache.append.bind(cache);
    cache.append = (item) => {
      append(item);
      tell(item);
    };
    for (const item of known) tell(item);
  }

  #teller(cache: Cache): (item: unknown) => void {
    const client = this.#client;
    for (const [pair, frames] of Object.entries(client.ohlcvs))
      for (const [timeframe, rows] of Object.entries(frames ?? {}))
        if (rows === cache)
          return (row) => this.#on.candle(pair, timeframe, candleRow(row as readonly unknown[]), this.#message);
    if (cache === client.myTrades) return (item) => this.#on.fill(item as CcxtTrade);
    // A copy: ccxt changes the objects that it keeps.
    return (item) => {
      if (isOrder(item)) this.#on.order({ ...item });
      else this.#item(item);
    };
  }

  #item(item: unknown): void {
    if (typeof item !== 'object' || item === null || this.#seen.has(item)) return;
    const fields = item as Fields;
    if (typeof fields.symbol !== 'string') return;
    this.#seen.add(item);
    if (isOrder(item)) this.#on.order({ ...item });
    else if ('baseValue' in fields && 'quoteValue' in fields) this.#on.liquidation(fields as CcxtLiquidation);
    else if ('entryPrice' in fields) this.#on.position(fields as CcxtPosition);
    else if ('fundingRate' in fields) this.#on.funding(fields as CcxtFunding);
    else if ('takerOrMaker' in fields) this.#on.trade(fields as CcxtTrade);
    else if ('quoteVolume' in fields) this.#on.ticker(fields as CcxtTicker);
  }
}

function isCache(value: unknown): value is Cache {
  return Array.isArray(value) && typeof (value as unknown as Partial<Cache>).append === 'function';
}

function isOrder(item: unknown): item is CcxtOrder {
  return typeof item === 'object' && item !== null && 'filled' in item && 'status' in item;
}

function candleRow(row: readonly unknown[]): CandleRow {
  const at = (i: number) => Number(row[i] ?? Number.NaN);
  return [at(0), at(1), at(2), at(3), at(4), at(5)];
}
