import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import { clientOrderId } from '../../core/exchange/client-order-id.ts';
import { type ExchangeClock, wallClock } from '../../core/exchange/exchange-clock.ts';
import type { FaultOptions } from '../../core/exchange/replay/inject.ts';
import type { ReplayOptions } from '../../core/exchange/replay/replay-exchange.ts';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import type {
  AccountEvent,
  ConnectionEvent,
  ExchangePort,
  OrderRef,
  OrderRequest,
  StreamState,
} from '../../core/ports/exchange.ts';
import { KEY, testServer } from './replay-fixture.ts';

/** Waits of the adapter, shortened: what takes a second there takes this part of one here. */
const HASTE = 25;
export const hastyClock: ExchangeClock = { now: wallClock.now, after: (ms, call) => wallClock.after(ms / HASTE, call) };

/** The adapter on a replay exchange, with what it tells written down. */
export interface Rig {
  readonly server: ReplayServer;
  readonly exchange: ExchangePort;
  readonly pair: string;
  readonly account: AccountEvent[];
  readonly connection: ConnectionEvent[];
  /** An order with a new id; a market buy of 0.05 BTC unless said otherwise. */
  order(parts?: Partial<OrderRequest>): OrderRequest;
  refOf(order: OrderRequest): OrderRef;
  inject(name: string, options?: FaultOptions): void;
  advance(seconds: number): Promise<void>;
  jump(price: number): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  readonly kind?: 'spot' | 'perpetual';
  readonly key?: { readonly apiKey: string; readonly secret: string };
  readonly replay?: Partial<ReplayOptions>;
  readonly timeoutMs?: number;
  /** Silence of a stream that is stale, ms. */
  readonly staleMs?: number;
  readonly listen?: boolean;
}

/** Replay exchanges of the rigs that are open. */
const servers = new Set<ReplayServer>();

/** Starts a replay exchange in lockstep and opens the adapter on it. */
export async function rig(options: RigOptions = {}): Promise<Rig> {
  const { kind = 'perpetual', key = KEY, timeoutMs = 1_500, staleMs, listen = false } = options;
  const server = await testServer(options.replay);
  servers.add(server);
  const expected = (staleMs ?? 60_000) / 3;
  const exchange = await openExchange({
    name: 'binance',
    kind,
    keys: key,
    url: server.url,
    timeoutMs,
    clock: hastyClock,
    seed: 5,
    candleGraceMs: 1_000,
    expected: { candles: expected, trades: expected, book: expected, tickers: expected, funding: expected },
  });
  const connection: ConnectionEvent[] = [];
  const account: AccountEvent[] = [];
  exchange.watchConnection((event) => connection.push(event));
  await exchange.open();
  if (listen) {
    exchange.watchAccount((event) => account.push(event));
    await until(() => server.exchange.hub.connections.size > 0);
    await settled();
  }
  const pair = kind === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT';
  let intent = 0;
  return {
    server,
    exchange,
    pair,
    account,
    connection,
    order: (parts = {}) => ({
      clientOrderId: clientOrderId({ installId: 'faultytest01', epoch: 1, intent: ++intent, attempt: 0 }),
      pair,
      side: 'buy',
      kind: 'market',
      amount: 0.05,
      urgency: 'entry',
      ...parts,
    }),
    refOf: (order) => ({
      pair: order.pair,
      clientOrderId: order.clientOrderId,
      isTrigger: order.kind === 'stop' && kind === 'perpetual',
    }),
    inject: (name, parts = {}) =>
      server.exchange.faults.inject(name, { symbol: 'BTCUSDT', venue: kind === 'spot' ? 'spot' : 'futures', ...parts }),
    async advance(seconds) {
      for (let i = 0; i < seconds; i++) {
        server.exchange.advance(1_000);
        await new Promise((done) => setImmediate(done));
      }
      await settled();
    },
    async jump(price) {
      const market = server.exchange.markets(kind === 'spot' ? 'spot' : 'futures').get('BTCUSDT')!;
      market.script([[server.exchange.now, price]]);
      server.exchange.advance(1_000);
      await settled();
    },
    async close() {
      servers.delete(server);
      await exchange.close();
      await server.close();
    },
  };
}

/** Resolves when something has become true. */
export async function until(isSo: () => boolean, mostMs = 20_000): Promise<void> {
  const end = performance.now() + mostMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it did not come true: ${isSo}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Every socket has read what was sent so far, and there was time to digest it. */
export async function settled(): Promise<void> {
  for (const server of servers) await server.flushed();
  await new Promise((done) => setTimeout(done, 30));
}

/** A sink that writes down what it is told. */
export function written<Event>() {
  const events: Event[] = [];
  const states: StreamState[] = [];
  return {
    events,
    states,
    event: (event: Event) => events.push(event),
    state: (state: StreamState) => states.push(state),
  };
}
