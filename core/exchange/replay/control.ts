import { timeframe } from '../../domain/timeframe.ts';
import { TidegateError } from '../../foundation/errors.ts';
import { FAULTS } from './fault-catalogue.ts';
import type { FaultStorm } from './fault-desk.ts';
import { groundTruth } from './ground-truth.ts';
import type { FaultOptions } from './inject.ts';
import type { Pace } from './pace.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import type { VenueName } from './replay-symbol.ts';
import type { RestDesk } from './rest.ts';

/** What control calls act on. */
export interface ControlContext {
  readonly exchange: ReplayExchange;
  readonly rest: RestDesk;
  readonly pace: Pace;
}

type Body = Readonly<Record<string, unknown>>;
type Call = (context: ControlContext, body: Body, query: URLSearchParams) => unknown;

const VENUES: readonly VenueName[] = ['spot', 'futures'];

function state({ exchange, rest, pace }: ControlContext): object {
  return {
    marketTime: exchange.now,
    sessionTime: exchange.session.now(),
    stepMs: exchange.stepMs,
    speed: pace.speed,
    lagMs: pace.lagMs,
    requests: rest.requests,
    requestsWhileBanned: VENUES.reduce((sum, venue) => sum + exchange.limits[venue].requestsWhileBanned, 0),
    connections: exchange.hub.connections.size,
    messagesSent: exchange.hub.sent,
    liquidations: exchange.liquidations,
    pendingFaults: exchange.faults.pending,
    digest: exchange.hub.digest(),
  };
}

/** Positive number from a body. */
function number(body: Body, name: string, fallback?: number): number {
  const value = body[name] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TidegateError('REPLAY_CONTROL', `"${name}" must be a number, not ${JSON.stringify(value)}`, {
    remedy: 'Send a JSON body with numbers.',
  });
}

async function advance(context: ControlContext, body: Body): Promise<object> {
  const { exchange } = context;
  await exchange.advanceReading(
    body.toMs === undefined ? number(body, 'ms') : Math.max(0, number(body, 'toMs') - exchange.now),
  );
  return state(context);
}

/** Lockstep: the client is idle. Goes on by one step, to the end of a candle, or until it has something private to hear. */
async function idle(context: ControlContext, body: Body): Promise<object> {
  const { exchange } = context;
  const most = exchange.now + number(body, 'maxMs', 86_400_000);
  if (typeof body.until === 'string' && body.until !== 'event')
    await exchange.advanceReading(
      timeframe(body.until).closeOf(timeframe(body.until).openOf(exchange.now)) - exchange.now,
    );
  else if (body.until === 'event') {
    const before = exchange.hub.privateEvents;
    while (exchange.hub.privateEvents === before && exchange.now < most) await exchange.advanceReading(exchange.stepMs);
  } else await exchange.advanceReading(exchange.stepMs);
  return state(context);
}

function markets({ exchange }: ControlContext, body: Body) {
  const found = VENUES.filter((venue) => body.venue === undefined || body.venue === venue)
    .map((venue) => exchange.markets(venue).get(String(body.symbol)))
    .filter((market) => market !== undefined);
  if (found.length === 0)
    throw new TidegateError('REPLAY_CONTROL', `there is no symbol ${JSON.stringify(body.symbol)}`, {
      remedy: 'Write it as the exchange does: BTCUSDT.',
    });
  return found;
}

/** Prices set by hand: `price` now and on, `points` as [ms from now, price] rows, or `points: null` for the recorded path. */
function path(context: ControlContext, body: Body): object {
  const { exchange } = context;
  const points =
    body.price !== undefined
      ? [[0, number(body, 'price')] as const]
      : (body.points as readonly (readonly [number, number])[] | null);
  const found = markets(context, body);
  if (found.some((market) => market.book.queues))
    throw new TidegateError(
      'REPLAY_CONTROL',
      `${String(body.symbol)} plays a recorded book, whose prices are not set`,
      {
        remedy: 'Replay candles (without --ticks) to script prices.',
      },
    );
  for (const market of found) market.script(points?.map(([ms, price]) => [exchange.now + ms, price] as const) ?? null);
  return state(context);
}

/** The calls of the control interface, by `METHOD /path`. */
export const CONTROL_CALLS: Readonly<Record<string, Call>> = {
  'GET /state': (context) => state(context),
  'POST /advance': advance,
  'POST /idle': idle,
  'POST /path': path,
  'POST /premium': (context, body) => {
    for (const market of markets(context, body)) market.markPremium = number(body, 'premium');
    return state(context);
  },
  'POST /speed': (context, body) => {
    context.pace.start(number(body, 'speed'));
    return state(context);
  },
  'GET /faults': () => FAULTS,
  'POST /fault': (context, body) => {
    context.exchange.faults.inject(String(body.name), body as FaultOptions);
    return state(context);
  },
  'POST /storm': (context, body) => {
    context.exchange.faults.storm(body.rate === undefined ? null : (body as unknown as FaultStorm));
    return state(context);
  },
  'DELETE /faults': (context) => {
    context.exchange.faults.clear();
    return state(context);
  },
  'GET /injected': ({ exchange }) => exchange.faults.injected,
  'GET /requests': ({ rest }, _body, query) => rest.log.filter((r) => r.n > Number(query.get('from') ?? 0)),
  'GET /ledger': ({ exchange }) => groundTruth(exchange),
  'POST /deposit': (context, body) => {
    const money = Math.round(number(body, 'amount') * 1e8);
    if (body.venue === 'spot') context.exchange.spot.deposit(String(body.asset ?? 'USDT'), money);
    else context.exchange.futures.transfer('TRANSFER', '', money);
    return state(context);
  },
};
