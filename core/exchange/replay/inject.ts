import type { FaultKind } from './fault-catalogue.ts';
import { force } from './liquidation.ts';
import { missing } from './refusal.ts';
import type { ReplayExchange } from './replay-exchange.ts';
import { isOpen, type OrderRequest } from './replay-order.ts';
import type { VenueName } from './replay-symbol.ts';
import { MINUTE_MS, type SymbolMarket } from './symbol-market.ts';
import { tamperDepth, tamperUser } from './tampers.ts';

/** What a fault may be told; each reads what it needs. Times in ms. */
export interface FaultOptions {
  readonly on?: string;
  readonly skip?: number;
  readonly times?: number;
  readonly ms?: number;
  readonly venue?: VenueName;
  readonly symbol?: string;
  readonly side?: 'buy' | 'sell';
  readonly quantity?: number;
  readonly share?: number;
  readonly factor?: number;
  readonly code?: number;
  readonly status?: string;
  readonly hours?: number;
  readonly rate?: number;
  readonly retryAfterS?: number;
  readonly banMs?: number;
}

/** Carries out a fault that acts at once. */
export function injectNow(x: ReplayExchange, kind: FaultKind, o: FaultOptions): void {
  const { id, variant } = kind;
  const { futures } = x;
  switch (`${id}.${variant}`) {
    case 'F8.unseen':
      x.faults.unseen = { orders: o.times ?? 1, ms: o.ms ?? 2_000 };
      return;
    case 'F8.stale':
      x.faults.stale = { cancels: o.times ?? 1, ms: o.ms ?? 2_000 };
      return;
    case 'F9.race':
      x.faults.races = o.times ?? 1;
      return;
    case 'F10.thin':
      return liquidityFor(x, o, o.factor ?? 0.02);
    case 'F27.empty':
      return liquidityFor(x, o, 0);
    case 'F11.base-fee':
      return;
    case 'F14.canceled':
    case 'F14.expired':
    case 'F14.rejected': {
      const status = variant.toUpperCase() as 'CANCELED' | 'EXPIRED' | 'REJECTED';
      for (const algo of futures.algos.open(o.symbol))
        futures.algos.end(algo, status, status === 'CANCELED' ? '' : 'Reduce Only reject');
      return;
    }
    case 'F15.cancel':
    case 'F15.unfilled':
      futures.algos.childFate = variant as 'cancel' | 'unfilled';
      return;
    case 'F16.closed':
      for (const p of futures.account.open(o.symbol))
        manual(x, 'futures', p.symbol.id, p.lots > 0 ? -1 : 1, Math.abs(p.lots), p.side);
      return;
    case 'F17.liquidation':
      for (const p of futures.account.open(o.symbol)) force(futures, p, 'liquidation');
      return;
    case 'F17.adl':
      for (const p of futures.account.open(o.symbol)) force(futures, p, 'adl', o.share ?? 0.5);
      return;
    case 'F17.delivery':
      return deliver(x, o);
    case 'F18.manual': {
      const venue = o.venue ?? 'futures';
      const market = marketOf(x, o, venue);
      manual(
        x,
        venue,
        market.symbol.id,
        o.side === 'sell' ? -1 : 1,
        Math.max(1, Math.round((o.quantity ?? 0) / market.symbol.stepSize)),
        'BOTH',
      );
      return;
    }
    case 'F19.close':
      for (const c of [...x.hub.connections]) if (!o.venue || c.venue === o.venue) c.socket.close(o.code ?? 1_006);
      return;
    case 'F20.freeze':
    case 'F20.thaw':
      for (const c of x.hub.connections) if (!o.venue || c.venue === o.venue) c.isFrozen = variant === 'freeze';
      return;
    case 'F21.event':
    case 'F21.silent':
      return endListenKey(x, variant === 'event');
    case 'F22.gap':
    case 'F22.repeat':
    case 'F22.late':
    case 'F22.crossed':
      x.streams.tamperDepth = tamperDepth(variant, o, () => (x.streams.tamperDepth = null));
      return;
    case 'F23.duplicate':
    case 'F23.reorder':
    case 'F23.merge':
      x.hub.tamper = tamperUser(variant, o.times ?? (variant === 'duplicate' ? 4 : 1), () => (x.hub.tamper = null));
      return;
    case 'F24.skew':
      x.session.skewMs += o.ms ?? 20_000;
      return;
    case 'F25.mode':
      futures.account.isDual = !futures.account.isDual;
      return;
    case 'F27.halt':
      marketOf(x, o, o.venue ?? 'futures').status = o.status ?? 'SETTLING';
      return;
    case 'F27.zero': {
      const market = marketOf(x, o, o.venue ?? 'futures');
      market.setPrice(0);
      market.touchBook(1);
      x.streams.depth(market, x.now);
      return;
    }
    case 'F28.down':
    case 'F28.up':
      x.isDown = variant === 'down';
      return;
    case 'F29.revoked':
    case 'F29.restored':
      x.session.isRevoked = variant === 'revoked';
      return;
    case 'F30.late':
    case 'F30.missing':
    case 'F30.revised':
      return tamperCandle(x, variant, o);
    case 'F32.interval':
      marketOf(x, o, 'futures').fundingHours = o.hours ?? 4;
      return;
    case 'F32.rate':
      marketOf(x, o, 'futures').setFundingRate(o.rate ?? 0.001);
      return;
  }
  throw new Error(`fault ${id}.${variant} has no effect`);
}

function marketOf(x: ReplayExchange, o: FaultOptions, venue: VenueName): SymbolMarket {
  const market = o.symbol ? x.markets(venue).get(o.symbol) : x.markets(venue).values().next().value;
  if (!market) throw missing('symbol');
  return market;
}

function liquidityFor(x: ReplayExchange, o: FaultOptions, factor: number): void {
  const market = marketOf(x, o, o.venue ?? 'futures');
  market.book.liquidity = factor;
  market.touchBook(1);
  x.streams.depth(market, x.now);
  x.at(x.now + (o.ms ?? 60_000), () => (market.book.liquidity = 1));
}

/** An order that the client did not send. */
function manual(
  x: ReplayExchange,
  venue: VenueName,
  symbolId: string,
  side: 1 | -1,
  lots: number,
  positionSide: OrderRequest['positionSide'],
): void {
  const { symbol } = x.markets(venue).get(symbolId)!;
  const request: OrderRequest = {
    symbol,
    side,
    type: 'MARKET',
    timeInForce: 'GTC',
    tick: 0,
    lots,
    reduceOnly: false,
    closePosition: false,
    positionSide,
    clientId: `web_${x.faults.madeId()}`,
    stopTick: 0,
    stopText: '',
    origin: 'manual',
  };
  if (venue === 'spot') x.spot.place(request);
  else x.futures.place(request);
}

function deliver(x: ReplayExchange, o: FaultOptions): void {
  const market = marketOf(x, o, 'futures');
  const { id } = market.symbol;
  for (const order of x.futures.orders.open(id)) if (isOpen(order)) x.futures.cancel(order, 'EXPIRED');
  for (const algo of x.futures.algos.open(id)) x.futures.algos.end(algo, 'EXPIRED', 'Symbol is delivered');
  for (const p of x.futures.account.open(id)) force(x.futures, p, 'settlement');
  market.status = 'CLOSE';
}

function endListenKey(x: ReplayExchange, withEvent: boolean): void {
  const key = x.listenKeys.create();
  if (withEvent) x.hub.publishUser('futures', { e: 'listenKeyExpired', E: x.now, listenKey: key });
  x.listenKeys.end();
}

function tamperCandle(x: ReplayExchange, variant: string, o: FaultOptions): void {
  const market = marketOf(x, o, o.venue ?? 'futures');
  const open = Math.floor(x.now / MINUTE_MS) * MINUTE_MS;
  const close = open + MINUTE_MS;
  if (variant === 'missing') market.tampered.set(open, { kind: 'missing' });
  else
    market.tampered.set(open, {
      kind: variant === 'late' ? 'late' : 'revised',
      until: close + (o.ms ?? (variant === 'late' ? 5_000 : 60_000)),
    });
  if (variant !== 'late') return;
  x.at(close + (o.ms ?? 5_000), () => market.tampered.delete(open));
}
