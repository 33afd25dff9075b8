import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TidegateError } from '../../foundation/errors.ts';
import { messageOf } from '../../foundation/message-of.ts';
import { CONTROL_CALLS } from './control.ts';
import { Pace } from './pace.ts';
import { Refusal } from './refusal.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import { RestDesk } from './rest.ts';
import { StreamServer } from './stream-server.ts';
import { exactJson } from './units.ts';

/** Where the replay exchange listens. */
export interface ServeOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Default 127.0.0.1. Any other address needs a token. */
  readonly host?: string;
  /** The control port asks for it as `Authorization: Bearer TOKEN`. */
  readonly token?: string;
  /** Market time per wall time; 0 or absent: lockstep. */
  readonly speed?: number;
  /** Monotone wall time, ms. */
  readonly wall?: () => number;
  /** Hears of a part of a recording that cannot be read while market time runs by itself; without it the error is thrown. */
  readonly onError?: (error: Error) => void;
}

/** A running replay exchange. */
export interface ReplayServer {
  readonly exchange: ReplayExchange;
  readonly rest: RestDesk;
  readonly pace: Pace;
  /** `http://127.0.0.1:PORT` of the exchange, and of its control interface. */
  readonly url: string;
  readonly controlUrl: string;
  /** Resolves once every client has read what its sockets were sent so far. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const MOST_BODY = 1 << 20;

/**
 * Serves a replay exchange over HTTP and WebSocket, and its control interface on a port of its own.
 * @throws TidegateError REPLAY_BIND_REFUSED for an address beyond this machine without a token
 */
export async function serveReplay(exchange: ReplayExchange, options: ServeOptions = {}): Promise<ReplayServer> {
  const {
    port = 0,
    controlPort = 0,
    host = '127.0.0.1',
    token,
    speed = 0,
    wall = () => performance.now(),
    onError = fail,
  } = options;
  if (!LOOPBACK.includes(host) && !token)
    throw new TidegateError('REPLAY_BIND_REFUSED', `the replay exchange does not listen on ${host} without a token`, {
      remedy: 'Leave the address at 127.0.0.1, or give --token.',
    });
  const rest = new RestDesk(exchange);
  const streams = new StreamServer(exchange, rest);
  const pace = new Pace(exchange, wall, onError);
  const main = createServer((request, response) => void answerRest(rest, request, response));
  main.on('upgrade', (request, socket, head) => streams.upgrade(request, socket, head));
  const control = createServer(
    (request, response) => void answerControl({ exchange, rest, pace }, token, request, response),
  );
  try {
    await listen(main, port, host);
    await listen(control, controlPort, host);
  } catch (error) {
    main.close();
    throw error;
  }
  pace.start(speed);
  return {
    exchange,
    rest,
    pace,
    url: urlOf(main, host),
    controlUrl: urlOf(control, host),
    flushed: () => streams.flushed(),
    async close() {
      pace.stop();
      streams.close();
      for (const server of [main, control]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

function fail(error: Error): void {
  throw error;
}

async function answerRest(rest: RestDesk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const key = request.headers['x-mbx-apikey'];
  const answer = rest.handle({
    method: request.method ?? 'GET',
    path: path.replace(/^\/(spot|futures)(?=\/(api|fapi|sapi|futures)\/)/, ''),
    query,
    body,
    apiKey: typeof key === 'string' ? key : null,
  });
  if (answer.transport === 'hold') return;
  if (answer.transport === 'reset') return request.socket.resetAndDestroy() as never;
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

async function answerControl(
  context: Parameters<(typeof CONTROL_CALLS)[string]>[0],
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(exactJson(value));
  };
  if (token && request.headers.authorization !== `Bearer ${token}`) return send(401, { error: 'a token is needed' });
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  const call = CONTROL_CALLS[`${request.method} ${path}`];
  if (!call) return send(404, { error: `no call ${request.method} ${path}`, calls: Object.keys(CONTROL_CALLS) });
  try {
    const text = await readBody(request);
    send(
      200,
      await call(context, text === '' ? {} : (JSON.parse(text) as Record<string, unknown>), new URLSearchParams(query)),
    );
  } catch (error) {
    const isKnown = error instanceof TidegateError || error instanceof Refusal || error instanceof SyntaxError;
    send(isKnown ? 400 : 500, { error: messageOf(error) });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BODY) {
      request.destroy();
      return '';
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new TidegateError('REPLAY_PORT_TAKEN', `cannot listen on ${host}:${port}: ${error.message}`, {
          remedy: 'Choose another port with --port and --control-port.',
          cause: error,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
