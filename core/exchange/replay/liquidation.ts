import type { FuturesPosition } from './futures-account.ts';
import type { FuturesVenue } from './futures-venue.ts';
import { isOpen, newOrder } from './replay-order.ts';
import { fromMoney, toMoney } from './units.ts';

/** Share of the notional that a liquidation costs beyond the trading fee; Binance publishes 1 to 2 % by symbol. */
const CLEARANCE = 0.0125;

/**
 * Closes positions whose margin does not cover their maintenance: isolated ones alone, cross ones largest loss first until the account
 * is healthy. Open orders of the symbol are expired, an `autoclose-` order closes the position at the mark price (execution type
 * CALCULATED), the clearance fee is taken from what margin is left, and the insurance fund covers what is missing.
 */
export function liquidate(venue: FuturesVenue): number {
  const { account } = venue;
  let count = 0;
  for (const position of account.open()) {
    if (!account.settings(position.symbol.id).isIsolated) continue;
    if (fromMoney(position.isolatedWallet) + account.unrealised(position) > account.maintenance(position)) continue;
    force(venue, position, 'liquidation');
    count++;
  }
  for (;;) {
    const totals = account.totals();
    const cross = account.open().filter((p) => !account.settings(p.symbol.id).isIsolated);
    if (cross.length === 0 || fromMoney(account.crossWallet) + totals.crossUnrealised > totals.crossMaintenance) break;
    const worst = cross.reduce((a, b) => (account.unrealised(b) < account.unrealised(a) ? b : a));
    force(venue, worst, 'liquidation');
    count++;
  }
  return count;
}

/** Closes a position against the holder's will: by liquidation, or without a clearance fee by auto-deleveraging or settlement. */
export function force(
  venue: FuturesVenue,
  position: FuturesPosition,
  origin: 'liquidation' | 'adl' | 'settlement',
  share = 1,
): void {
  const { symbol } = position;
  const { account } = venue;
  for (const order of venue.orders.open(symbol.id))
    if (isOpen(order) && origin === 'liquidation') venue.cancel(order, 'EXPIRED');
  const { isIsolated } = account.settings(symbol.id);
  const lots = Math.max(1, Math.round(Math.abs(position.lots) * share));
  const margin = isIsolated ? position.isolatedWallet : account.crossWallet + toMoney(otherProfit(venue, position));
  const side = position.lots > 0 ? -1 : 1;
  const market = venue.market(symbol.id);
  const tick = Math.max(1, Math.round(market.mark / symbol.tickSize));
  const id = venue.orders.nextId();
  const clientId = { adl: 'adl_autoclose', liquidation: `autoclose-${id}`, settlement: `settlement_autoclose-${id}` }[
    origin
  ];
  const order = newOrder(
    id,
    {
      symbol,
      side,
      type: 'LIMIT',
      timeInForce: 'IOC',
      tick,
      lots,
      reduceOnly: false,
      closePosition: false,
      positionSide: position.side,
      clientId,
      stopTick: 0,
      stopText: '',
      origin,
    },
    venue.now(),
  );
  venue.orders.add(order);
  venue.output.order(order, 'NEW', null, origin === 'adl' ? 'NEW_ADL' : 'NEW');
  const fill = venue.fill(order, tick, lots, false, 'CALCULATED');
  venue.output.forced(order, fill);
  if (origin !== 'liquidation') return;
  const left = margin + fill.realised - fill.fee;
  const due = left < 0 ? -left : -Math.min(left, Math.round(fill.cost * CLEARANCE));
  if (due !== 0) venue.transfer('INSURANCE_CLEAR', symbol.id, due);
}

function otherProfit(venue: FuturesVenue, position: FuturesPosition): number {
  const { account } = venue;
  return account.totals().crossUnrealised - account.unrealised(position);
}
