import type { AccountEvent, ExchangeOrder, OrderRef, OrderRequest, Outcome } from '../../ports/exchange.ts';
import { type AcceptanceCase, type CaseContext, must } from './acceptance-case.ts';

/** Orders are this many times the smallest that the venue takes. */
const MARGIN = 1.5;

/** What a test of orders needs to know of the market. */
async function market({ exchange, pair }: CaseContext) {
  const spec = exchange.market(pair);
  must(spec !== null, `there is no ${pair}`);
  const book = await exchange.fetchBook(pair, 5);
  const [bid, ask] = [book.bids[0]![0], book.asks[0]![0]];
  // Far orders are a fifth away: their amount has to reach the smallest cost there, too.
  const amount = Math.max(spec.minAmount, (spec.minCost / (bid * 0.8)) * MARGIN);
  return { spec, bid, ask, amount: Math.ceil(amount / spec.amountStep) * spec.amountStep };
}

function orderOf(
  { pair, newId }: CaseContext,
  parts: Partial<OrderRequest> & Pick<OrderRequest, 'amount'>,
): OrderRequest {
  return { clientOrderId: newId(), pair, side: 'buy', kind: 'market', urgency: 'entry', ...parts };
}

function refOf({ exchange }: CaseContext, order: OrderRequest, seen?: ExchangeOrder): OrderRef {
  const isTrigger = seen?.isTrigger ?? (order.kind === 'stop' && exchange.name === 'binanceusdm');
  return {
    pair: order.pair,
    clientOrderId: order.clientOrderId,
    isTrigger,
    ...(seen && { exchangeId: seen.exchangeId }),
  };
}

function confirmed(outcome: Outcome): ExchangeOrder {
  if (outcome.outcome === 'confirmed') return outcome.order;
  throw new Error(
    outcome.outcome === 'unknown' ? outcome.cause : `${outcome.outcome} (${outcome.code}): ${outcome.reason}`,
  );
}

/** Looks an order up until the venue shows it in a state. */
async function shown(context: CaseContext, ref: OrderRef, states: readonly string[]): Promise<ExchangeOrder> {
  for (let look = 0; look < 20; look++) {
    const seen = await context.exchange.lookUp(ref, Date.now());
    if (seen.found === 'order' && states.includes(seen.order.state)) return seen.order;
    await context.until('a moment', () => false, 250).catch(() => {});
  }
  throw new Error(`it was never shown as ${states.join(' or ')}`);
}

/** Closes what a case has opened. */
async function flatten(context: CaseContext, amount: number): Promise<void> {
  const { exchange } = context;
  const isSpot = exchange.kind === 'spot';
  confirmed(
    await exchange.submit(
      orderOf(context, { side: 'sell', amount, urgency: 'exit', ...(!isSpot && { reduceOnly: true }) }),
    ),
  );
}

/** A position to test exits and stops on; spot holdings are reduced by the fee that was taken from them. */
async function withPosition<T>(context: CaseContext, work: (held: number, bid: number) => Promise<T>): Promise<T> {
  const { exchange, pair } = context;
  const { amount, bid, spec } = await market(context);
  const order = orderOf(context, { amount: amount * 2 });
  const seen = confirmed(await exchange.submit(order));
  await shown(context, refOf(context, order, seen), ['filled']);
  const fills = (await exchange.fills([pair], seen.createdAt - 60_000)).filter(
    ({ orderId }) => orderId === seen.exchangeId,
  );
  const fee = fills.reduce((sum, fill) => sum + (fill.feeAsset === spec.base ? fill.fee : 0), 0);
  const held = Math.floor((amount * 2 - fee) / spec.amountStep + 1e-6) * spec.amountStep;
  try {
    return await work(held, bid);
  } finally {
    await flatten(context, held);
  }
}

/** Orders, with little money. */
export const ORDER_CASES: readonly AcceptanceCase[] = [
  {
    id: 'O01',
    title: 'a limit order rests, is found by its client id and among open orders, and is cancelled',
    needs: 'orders',
    async run(context) {
      const { exchange, pair } = context;
      const { amount, bid } = await market(context);
      const order = orderOf(context, { kind: 'limit', price: bid * 0.9, amount });
      const placed = confirmed(await exchange.submit(order));
      const seen = await shown(context, refOf(context, order), ['working']);
      must(seen.exchangeId === placed.exchangeId, 'the look-up by client id found another order');
      must(Math.abs(seen.amount - amount) < 1e-9, `its amount is ${seen.amount}, not ${amount}`);
      const open = await exchange.openOrders([pair]);
      must(
        open.some(({ exchangeId }) => exchangeId === placed.exchangeId),
        'open orders do not have it',
      );
      confirmed(await exchange.cancel(refOf(context, order, placed)));
      const after = await shown(context, refOf(context, order, placed), ['cancelled']);
      must(after.filled === 0, 'it filled');
      return `order ${placed.exchangeId}`;
    },
  },
  {
    id: 'O02',
    title: 'a post-only order that would take is refused or ended unfilled',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.postOnly ? null : 'not offered'),
    async run(context) {
      const { amount, ask } = await market(context);
      const order = orderOf(context, { kind: 'limit', price: ask * 1.01, amount, postOnly: true });
      const outcome = await context.exchange.submit(order);
      if (outcome.outcome === 'refused') {
        must(outcome.code === 'would-take', `refused as ${outcome.code}: ${outcome.reason}`);
        return 'refused';
      }
      const after = await shown(context, refOf(context, order, confirmed(outcome)), [
        'cancelled',
        'expired',
        'rejected',
      ]);
      must(after.filled === 0, 'it took');
      return after.state;
    },
  },
  {
    id: 'O03',
    title: 'an IOC order away from the market ends unfilled',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.timeInForce.includes('IOC') ? null : 'not offered'),
    async run(context) {
      const { amount, bid } = await market(context);
      const order = orderOf(context, { kind: 'limit', price: bid * 0.9, amount, timeInForce: 'IOC' });
      const outcome = await context.exchange.submit(order);
      if (outcome.outcome === 'refused') return `refused: ${outcome.reason}`;
      const after = await shown(context, refOf(context, order, confirmed(outcome)), ['cancelled', 'expired']);
      must(after.filled === 0, 'it filled');
      return after.state;
    },
  },
  {
    id: 'O04',
    title: 'a FOK order that the book cannot fill ends unfilled',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.timeInForce.includes('FOK') ? null : 'not offered'),
    async run(context) {
      const { amount, bid } = await market(context);
      const order = orderOf(context, { kind: 'limit', price: bid * 0.9, amount, timeInForce: 'FOK' });
      const outcome = await context.exchange.submit(order);
      if (outcome.outcome === 'refused') return `refused: ${outcome.reason}`;
      const after = await shown(context, refOf(context, order, confirmed(outcome)), ['cancelled', 'expired']);
      must(after.filled === 0, 'it filled');
      return after.state;
    },
  },
  {
    id: 'O05',
    title: 'a market order fills; fills have ids, prices and fees; the private stream tells them',
    needs: 'orders',
    async run(context) {
      const { exchange, pair } = context;
      const events: AccountEvent[] = [];
      const subscription = exchange.watchAccount((event) => events.push(event));
      try {
        // The private stream has to be logged in before the order, or it has nothing to tell.
        await context.until('a moment', () => false, 1_500).catch(() => {});
        const { amount, spec } = await market(context);
        const order = orderOf(context, { amount });
        const seen = confirmed(await exchange.submit(order));
        await shown(context, refOf(context, order, seen), ['filled']);
        const all = await exchange.fills([pair], seen.createdAt - 60_000);
        const fills = all.filter(({ orderId }) => orderId === seen.exchangeId);
        must(fills.length > 0, 'fills do not have it');
        must(
          fills.every(({ fee, feeAsset, price }) => fee >= 0 && feeAsset !== '' && price > 0),
          'a fill without fee or price',
        );
        const total = fills.reduce((sum, fill) => sum + fill.amount, 0);
        must(Math.abs(total - amount) < 1e-9, `${total} filled of ${amount}`);
        if (exchange.capabilities.streams.account)
          await context.until('its fill on the private stream', () =>
            events.some((event) => event.kind === 'fill' && event.fill.orderId === seen.exchangeId),
          );
        const fee = fills.reduce((sum, fill) => sum + (fill.feeAsset === spec.base ? fill.fee : 0), 0);
        await flatten(context, Math.floor((amount - fee) / spec.amountStep + 1e-6) * spec.amountStep);
        return `${fills.length} fills at ${fills[0]!.price}, fee in ${fills[0]!.feeAsset}`;
      } finally {
        subscription.close();
      }
    },
  },
  {
    id: 'O06',
    title: 'a reduce-only order without a position is refused',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.reduceOnly ? null : 'not offered'),
    async run(context) {
      const { amount } = await market(context);
      const order = orderOf(context, { side: 'sell', amount, reduceOnly: true, urgency: 'exit' });
      const outcome = await context.exchange.submit(order);
      if (outcome.outcome === 'confirmed') {
        const after = await shown(context, refOf(context, order, outcome.order), ['cancelled', 'expired', 'rejected']);
        must(after.filled === 0, 'it opened a position');
        return after.state;
      }
      must(outcome.outcome === 'refused', JSON.stringify(outcome));
      return `refused (${outcome.code})`;
    },
  },
  {
    id: 'O07',
    title: 'a stop rests at the exchange, is among open orders, and is cancelled',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.stops ? null : 'not offered'),
    run: (context) =>
      withPosition(context, async (held, bid) => {
        const { exchange, pair } = context;
        const reduceOnly = exchange.capabilities.reduceOnly;
        const stop = orderOf(context, {
          side: 'sell',
          kind: 'stop',
          price: bid * 0.85,
          amount: held,
          reduceOnly,
          urgency: 'exit',
        });
        const placed = confirmed(await exchange.submit(stop));
        must(placed.kind === 'stop', `it is told as a ${placed.kind} order`);
        const ref = refOf(context, stop, placed);
        await shown(context, ref, ['working']);
        const open = await exchange.openOrders([pair]);
        must(
          open.some(({ exchangeId, kind }) => exchangeId === placed.exchangeId && kind === 'stop'),
          'open orders do not have it',
        );
        confirmed(await exchange.cancel(ref));
        await shown(context, ref, ['cancelled']);
        return `trigger ${placed.price}`;
      }),
  },
  {
    id: 'O08',
    title: 'a stop is moved the way the exchange allows',
    needs: 'orders',
    skip: ({ capabilities }) =>
      !capabilities.stops ? 'not offered' : capabilities.stopReplace === 'gap' ? 'only with a gap' : null,
    run: (context) =>
      withPosition(context, async (held, bid) => {
        const { exchange, pair } = context;
        const reduceOnly = exchange.capabilities.reduceOnly;
        const at = (share: number) =>
          orderOf(context, {
            side: 'sell',
            kind: 'stop',
            price: bid * share,
            amount: held,
            reduceOnly,
            urgency: 'exit',
          });
        const first = at(0.85);
        const placed = confirmed(await exchange.submit(first));
        const second = at(0.87);
        const how = exchange.capabilities.stopReplace;
        const moved = confirmed(
          how === 'overlap'
            ? await exchange.submit(second)
            : await exchange.amend(refOf(context, first, placed), second),
        );
        if (how === 'overlap') confirmed(await exchange.cancel(refOf(context, first, placed)));
        const open = (await exchange.openOrders([pair])).filter(({ kind }) => kind === 'stop');
        must(open.length === 1, `${open.length} stops rest afterwards`);
        must((open[0]!.price ?? 0) > (placed.price ?? 0), 'the stop that rests is the old one');
        const last = { ...(how === 'amend' ? first : second) };
        confirmed(await exchange.cancel({ ...refOf(context, last, open[0]), exchangeId: moved.exchangeId }));
        return `${how}: ${placed.price} to ${open[0]!.price}`;
      }),
  },
  {
    id: 'O09',
    title: 'a limit order is amended',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.amend ? null : 'not offered'),
    async run(context) {
      const { exchange, pair } = context;
      const { amount, bid } = await market(context);
      const first = orderOf(context, { kind: 'limit', price: bid * 0.9, amount });
      const placed = confirmed(await exchange.submit(first));
      const second = orderOf(context, { kind: 'limit', price: bid * 0.91, amount });
      confirmed(await exchange.amend(refOf(context, first, placed), second));
      const open = (await exchange.openOrders([pair])).filter(({ kind }) => kind === 'limit');
      must(open.length === 1, `${open.length} orders rest afterwards`);
      must((open[0]!.price ?? 0) > (placed.price ?? 0), `its price is ${open[0]!.price}`);
      const { clientOrderId, exchangeId } = open[0]!;
      confirmed(await exchange.cancel({ pair, clientOrderId: clientOrderId ?? '', exchangeId, isTrigger: false }));
      return `${placed.price} to ${open[0]!.price}`;
    },
  },
  {
    id: 'O10',
    title: 'the same client id twice is one order',
    needs: 'orders',
    async run(context) {
      const { exchange, pair } = context;
      const { amount, bid } = await market(context);
      const order = orderOf(context, { kind: 'limit', price: bid * 0.9, amount });
      const placed = confirmed(await exchange.submit(order));
      const again = await exchange.submit(order);
      const open = (await exchange.openOrders([pair])).filter(({ kind }) => kind === 'limit');
      for (const { clientOrderId, exchangeId } of open)
        await exchange.cancel({ pair, clientOrderId: clientOrderId ?? '', exchangeId, isTrigger: false });
      must(open.length === 1 && open[0]!.exchangeId === placed.exchangeId, `${open.length} orders rest`);
      return `the second was ${again.outcome}`;
    },
  },
  {
    id: 'O11',
    title: 'an order below the minimum never leaves',
    needs: 'orders',
    async run(context) {
      const { exchange } = context;
      const { spec, bid } = await market(context);
      const outcome = await exchange.submit(
        orderOf(context, { kind: 'limit', price: bid * 0.9, amount: spec.amountStep / 2 }),
      );
      must(outcome.outcome === 'denied' && outcome.code === 'below-minimum', JSON.stringify(outcome));
      return 'denied';
    },
  },
  {
    id: 'O12',
    title: 'an order that is too big for the balance is refused as such',
    needs: 'orders',
    async run(context) {
      const { exchange } = context;
      const { spec, bid } = await market(context);
      const quote = (await exchange.balances()).find(({ asset }) => asset === spec.settle)?.total ?? 0;
      const amount = ((quote + spec.minCost) / bid) * 200;
      const outcome = await exchange.submit(orderOf(context, { kind: 'limit', price: bid * 0.9, amount }));
      must(outcome.outcome === 'refused', JSON.stringify(outcome));
      must(
        ['insufficient-funds', 'leverage', 'precision', 'price-limit'].includes(outcome.code),
        `${outcome.code}: ${outcome.reason}`,
      );
      return outcome.code;
    },
  },
  {
    id: 'O13',
    title: 'an unknown order cannot be cancelled, and is absent',
    needs: 'orders',
    async run(context) {
      const { exchange, pair, newId } = context;
      const ref = { pair, clientOrderId: newId(), isTrigger: false };
      const outcome = await exchange.cancel(ref);
      must(outcome.outcome !== 'confirmed', 'it was confirmed');
      const seen = await exchange.lookUp(ref, 0);
      must(seen.found === 'absent', JSON.stringify(seen));
      return 'absent';
    },
  },
  {
    id: 'O14',
    title: 'a stop and a limit order hold the same coins: both rest, the cancel of one cancels both',
    needs: 'orders',
    skip: ({ capabilities }) => (capabilities.pairedExits ? null : 'not offered'),
    run: (context) =>
      withPosition(context, async (held, bid) => {
        const { exchange, pair } = context;
        const leg = (kind: 'stop' | 'limit', share: number) =>
          orderOf(context, { side: 'sell', kind, price: bid * share, amount: held, urgency: 'exit' });
        const [stop, limit] = [leg('stop', 0.9), leg('limit', 1.1)];
        const [first, second] = (await exchange.submitPair(stop, limit)).map(confirmed);
        const open = await exchange.openOrders([pair]);
        for (const { exchangeId, kind } of [first!, second!]) {
          const seen = open.find((one) => one.exchangeId === exchangeId);
          must(seen !== undefined, `the ${kind} order is not among open orders`);
          must(seen.kind === kind && Math.abs(seen.amount - held) < 1e-9, `it is ${seen.amount} of ${seen.kind}`);
        }
        confirmed(await exchange.cancel(refOf(context, stop, first)));
        await shown(context, refOf(context, limit, second), ['cancelled']);
        return `${first!.price} and ${second!.price}`;
      }),
  },
];
