import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { isOwnOrderId } from '../../core/exchange/client-order-id.ts';
import type { AccountEvent, ExchangeFill, ExchangeOrder } from '../../core/ports/exchange.ts';
import { type Rig, type RigOptions, rig, settled, until } from './exchange-fixture.ts';

// The faults of the catalogue that the account can meet, by number: what the adapter tells of each.
let r: Rig;
let shared: Rig | null = null;
const start = async (options: RigOptions = {}) => {
  r = await rig(options);
};
/** The one connection of the account's tests, with nothing open and nothing written down. */
const account = async () => {
  shared ??= await rig({ listen: true });
  r = shared;
  r.inject('F14.canceled');
  if ((await r.exchange.positions()).length > 0) r.inject('F16.closed');
  r.server.exchange.markets('futures').get('BTCUSDT')!.script(null);
  r.server.exchange.advance(1_000);
  await settled();
  r.account.length = 0;
  r.connection.length = 0;
};
afterEach(async () => {
  if (r !== shared) await r.close();
});
afterAll(() => shared?.close());

/** Sockets on which the account is told. */
const listening = () => [...r.server.exchange.hub.connections].filter((socket) => socket.listenKey !== null);
const orders = () => r.account.flatMap((event): ExchangeOrder[] => (event.kind === 'order' ? [event.order] : []));
const fills = () => r.account.flatMap((event): ExchangeFill[] => (event.kind === 'fill' ? [event.fill] : []));
const positions = () =>
  r.account.filter((event): event is Extract<AccountEvent, { kind: 'position' }> => event.kind === 'position');
const kinds = () => r.connection.map(({ kind }) => kind);
const stopOf = (price: number) => r.order({ kind: 'stop', side: 'sell', price, reduceOnly: true, urgency: 'exit' });

describe('the account', () => {
  it.each(['canceled', 'expired', 'rejected'] as const)(
    'F14: a stop that the venue ended as %s is told',
    async (how) => {
      await account();
      await r.exchange.submit(r.order());
      const stop = stopOf(40_000);
      await r.exchange.submit(stop);
      r.inject(`F14.${how}`);
      const state = how === 'canceled' ? 'cancelled' : how;
      await until(() => orders().some((order) => order.clientOrderId === stop.clientOrderId && order.state === state));
      expect(await r.exchange.openOrders([r.pair])).toEqual([]);
    },
  );

  it.each([
    ['cancel', 'cancelled'],
    ['unfilled', 'working'],
  ] as const)('F15: a triggered stop has no fill of its own; its child is %s', async (variant, childState) => {
    await account();
    await r.exchange.submit(r.order());
    const stop = stopOf(40_500);
    await r.exchange.submit(stop);
    r.inject(`F15.${variant}`);
    await r.jump(40_000);
    const seen = await r.exchange.lookUp(r.refOf(stop), 0);
    expect(seen).toMatchObject({ found: 'order', order: { state: 'triggered', filled: 0, isTrigger: true } });
    const childId = seen.found === 'order' ? seen.order.childId! : '';
    expect(childId).toMatch(/^\d+$/);
    const child = await r.exchange.lookUp(
      { pair: r.pair, clientOrderId: '', exchangeId: childId, isTrigger: false },
      0,
    );
    expect(child).toMatchObject({ found: 'order', order: { state: childState, filled: 0 } });
    expect((await r.exchange.positions())[0]).toMatchObject({ amount: 0.05, side: 'long' });
    expect(
      orders()
        .filter((order) => order.isTrigger)
        .every((order) => order.filled === 0),
    ).toBe(true);
  });

  it('F17: liquidation closes a position by an order of the venue', async () => {
    await account();
    await r.exchange.submit(r.order());
    r.inject('F17.liquidation');
    await until(() => positions().some(({ amount }) => amount === 0));
    expect(orders().some((order) => order.isLiquidation && !isOwnOrderId(order.clientOrderId))).toBe(true);
    expect(await r.exchange.positions()).toEqual([]);
  });

  it('F17: auto-deleveraging leaves the rest of the position', async () => {
    await account();
    await r.exchange.submit(r.order());
    r.inject('F17.adl', { share: 0.4 });
    await until(() => positions().some(({ amount }) => amount === 0.03));
    expect(orders().some((order) => order.isLiquidation)).toBe(true);
  });

  it('F18: what somebody else trades on the account is told as not ours', async () => {
    await account();
    r.inject('F18.manual', { side: 'buy', quantity: 0.02 });
    await until(() => fills().length === 1);
    expect(isOwnOrderId(fills()[0]!.clientOrderId)).toBe(false);
    expect(positions().at(-1)).toMatchObject({ amount: 0.02, side: 'long' });
  });

  it('F11: a spot fee from the base asset is in the fill and the balance', async () => {
    await start({ kind: 'spot', listen: true });
    await r.exchange.submit(r.order({ amount: 0.01 }));
    await until(() => fills().length === 1);
    expect(fills()[0]).toMatchObject({ feeAsset: 'BTC', fee: 0.00001, amount: 0.01 });
    const btc = (await r.exchange.balances()).find(({ asset }) => asset === 'BTC')!;
    expect(btc.free).toBeCloseTo(0.50999, 10);
  });

  it.each([1_006, 1_000])('F19: a stream closed with %i is opened again, and a resync asked for', async (code) => {
    await account();
    r.inject('F19.close', { code });
    await until(() => kinds().includes('resync'));
    expect(kinds()).toContain('disconnected');
    await r.exchange.submit(r.order());
    await until(() => fills().length === 1);
  });

  it('F21: an ended listen key is noticed, and a new one taken', async () => {
    await account();
    const before = listening();
    r.inject('F21.event');
    await until(() => kinds().includes('resync'));
    // On a slow machine the new stream may take longer than the resync waits for it; a second resync follows then.
    await until(() => listening().some((socket) => !before.includes(socket)));
    await settled();
    await r.exchange.submit(r.order());
    await until(() => fills().length === 1);
  });

  it('F21: a stream that went deaf without a word is noticed by a missing echo', async () => {
    await account();
    const before = listening();
    r.inject('F21.silent');
    const since = r.server.exchange.now;
    await r.exchange.submit(r.order());
    await until(() => kinds().includes('resync'));
    // The fill in the gap is not told again: the resync fetches it.
    expect(await r.exchange.fills([r.pair], since)).toHaveLength(1);
    await until(() => listening().some((socket) => !before.includes(socket)));
    await settled();
    await r.exchange.submit(r.order());
    await until(() => fills().length === 1);
  });

  it('F23: a repeated fill has the same key', async () => {
    await account();
    r.inject('F23.duplicate', { times: 6 });
    await r.exchange.submit(r.order());
    await until(() => orders().some((order) => order.state === 'filled'));
    await settled();
    expect(new Set(fills().map(({ pair, exchangeId }) => `${pair}/${exchangeId}`)).size).toBe(1);
    expect(new Set(fills().map(({ amount }) => amount))).toEqual(new Set([0.05]));
  });

  it.each(['F23.reorder', 'F23.merge'])('%s: the fill comes all the same', async (name) => {
    await account();
    r.inject(name);
    await r.exchange.submit(r.order());
    await until(() => fills().length > 0 && orders().some((order) => order.state === 'filled'));
    expect(fills()[0]).toMatchObject({ amount: 0.05, feeAsset: 'USDT' });
  });

  it('tells two fills of one order that come in one burst', async () => {
    await account();
    await r.exchange.submit(r.order({ amount: 1.5 }));
    await until(() => orders().some((order) => order.state === 'filled'));
    await settled();
    expect(fills().length).toBeGreaterThan(1);
    expect(fills().reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(1.5, 9);
    expect(new Set(fills().map(({ exchangeId }) => exchangeId)).size).toBe(fills().length);
  });

  it('F17: delivery settles the position', async () => {
    await account();
    await r.exchange.submit(r.order());
    r.inject('F17.delivery');
    await until(() => positions().some(({ amount }) => amount === 0));
    expect(await r.exchange.submit(r.order())).toMatchObject({ outcome: 'refused' });
  });
});
