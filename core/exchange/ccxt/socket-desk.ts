import type { ExchangeClock } from '../exchange-clock.ts';
import type { AccountStream } from './account-stream.ts';
import type { CandleDesk } from './candle-desk.ts';
import type { CcxtClient, CcxtSocket } from './ccxt-client.ts';
import type { ConnectionState } from './connection-state.ts';
import type { StreamDesk } from './stream-desk.ts';
import { StreamTap } from './stream-tap.ts';
import type { VenueProfile } from './venue-profile.ts';

export interface SocketDeskParts {
  readonly client: CcxtClient;
  readonly profile: VenueProfile;
  readonly clock: ExchangeClock;
  readonly streams: StreamDesk;
  readonly candles: CandleDesk;
  readonly account: AccountStream;
  readonly connection: ConnectionState;
}

/** ccxt's sockets: what they tell goes to the desks, what is lost is told, and what has gone silent or deaf is opened anew. */
export class SocketDesk {
  readonly #parts: SocketDeskParts;
  /** Sockets that ever told market data: the others are private. */
  readonly #public = new WeakSet<CcxtSocket>();
  readonly #timers = new Set<() => void>();
  readonly #tap: StreamTap;
  #wasLost = false;

  constructor(parts: SocketDeskParts) {
    this.#parts = parts;
    this.#tap = this.#listen();
    this.#ownTimers();
  }

  /** Market data of these pairs is silent: their sockets are dropped, and the feeds open new ones. */
  reset(pairs: readonly string[], reason: string): void {
    const serves = ({ subscriptions }: CcxtSocket) =>
      Object.keys(subscriptions ?? {}).some((key) => pairs.some((pair) => key.includes(pair)));
    for (const socket of this.#all()) if (serves(socket)) this.#drop(socket, reason);
  }

  /** The private stream is over or deaf: log in anew. */
  relogin(reason: string): void {
    const { account, client, profile, connection } = this.#parts;
    account.forgetAwaited();
    const sockets = this.#all();
    const privates = sockets.filter((socket) => !this.#public.has(socket));
    profile.forgetLogin?.(client);
    // Where everything shares one socket, everything is opened anew.
    for (const socket of privates.length > 0 ? privates : sockets) this.#drop(socket, reason);
    connection.resyncSoon(reason);
  }

  close(): void {
    this.#tap.close();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #listen(): StreamTap {
    const { client, profile, streams, candles, account, connection } = this.#parts;
    let current: CcxtSocket | null = null;
    const isPublic = () => {
      if (current) this.#public.add(current);
    };
    return new StreamTap(client, {
      message: (message, socket) => {
        current = socket;
        if (profile.isStreamOver?.(message)) this.relogin('the venue ended the private stream');
      },
      candle: (pair, timeframe, row, message) => {
        isPublic();
        candles.candle(pair, timeframe, row, message);
      },
      trade: (trade) => {
        isPublic();
        streams.trade(trade);
      },
      book: (book, socket, hash) => {
        this.#public.add(socket);
        streams.book(book, socket, hash);
      },
      ticker: (ticker) => {
        isPublic();
        streams.ticker(ticker);
      },
      funding: (funding) => {
        isPublic();
        streams.funding(funding);
      },
      liquidation: (liquidation) => {
        isPublic();
        streams.liquidation(liquidation);
      },
      order: (order) => account.order(order),
      fill: (trade) => account.fill(trade),
      position: (position) => account.position(position),
      balance: (totals) => account.balance(totals),
      connected: () => {
        connection.connected();
        if (!this.#wasLost || !account.isOpen) return;
        this.#wasLost = false;
        connection.resyncSoon('streams were opened again');
      },
      lost: (_socket, reason) => {
        this.#wasLost = true;
        connection.disconnected(reason);
      },
    });
  }

  /** ccxt renews logins by timers that would outlive us. */
  #ownTimers(): void {
    const { client, clock } = this.#parts;
    client.delay = (ms, method, ...args) => {
      const cancel = clock.after(ms, () => {
        this.#timers.delete(cancel);
        method.apply(client, args);
      });
      this.#timers.add(cancel);
    };
  }

  #all(): readonly CcxtSocket[] {
    // ccxt keeps a pseudo socket for logins that are under way.
    return Object.values(this.#parts.client.clients ?? {}).filter(({ url }) => /^wss?:/.test(url));
  }

  #drop(socket: CcxtSocket, reason: string): void {
    socket.onError(new Error(reason));
    // A half-open socket never answers a close.
    const connection = socket.connection as { readonly terminate?: () => void } | undefined;
    connection?.terminate?.();
  }
}
