import { Instrument } from '../../domain/tradable.ts';
import type {
  ExchangeCapabilities,
  ExchangeOrder,
  LookUp,
  OrderRef,
  OrderRequest,
  Outcome,
  RefusalCode,
} from '../../ports/exchange.ts';
import { encodeOrderId } from '../client-order-id.ts';
import { type ExchangeClock, pause } from '../exchange-clock.ts';
import type { CcxtClient, CcxtOrder } from './ccxt-client.ts';
import { type Failure, outcomeOf } from './failure.ts';
import { orderOf, type ParseContext } from './parse.ts';
import type { RequestDesk } from './request-desk.ts';
import type { OrderCall } from './venue-profile.ts';

/** Venues may not show an order for so long after they took it, ms: before that, "not found" proves nothing. */
const LAG_MS = 5_000;
/** Time between two looks that both have to miss an order before it counts as absent, ms. */
const SECOND_LOOK_MS = 300;

export interface OrderDeskParts extends ParseContext {
  readonly client: CcxtClient;
  readonly requests: RequestDesk;
  readonly clock: ExchangeClock;
  readonly capabilities: ExchangeCapabilities;
  /** As it was set for a pair, where the venue wants to be told each time. */
  readonly marginModeOf: (pair: string) => 'isolated' | 'cross';
  /** A price near the market, for venues whose market orders need one; NaN when none is known. */
  readonly referencePrice: (pair: string) => Promise<number>;
}

/** Sends, cancels, amends and looks up orders. Nothing here throws for a venue's reasons, and nothing is sent twice. */
export class OrderDesk {
  readonly #parts: OrderDeskParts;

  constructor(parts: OrderDeskParts) {
    this.#parts = parts;
  }

  async submit(request: OrderRequest): Promise<Outcome> {
    const ready = await this.#prepare(request);
    if ('outcome' in ready) return ready;
    const { client, requests } = this.#parts;
    const { contracts, call, asked } = ready;
    const sentAt = this.#parts.clock.now();
    const result = await requests.write(request.urgency, () =>
      client.createOrder(request.pair, call.type, request.side, contracts, call.price, this.#params(request, call)),
    );
    if ('value' in result) return this.#confirmed(result.value, asked);
    if (result.failure.code !== 'duplicate-id') return outcomeOf(result.failure);
    // Our own id is there already: the order is ours, and what became of it is what counts.
    return this.#settled(result.failure, refOf(request, asked), sentAt);
  }

  /** A stop and a limit order that hold the same coins: both are placed, or neither. */
  async submitPair(stop: OrderRequest, limit: OrderRequest): Promise<readonly [Outcome, Outcome]> {
    const { client, requests, profile } = this.#parts;
    const { placePair } = profile;
    const both = (outcome: Outcome) => [outcome, outcome] as const;
    if (placePair === undefined) return both(denied('unsupported', `${client.id} has no orders that end each other`));
    const ready = await Promise.all([this.#prepare(stop), this.#prepare(limit)]);
    const no = ready.find((one) => 'outcome' in one);
    if (no && 'outcome' in no) return both(no);
    const [first, second] = ready.map((one) => (one as { readonly asked: Partial<ExchangeOrder> }).asked);
    const leg = ({ clientOrderId }: OrderRequest, { price }: Partial<ExchangeOrder>) => ({
      id: encodeOrderId(clientOrderId, profile.idForm),
      price: price!,
    });
    const sentAt = this.#parts.clock.now();
    const legs = { stop: leg(stop, first!), limit: leg(limit, second!) };
    const result = await requests.write(stop.urgency, () =>
      placePair(client, { symbol: stop.pair, side: stop.side, amount: first!.amount!, ...legs }),
    );
    if ('value' in result) {
      const of = (id: string, asked: Partial<ExchangeOrder>) =>
        this.#confirmed(
          result.value.find((order) => order.clientOrderId === id),
          asked,
        );
      return [of(legs.stop.id, first!), of(legs.limit.id, second!)];
    }
    const { failure } = result;
    if (failure.code !== 'duplicate-id') return both(outcomeOf(failure));
    return [
      await this.#settled(failure, refOf(stop, first!), sentAt),
      await this.#settled(failure, refOf(limit, second!), sentAt),
    ];
  }

  async cancel(asked: OrderRef): Promise<Outcome> {
    const { client, requests, profile, clock } = this.#parts;
    const sentAt = clock.now();
    const ref = await this.#named(asked);
    if ('outcome' in ref) return ref;
    const send = (more: Readonly<Record<string, unknown>> = {}) =>
      requests.write('exit', () =>
        client.cancelOrder(ref.exchangeId ?? '', ref.pair, { ...this.#refParams(ref), ...more }),
      );
    const first = await send();
    const other = profile.otherCancelParams;
    const isOther = 'failure' in first && first.failure.code === 'order-not-found' && other !== undefined;
    const result = isOther ? await send(other) : first;
    if ('value' in result) {
      const told = result.value && orderOf(result.value, this.#parts, this.#asked(ref));
      // Binance names the cancel, not the order.
      const order = told && { ...told, clientOrderId: ref.clientOrderId };
      // An acknowledgement says neither state nor filled amount: only the order itself does.
      if (order && order.state !== 'working' && isToldInFull(result.value)) return { outcome: 'confirmed', order };
      return this.#found(ref, 'the answer to the cancel did not say what became of the order');
    }
    // "Not found" may mean that it has just filled, or that the venue lags.
    if (result.failure.code === 'order-not-found') return this.#settled(result.failure, ref, sentAt);
    return outcomeOf(result.failure);
  }

  async amend(from: OrderRef, to: OrderRequest): Promise<Outcome> {
    const { client, requests, capabilities, profile, clock } = this.#parts;
    const isStop = to.kind === 'stop';
    const can = isStop ? ['amend', 'replace'].includes(capabilities.stopReplace) : capabilities.amend;
    if (!can) return denied('unsupported', `${client.id} cannot move ${isStop ? 'a stop' : 'an order'} in place`);
    const ready = await this.#prepare(to);
    if ('outcome' in ready) return ready;
    const { contracts, call, asked } = ready;
    const ref = await this.#named(from);
    if ('outcome' in ref) return ref;
    const sentAt = clock.now();
    const keepsOrder = !profile.amendReplaces;
    const id = keepsOrder ? ref.clientOrderId : to.clientOrderId;
    const own = { ...asked, clientOrderId: id };
    const edit = isStop ? profile.editStop?.(asked.price!) : undefined;
    const params = keepsOrder
      ? { ...(edit?.params ?? call.params), ...(edit ? {} : this.#refParams(ref)) }
      : {
          ...this.#params(to, call),
          ...(!ref.exchangeId &&
            profile.replacesBy && { [profile.replacesBy]: encodeOrderId(ref.clientOrderId, profile.idForm) }),
        };
    const result = await requests.write(to.urgency, () =>
      client.editOrder(ref.exchangeId ?? '', to.pair, edit?.type ?? call.type, to.side, contracts, call.price, params),
    );
    const target = keepsOrder ? ref : refOf(to, asked);
    if ('value' in result) {
      const order = result.value && orderOf(result.value, this.#parts, own);
      return order ? { outcome: 'confirmed', order } : this.#found(target, 'the answer named no order');
    }
    if (result.failure.code === 'duplicate-id') return this.#settled(result.failure, target, sentAt);
    return outcomeOf(result.failure);
  }

  async lookUp(ref: OrderRef, sentAtMs: number): Promise<LookUp> {
    const { requests, clock } = this.#parts;
    for (let look = 0; ; look++) {
      const result = await requests.write('reconcile', () => this.#fetch(ref));
      if ('value' in result) {
        const order = result.value && orderOf(result.value, this.#parts, this.#asked(ref));
        if (order) return { found: 'order', order };
      } else if (result.failure.code !== 'order-not-found') {
        return { found: 'unknown', cause: result.failure.reason };
      }
      if (clock.now() - sentAtMs < LAG_MS)
        return { found: 'unknown', cause: 'the venue does not show it, but may lag behind' };
      if (look > 0) return { found: 'absent' };
      await pause(clock, SECOND_LOOK_MS);
    }
  }

  /** The order as the venue's limits and steps have it, or why it does not leave. */
  async #prepare(
    request: OrderRequest,
  ): Promise<
    | { readonly contracts: number; readonly call: OrderCall; readonly asked: Partial<ExchangeOrder> }
    | Extract<Outcome, { readonly outcome: 'denied' }>
  > {
    const { market, profile, capabilities, client, clock } = this.#parts;
    const spec = market(request.pair);
    if (!spec) return denied('market-closed', `${client.id} has no ${request.pair}`);
    if (spec.status !== 'trading' && request.urgency !== 'exit')
      return denied('market-closed', `${request.pair} is ${spec.status}`);
    const instrument = new Instrument(spec);
    const lots = instrument.lots(request.amount);
    if (lots < 1 || (lots < instrument.minLots && !request.reduceOnly))
      return denied(
        'below-minimum',
        `${request.amount} is below the smallest amount of ${spec.minAmount} ${spec.base}`,
      );
    const amount = instrument.amount(lots);
    if (request.kind !== 'market' && !((request.price ?? 0) > 0))
      return denied('precision', `a ${request.kind} order needs a price above 0`);
    const price = request.price === undefined ? undefined : instrument.price(instrument.ticksNear(request.price));
    if (price !== undefined && request.kind === 'limit' && !request.reduceOnly && amount * price < spec.minCost)
      return denied('below-minimum', `${amount * price} is below the smallest cost of ${spec.minCost} ${spec.quote}`);
    if (request.kind === 'stop' && !capabilities.stops) return denied('unsupported', `${client.id} has no stop orders`);
    const rounded = { ...request, amount, ...(price !== undefined && { price }) };
    let call: OrderCall;
    if (request.kind === 'stop') call = profile.stopCall!({ ...rounded, price: price! });
    else if (request.kind === 'limit') call = { type: 'limit', price: price!, params: limitParams(request) };
    else if (profile.marketCall) {
      const reference = profile.marketNeedsPrice ? await this.#parts.referencePrice(request.pair) : Number.NaN;
      if (profile.marketNeedsPrice && !(reference > 0))
        return denied('unsupported', `no price of ${request.pair} is known to bound a market order`);
      call = profile.marketCall(rounded, reference);
    } else call = { type: 'market', params: {} };
    const asked: Partial<ExchangeOrder> = {
      pair: request.pair,
      clientOrderId: request.clientOrderId,
      side: request.side,
      kind: request.kind,
      isTrigger: request.kind === 'stop' && profile.hasSeparateTriggers,
      amount,
      price: price ?? null,
      reduceOnly: request.reduceOnly ?? false,
      createdAt: clock.now(),
    };
    return {
      contracts: spec.contractSize === 1 ? amount : Number((amount / spec.contractSize).toPrecision(12)),
      call,
      asked,
    };
  }

  #params(request: OrderRequest, call: OrderCall): Readonly<Record<string, unknown>> {
    const { profile, capabilities, marginModeOf } = this.#parts;
    const idParam = (request.kind === 'stop' ? profile.stopIdParam : undefined) ?? profile.idParam;
    return {
      ...call.params,
      [idParam]: encodeOrderId(request.clientOrderId, profile.idForm),
      ...(request.reduceOnly && capabilities.reduceOnly && { reduceOnly: true }),
      ...(request.positionSide !== undefined && { hedged: true }),
      ...(profile.marginModePerRequest && capabilities.leverage && { marginMode: marginModeOf(request.pair) }),
    };
  }

  #refParams({ clientOrderId, exchangeId, isTrigger }: OrderRef): Readonly<Record<string, unknown>> {
    const { profile } = this.#parts;
    return {
      ...(!exchangeId && { clientOrderId: encodeOrderId(clientOrderId, profile.idForm) }),
      ...(isTrigger && profile.hasSeparateTriggers && { trigger: true }),
    };
  }

  /** A reference with the venue's id, where the venue takes nothing else; or why there is none. */
  async #named(ref: OrderRef): Promise<OrderRef | Outcome> {
    if (ref.exchangeId || !this.#parts.profile.cancelNeedsId) return ref;
    const seen = await this.lookUp(ref, this.#parts.clock.now());
    if (seen.found === 'order') return { ...ref, exchangeId: seen.order.exchangeId };
    const reason = 'it is not known under its client id';
    return seen.found === 'absent'
      ? { outcome: 'refused', code: 'order-not-found', reason, venueCode: null }
      : { outcome: 'unknown', cause: seen.cause };
  }

  #asked({ pair, clientOrderId, isTrigger }: OrderRef): Partial<ExchangeOrder> {
    return { pair, clientOrderId, isTrigger, ...(isTrigger && { kind: 'stop' as const }) };
  }

  #confirmed(answer: CcxtOrder | undefined | null, asked: Partial<ExchangeOrder>): Outcome {
    const order = answer && orderOf(answer, this.#parts, asked);
    if (order && order.state !== 'rejected') return { outcome: 'confirmed', order };
    if (answer?.status === 'rejected') return this.#rejected(answer);
    return { outcome: 'unknown', cause: 'the answer named no order: it may or may not be there' };
  }

  /** A refusal inside of an answer that says that all is well (OKX). */
  #rejected(answer: CcxtOrder): Outcome {
    const { profile } = this.#parts;
    const text = JSON.stringify(answer.info ?? {}).slice(0, 300);
    const venueCode = profile.codeOf(text);
    const code = (venueCode === null ? undefined : profile.refusals[venueCode]) ?? 'other';
    return { outcome: 'refused', code, reason: `rejected: ${text}`, venueCode };
  }

  /** The order as the venue shows it now; the request was carried out either way. */
  async #found(ref: OrderRef, cause: string): Promise<Outcome> {
    const result = await this.#parts.requests.write('exit', () => this.#fetch(ref));
    const order = 'value' in result && result.value ? orderOf(result.value, this.#parts, this.#asked(ref)) : null;
    return order ? { outcome: 'confirmed', order } : { outcome: 'unknown', cause };
  }

  /** A refusal that may hide an order: what is there decides. */
  async #settled(failure: Failure, ref: OrderRef, sentAtMs: number): Promise<Outcome> {
    const seen = await this.lookUp(ref, sentAtMs);
    if (seen.found === 'order') return { outcome: 'confirmed', order: seen.order };
    if (seen.found === 'absent') return outcomeOf(failure);
    return { outcome: 'unknown', cause: failure.reason };
  }

  async #fetch(ref: OrderRef): Promise<CcxtOrder | undefined | null> {
    const { client, profile } = this.#parts;
    const trigger = ref.isTrigger && profile.hasSeparateTriggers ? { trigger: true } : {};
    const encoded = encodeOrderId(ref.clientOrderId, profile.idForm);
    const listParam = profile.findBy === 'fetchOrder' ? null : profile.findBy.listParam;
    // Where the venue's own id is known, it is the surer key: a list that is not of this order alone has the newest only.
    if (ref.exchangeId && listParam === null) return client.fetchOrder(ref.exchangeId, ref.pair, trigger);
    if (profile.findBy === 'fetchOrder') return client.fetchOrder('', ref.pair, { clientOrderId: encoded, ...trigger });
    const params = listParam === null ? {} : { [listParam]: encoded };
    const isIt = (order: CcxtOrder) =>
      order.clientOrderId === encoded || (!!ref.exchangeId && order.id === ref.exchangeId);
    const open = await client.fetchOpenOrders(ref.pair, undefined, undefined, params);
    const found = open.find(isIt);
    if (found) return found;
    const calls = ['fetchOrders', 'fetchCanceledAndClosedOrders', 'fetchClosedOrders'] as const;
    const call = calls.find((name) => client.has[name] === true);
    return call && (await client[call](ref.pair, undefined, undefined, params)).find(isIt);
  }
}

function denied(code: RefusalCode, reason: string): Extract<Outcome, { readonly outcome: 'denied' }> {
  return { outcome: 'denied', code, reason, until: null };
}

function limitParams({ timeInForce = 'GTC', postOnly }: OrderRequest): Readonly<Record<string, unknown>> {
  return postOnly ? { postOnly: true } : { timeInForce };
}

function refOf(request: OrderRequest, asked: Partial<ExchangeOrder>): OrderRef {
  return { pair: request.pair, clientOrderId: request.clientOrderId, isTrigger: asked.isTrigger ?? false };
}

/** An answer with the filled amount in it, not a bare acknowledgement. */
function isToldInFull(order: CcxtOrder | undefined | null): boolean {
  return order?.status !== undefined && order?.status !== null && order.filled !== undefined && order.filled !== null;
}
