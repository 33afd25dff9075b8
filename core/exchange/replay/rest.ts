import type { Fault } from './fault-desk.ts';
import { Refusal } from './refusal.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import type { VenueName } from './replay-symbol.ts';
import { FUTURES_ACCOUNT_ROUTES } from './routes/futures-account.ts';
import { FUTURES_ORDER_ROUTES } from './routes/futures-orders.ts';
import { PUBLIC_ROUTES } from './routes/public.ts';
import { SAPI_ROUTES } from './routes/sapi.ts';
import { SPOT_ROUTES } from './routes/spot.ts';
import { SPOT_LIST_ROUTES } from './routes/spot-lists.ts';
import type { ReplayRequest } from './session.ts';
import { exactJson } from './units.ts';

/** One call of the exchange's REST interface. */
export interface Route {
  readonly venue: VenueName;
  /** public: anyone; key: header only; signed: header, time and signature. */
  readonly security: 'public' | 'key' | 'signed';
  readonly weight: number | ((params: URLSearchParams) => number);
  /** Counts against the order limits. */
  readonly orders?: number;
  readonly handle: (exchange: ReplayExchange, params: URLSearchParams, request: ReplayRequest) => unknown;
}

export type Routes = Readonly<Record<string, Route>>;

/** What goes back over the wire. `reset` cuts the connection instead, `hold` never answers. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly transport: 'answer' | 'reset' | 'hold';
}

/** A line of the request log. */
export interface LoggedRequest {
  readonly n: number;
  readonly sessionTime: number;
  readonly marketTime: number;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly status: number;
  readonly code: number | null;
  readonly fault: string | null;
}

/** Bounds the memory of long rehearsals. */
const KEPT_REQUESTS = 50_000;

const ROUTES: Routes = {
  ...PUBLIC_ROUTES,
  ...SAPI_ROUTES,
  ...FUTURES_ORDER_ROUTES,
  ...FUTURES_ACCOUNT_ROUTES,
  ...SPOT_ROUTES,
  ...SPOT_LIST_ROUTES,
};

/** Paths and methods that are served, for documentation and tests. */
export function servedCalls(): string[] {
  return Object.keys(ROUTES);
}

/** Answers REST requests: limits, faults, signature, handler, in the exchange's order. Synchronous, so that a request is one event. */
export class RestDesk {
  /** The last requests, oldest first: at least `KEPT_REQUESTS` of them. */
  readonly log: LoggedRequest[] = [];
  requests = 0;
  readonly #exchange: ReplayExchange;

  constructor(exchange: ReplayExchange) {
    this.#exchange = exchange;
  }

  handle(request: ReplayRequest): RestAnswer {
    const { faults, hub } = this.#exchange;
    const params = new URLSearchParams([request.query, request.body].filter(Boolean).join('&'));
    const name = `${request.method} ${request.path}`;
    const early = faults.take(name, 'before');
    let answer = early ? faults.answer(early, name) : null;
    if (!answer) {
      answer = this.#answer(name, request, params);
      // A fault after the fact hides what really happened; it must not fire on a request that was refused anyway.
      const late = answer.status < 400 ? faults.take(name, 'after') : null;
      if (late) answer = faults.answer(late, name, answer) ?? answer;
      this.#note(request, params, answer, late ?? early);
    } else this.#note(request, params, answer, early);
    hub.note(`${name} ${answer.status} ${answer.body}`);
    return answer;
  }

  /** The same call without an HTTP request: `authorise` checks what HTTP would check, and is asked only by signed calls. */
  call(name: string, params: URLSearchParams, authorise: () => string): RestAnswer {
    const [method, path] = name.split(' ') as [string, string];
    const isSigned = ROUTES[name]?.security === 'signed';
    const early = this.#exchange.faults.take(name, 'before');
    const request = { method, path, query: '', body: '', apiKey: null };
    let answer = early ? this.#exchange.faults.answer(early, name) : null;
    answer ??= this.#answer(name, request, params, () => (isSigned ? authorise() : ''));
    this.#note(request, params, answer, early);
    return answer;
  }

  #answer(name: string, request: ReplayRequest, params: URLSearchParams, authorise?: () => string): RestAnswer {
    const exchange = this.#exchange;
    let headers: Record<string, string> = {};
    try {
      const route = ROUTES[name];
      if (exchange.isDown && request.path !== '/sapi/v1/system/status')
        throw request.path.startsWith('/fapi')
          ? new Refusal(-1000, 'System is under maintenance.', 503)
          : new Refusal(-1016, 'This service is no longer available.', 503);
      if (!route) throw new Refusal(-5000, `Path ${request.path}, Method ${request.method} is invalid`, 404);
      const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
      headers = exchange.limits[route.venue].count(weight, route.orders ?? 0);
      if (route.security === 'key') exchange.session.key(request.apiKey);
      if (authorise) authorise();
      else if (route.security === 'signed') {
        const key = exchange.session.check(request, params);
        if (key.canTrade === false && request.method !== 'GET')
          throw new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
      }
      return ok(route.handle(exchange, params, request), headers);
    } catch (error) {
      if (error instanceof Refusal) return refused(error, headers);
      throw error;
    }
  }

  #note(request: ReplayRequest, params: URLSearchParams, answer: RestAnswer, fault: Fault | null): void {
    if (this.log.length >= 2 * KEPT_REQUESTS) this.log.splice(0, KEPT_REQUESTS);
    const shown = Object.fromEntries([...params].filter(([key]) => key !== 'signature'));
    this.log.push({
      n: ++this.requests,
      sessionTime: this.#exchange.session.now(),
      marketTime: this.#exchange.now,
      method: request.method,
      path: request.path,
      params: shown,
      status: answer.status,
      code: answer.status >= 400 ? codeOf(answer.body) : null,
      fault: fault ? `${fault.id}.${fault.variant}` : null,
    });
  }
}

function ok(value: unknown, headers: Record<string, string>): RestAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: exactJson(value),
    transport: 'answer',
  };
}

/** The answer that a refusal becomes. */
export function refused(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): RestAnswer {
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/json', ...headers, ...refusal.headers },
    body: JSON.stringify(refusal.body()),
    transport: 'answer',
  };
}

function codeOf(body: string): number | null {
  const match = /"code":(-?\d+)/.exec(body);
  return match ? Number(match[1]) : null;
}
