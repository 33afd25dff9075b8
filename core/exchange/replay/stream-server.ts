import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { ReplayExchange } from './replay-exchange.ts';
import type { VenueName } from './replay-symbol.ts';
import type { RestDesk } from './rest.ts';
import type { StreamConnection } from './stream-hub.ts';
import { answerWsApi } from './ws-api.ts';

/** What a socket's address asks for. */
export interface StreamAddress {
  readonly venue: VenueName;
  readonly isApi: boolean;
  readonly isCombined: boolean;
  readonly listenKey: string | null;
  readonly streams: readonly string[];
}

/**
 * Reads an address. `/spot/...` and `/futures/...` name the market; without them `/stream` in the path means spot, as ccxt has it.
 * `/ws/NAME/NAME` and `/stream?streams=NAME/NAME` subscribe at once; `?listenKey=` or a listen key as name is the private stream.
 */
export function streamAddress(url: string): StreamAddress {
  const parsed = new URL(url, 'ws://replay');
  const forced = /^\/(spot|futures)\//.exec(parsed.pathname)?.[1] as VenueName | undefined;
  const path = forced ? parsed.pathname.slice(forced.length + 1) : parsed.pathname;
  const isApi = path.startsWith('/ws-api');
  const venue = forced ?? (isApi || path.includes('/stream') ? 'spot' : 'futures');
  const isCombined = /\/stream\/?$/.test(path);
  const names = (isCombined ? (parsed.searchParams.get('streams') ?? '') : (/\/ws\/(.+)$/.exec(path)?.[1] ?? '')).split(
    '/',
  );
  const listenKey = parsed.searchParams.get('listenKey') ?? names.find((name) => /^[0-9a-f]{64}$/.test(name)) ?? null;
  return { venue, isApi, isCombined, listenKey, streams: names.filter((name) => /[@!]/.test(name)) };
}

/** WebSocket side of the replay exchange. */
export class StreamServer {
  readonly #exchange: ReplayExchange;
  readonly #rest: RestDesk;
  readonly #wss = new WebSocketServer({ noServer: true, autoPong: false });

  constructor(exchange: ReplayExchange, rest: RestDesk) {
    this.#exchange = exchange;
    this.#rest = rest;
  }

  /** Takes over an HTTP connection that wants to be a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#wss.handleUpgrade(request, socket, head, (ws) => this.#open(ws, request.url ?? '/'));
  }

  /** Resolves once every socket has been heard to have read what was sent so far; one that answers no ping within `limitMs` is not waited for. */
  async flushed(limitMs = 5_000): Promise<void> {
    await Promise.all([...this.#wss.clients].map((ws) => answered(ws, limitMs)));
  }

  close(): void {
    for (const ws of this.#wss.clients) ws.terminate();
    this.#wss.close();
  }

  #open(ws: WebSocket, url: string): void {
    const { hub, streams } = this.#exchange;
    const address = streamAddress(url);
    const connection = hub.open(address.venue, {
      send: (text) => ws.send(text),
      close: (code) => (code === 1_006 ? ws.terminate() : ws.close(code)),
    });
    connection.isCombined = address.isCombined;
    connection.listenKey = address.listenKey;
    for (const name of address.streams) if (streams.begin(address.venue, name)) hub.subscribe(connection, name);
    ws.on('ping', (data) => {
      if (!connection.isFrozen) ws.pong(data);
    });
    ws.on('message', (data) => this.#message(connection, data, address.isApi));
    ws.on('error', () => ws.terminate());
    ws.on('close', () => hub.close(connection));
  }

  #message(connection: StreamConnection, data: RawData, isApi: boolean): void {
    const { hub } = this.#exchange;
    const message = parse(data);
    if (!message) return hub.send(connection, '{"error":{"code":3,"msg":"Invalid JSON"}}');
    if (isApi) return hub.send(connection, answerWsApi(this.#exchange, this.#rest, connection, message));
    const id = message.id ?? null;
    const names = Array.isArray(message.params) ? message.params.filter((p) => typeof p === 'string') : [];
    if (message.method === 'LIST_SUBSCRIPTIONS') return this.#reply(connection, id, [...connection.streams]);
    if (message.method === 'SUBSCRIBE') {
      const wrong = names.find((name) => !this.#exchange.streams.begin(connection.venue, name));
      if (wrong !== undefined)
        return hub.send(
          connection,
          JSON.stringify({ id, error: { code: 2, msg: `Invalid request: unknown stream ${wrong}` } }),
        );
      // The answer comes before the first event: clients fetch their snapshot when they see it.
      this.#reply(connection, id, null);
      for (const name of names) hub.subscribe(connection, name);
      return;
    }
    if (message.method === 'UNSUBSCRIBE') for (const name of names) hub.unsubscribe(connection, name);
    this.#reply(connection, id, null);
  }

  #reply(connection: StreamConnection, id: unknown, result: unknown): void {
    this.#exchange.hub.send(connection, JSON.stringify({ result, id }));
  }
}

/** A ping goes behind everything that was sent before it. */
function answered(ws: WebSocket, limitMs: number): Promise<void> {
  if (ws.readyState !== ws.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ws.off('pong', done).off('close', done);
      resolve();
    };
    const timer = setTimeout(done, limitMs);
    ws.on('pong', done).on('close', done);
    ws.ping();
  });
}

function parse(data: RawData): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
