import { createHash } from 'node:crypto';
import type { VenueName } from './replay-symbol.ts';
import { exactJson } from './units.ts';

/** A client's socket, as the hub sees it. */
export interface StreamSocket {
  send(text: string): void;
  /** Ends it: 1006 = without a closing handshake. */
  close(code: number): void;
}

/** One connection with its subscriptions. */
export interface StreamConnection {
  readonly id: number;
  readonly venue: VenueName;
  readonly socket: StreamSocket;
  readonly streams: Set<string>;
  /** Wraps payloads as `{stream, data}`. */
  isCombined: boolean;
  /** Futures user data. */
  listenKey: string | null;
  /** Spot user data. */
  subscriptionId: number | null;
  /** Half open (fault F20): nothing is sent, pings stay unanswered. */
  isFrozen: boolean;
}

/** What happens to private events on their way out (fault F23). */
export type UserTamper = (venue: VenueName, event: object) => readonly object[];

/**
 * Connections and who hears what. Everything sent goes through here, and into a running hash, so that two runs can be compared byte by byte.
 */
export class StreamHub {
  readonly connections = new Set<StreamConnection>();
  readonly #streams: Readonly<Record<VenueName, Map<string, Set<StreamConnection>>>> = {
    spot: new Map(),
    futures: new Map(),
  };
  readonly #isKeyValid: (key: string) => boolean;
  #hash = createHash('sha256');
  #nextId = 1;
  sent = 0;
  privateEvents = 0;
  tamper: UserTamper | null = null;

  constructor(isKeyValid: (listenKey: string) => boolean) {
    this.#isKeyValid = isKeyValid;
  }

  open(venue: VenueName, socket: StreamSocket): StreamConnection {
    const connection: StreamConnection = {
      id: this.#nextId++,
      venue,
      socket,
      streams: new Set(),
      isCombined: false,
      listenKey: null,
      subscriptionId: null,
      isFrozen: false,
    };
    this.connections.add(connection);
    return connection;
  }

  close(connection: StreamConnection): void {
    this.connections.delete(connection);
    for (const stream of connection.streams) this.unsubscribe(connection, stream);
  }

  subscribe(connection: StreamConnection, stream: string): void {
    const map = this.#streams[connection.venue];
    let heard = map.get(stream);
    if (!heard) {
      heard = new Set();
      map.set(stream, heard);
    }
    heard.add(connection);
    connection.streams.add(stream);
  }

  unsubscribe(connection: StreamConnection, stream: string): void {
    const map = this.#streams[connection.venue];
    const heard = map.get(stream);
    heard?.delete(connection);
    if (heard?.size === 0) map.delete(stream);
    connection.streams.delete(stream);
  }

  /** Streams that someone listens to. */
  streams(venue: VenueName): Iterable<string> {
    return this.#streams[venue].keys();
  }

  isQuiet(venue: VenueName): boolean {
    return this.#streams[venue].size === 0;
  }

  publish(venue: VenueName, stream: string, payload: object): void {
    const heard = this.#streams[venue].get(stream);
    if (!heard) return;
    const text = exactJson(payload);
    const wrapped = `{"stream":${JSON.stringify(stream)},"data":${text}}`;
    for (const connection of heard) this.send(connection, connection.isCombined ? wrapped : text);
  }

  publishUser(venue: VenueName, event: object): void {
    this.privateEvents++;
    for (const out of this.tamper ? this.tamper(venue, event) : [event]) this.#toUsers(venue, out);
  }

  #toUsers(venue: VenueName, event: object): void {
    for (const connection of this.connections) {
      if (connection.venue !== venue) continue;
      if (venue === 'spot' && connection.subscriptionId !== null)
        this.send(connection, exactJson({ subscriptionId: connection.subscriptionId, event }));
      else if (connection.listenKey !== null && this.#isKeyValid(connection.listenKey)) {
        const text = exactJson(event);
        this.send(connection, connection.isCombined ? `{"stream":"${connection.listenKey}","data":${text}}` : text);
      }
    }
  }

  send(connection: StreamConnection, text: string): void {
    if (connection.isFrozen) return;
    this.note(`${connection.id} ${text}`);
    this.sent++;
    connection.socket.send(text);
  }

  /** Adds bytes to the running hash of everything that left the exchange. */
  note(text: string): void {
    this.#hash.update(text).update('\n');
  }

  /** SHA-256 of everything that has left so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}
