import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import type { Outcome } from '../../core/ports/exchange.ts';
import { hastyClock, type Rig, rig, until } from './exchange-fixture.ts';
import { KEY } from './replay-fixture.ts';

// The faults of the catalogue that a request or an order can meet, by number: what the adapter makes of each.
let r: Rig;
const codeOf = (outcome: Outcome) => ('code' in outcome ? `${outcome.outcome} ${outcome.code}` : outcome.outcome);
/** Long enough ago that a venue which lags would show it by now. */
const LONG_AGO = 0;

describe('what leaves no trace: one connection for all', () => {
  let placed = 0;
  /** Orders that really came since the last look. */
  const really = () => {
    const all = r.server.exchange.futures.orders.all().length;
    const fresh = all - placed;
    placed = all;
    return fresh;
  };
  beforeAll(async () => {
    r = await rig();
  });
  afterAll(() => r.close());

  it.each([
    ['F2.placed', 1],
    ['F2.lost', 0],
    ['F3.reset', 1],
    ['F3.reset-before', 0],
    ['F3.502', 1],
    ['F3.503', 1],
    ['F3.504', 1],
    ['F3.504-before', 0],
    ['F3.hang', 1],
    ['F4.overload', 0],
    ['F4.disconnected', 1],
    ['F5.cut', 1],
    ['F5.empty', 1],
    ['F5.object', 1],
    ['F7.before', 0],
    ['F7.after', 1],
    ['F28.message', 0],
  ] as const)(
    '%s: the outcome is unknown, it is sent once, and a look-up by its id settles it',
    async (name, orders) => {
      const order = r.order();
      const sentAt = Date.now();
      r.inject(name, { on: '^POST /fapi/v1/order$' });
      expect(codeOf(await r.exchange.submit(order))).toBe('unknown');
      expect(really()).toBe(orders);
      const ref = r.refOf(order);
      if (orders === 1)
        expect(await r.exchange.lookUp(ref, sentAt)).toMatchObject({
          found: 'order',
          order: { state: 'filled', filled: 0.05, clientOrderId: order.clientOrderId },
        });
      else {
        expect(await r.exchange.lookUp(ref, sentAt)).toMatchObject({ found: 'unknown' });
        expect(await r.exchange.lookUp(ref, LONG_AGO)).toEqual({ found: 'absent' });
      }
    },
  );

  it('F6: a duplicate of our own id is our order', async () => {
    r.inject('F6.duplicate');
    really();
    expect(await r.exchange.submit(r.order())).toMatchObject({ outcome: 'confirmed', order: { filled: 0.05 } });
    expect(really()).toBe(1);
  });

  it.each([
    ['F12.margin', 'refused insufficient-funds', '-2019'],
    ['F12.notional', 'refused below-minimum', '-4164'],
    ['F12.precision', 'refused precision', '-1111'],
    ['F12.lot', 'refused precision', '-4023'],
    ['F12.price', 'refused precision', '-4014'],
    ['F12.percent', 'refused price-limit', '-4131'],
    ['F25.mismatch', 'refused position-mode', '-4061'],
    ['F31.taker', 'refused would-take', '-5022'],
  ] as const)('%s: %s, with its reason, sent once', async (name, expected, venueCode) => {
    r.inject(name);
    const outcome = await r.exchange.submit(r.order());
    expect(codeOf(outcome)).toBe(expected);
    expect(outcome).toMatchObject({ venueCode });
    expect('reason' in outcome && outcome.reason).toMatch(/[a-z]{4}/);
    expect(really()).toBe(0);
  });

  it('F12: what the venue would refuse does not leave', async () => {
    const sent = r.server.rest.log.length;
    expect(codeOf(await r.exchange.submit(r.order({ amount: 0.0004 })))).toBe('denied below-minimum');
    expect(codeOf(await r.exchange.submit(r.order({ kind: 'limit', price: 30_000, amount: 0.001 })))).toBe(
      'denied below-minimum',
    );
    expect(codeOf(await r.exchange.submit(r.order({ pair: 'NO/USDT:USDT' })))).toBe('denied market-closed');
    expect(r.server.rest.log.length).toBe(sent);
  });

  it('F8: a cancel is confirmed with its final state, also while queries show the old one', async () => {
    const order = r.order({ kind: 'limit', price: 41_000 });
    await r.exchange.submit(order);
    r.inject('F8.stale', { ms: 60_000 });
    expect(await r.exchange.cancel(r.refOf(order))).toMatchObject({
      outcome: 'confirmed',
      order: { state: 'cancelled', filled: 0 },
    });
  });

  it('F9: a cancel that lost the race tells the fill', async () => {
    r.inject('F9.race');
    const order = r.order({ kind: 'limit', price: 41_000 });
    await r.exchange.submit(order);
    expect(await r.exchange.cancel(r.refOf(order))).toMatchObject({
      outcome: 'confirmed',
      order: { state: 'filled', filled: 0.05 },
    });
  });

  it('F10: a part that filled before the rest expired is told', async () => {
    r.inject('F10.thin', { factor: 0.01 });
    const outcome = await r.exchange.submit(r.order({ kind: 'limit', price: 42_400, amount: 1, timeInForce: 'IOC' }));
    expect(outcome).toMatchObject({ outcome: 'confirmed' });
    const { order } = outcome as Extract<Outcome, { outcome: 'confirmed' }>;
    expect(order.filled).toBeGreaterThan(0);
    expect(order.filled).toBeLessThan(1);
    const all = await r.exchange.fills([r.pair], r.server.exchange.now - 60_000);
    const fills = all.filter(({ orderId }) => orderId === order.exchangeId);
    expect(fills.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(order.filled, 9);
  });

  it('F13: a stop beyond the market is refused as such', async () => {
    r.inject('F13.immediate');
    const stop = r.order({ kind: 'stop', side: 'sell', price: 41_000, reduceOnly: true, urgency: 'exit' });
    expect(codeOf(await r.exchange.submit(stop))).toBe('refused would-trigger');
  });
});

describe('what changes the account or the connection', () => {
  const really = () => r.server.exchange.futures.orders.all();
  beforeEach(async () => {
    r = await rig();
  });
  afterEach(() => r.close());

  it('F1: after 429 and 418 nothing leaves until the ban ends, and nothing is tried again', async () => {
    r.inject('F1.ban', { banMs: 60_000 });
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('refused rate-limit');
    expect(r.connection.at(-1)).toMatchObject({ kind: 'banned' });
    const until = (r.connection.at(-1) as { readonly until: number }).until;
    for (const urgency of ['entry', 'exit'] as const)
      expect(await r.exchange.submit(r.order({ urgency }))).toMatchObject({
        outcome: 'denied',
        code: 'rate-limit',
        until,
      });
    await expect(r.exchange.balances()).rejects.toMatchObject({ code: 'EXCHANGE_BANNED', details: { until } });
    expect(r.server.exchange.limits.futures.requestsWhileBanned).toBe(0);
    expect(really()).toHaveLength(0);
  });

  it('F1: Retry-After is the length of the pause', async () => {
    r.inject('F1.limit', { retryAfterS: 3_600 });
    const before = Date.now();
    await r.exchange.submit(r.order());
    const { until } = r.connection.at(-1) as { readonly until: number };
    expect(until - before).toBeGreaterThanOrEqual(3_600_000);
    expect(until - before).toBeLessThan(3_610_000);
  });

  it('F8: an order that the venue does not show yet is not absent', async () => {
    r.inject('F8.unseen', { ms: 60_000 });
    const order = r.order({ kind: 'limit', price: 41_000 });
    const sentAt = Date.now();
    expect(codeOf(await r.exchange.submit(order))).toBe('confirmed');
    expect(await r.exchange.lookUp(r.refOf(order), sentAt)).toMatchObject({ found: 'unknown' });
    r.server.exchange.session.skewMs = 60_001;
    expect(await r.exchange.lookUp(r.refOf(order), sentAt)).toMatchObject({
      found: 'order',
      order: { state: 'working' },
    });
  });

  it('F16: a reduce-only exit without a position is refused as such', async () => {
    await r.exchange.submit(r.order());
    r.inject('F16.closed');
    expect(codeOf(await r.exchange.submit(r.order({ side: 'sell', reduceOnly: true, urgency: 'exit' })))).toBe(
      'refused reduce-only',
    );
    expect(await r.exchange.positions()).toEqual([]);
  });

  it.each([20_000, -20_000])('F24: a clock %i ms off is set right, and the order goes out once', async (ms) => {
    r.inject('F24.skew', { ms });
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('confirmed');
    expect(really()).toHaveLength(1);
    expect(r.connection.some((event) => event.kind === 'clock')).toBe(true);
    // The offset is known to half of the time that the answer took, on a machine that may be slow.
    expect(Math.abs(r.exchange.now() - Date.now() - ms)).toBeLessThan(5_000);
  });

  it('F25: modes are told, and a mode that is set already counts as changed', async () => {
    expect(await r.exchange.setMarginMode(r.pair, 'isolated')).toEqual({ outcome: 'changed' });
    expect(await r.exchange.setMarginMode(r.pair, 'isolated')).toEqual({ outcome: 'changed' });
    expect(await r.exchange.setPositionMode('one-way')).toEqual({ outcome: 'changed' });
    expect(await r.exchange.settings(r.pair)).toMatchObject({ marginMode: 'isolated', positionMode: 'one-way' });
    r.inject('F25.mode');
    expect((await r.exchange.settings(r.pair)).positionMode).toBe('hedge');
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('refused position-mode');
  });

  it('F26: a refused leverage leaves the old one, and says so', async () => {
    r.inject('F26.refused');
    expect(await r.exchange.setLeverage(r.pair, 3)).toMatchObject({ outcome: 'refused', code: 'leverage' });
    expect((await r.exchange.settings(r.pair)).leverage).toBe(20);
    expect(await r.exchange.setLeverage(r.pair, 3)).toEqual({ outcome: 'changed' });
    expect((await r.exchange.settings(r.pair)).leverage).toBe(3);
  });

  it('F27: a symbol that left trading is refused by the venue, then denied here', async () => {
    r.inject('F27.halt');
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('refused market-closed');
    await r.exchange.loadMarkets();
    expect(r.exchange.market(r.pair)?.status).toBe('halted');
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('denied market-closed');
  });

  it('F28: maintenance is told when it begins and when it is over, and asks for a resync', async () => {
    r.inject('F28.down');
    await expect(r.exchange.balances()).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
    expect(codeOf(await r.exchange.submit(r.order()))).not.toBe('confirmed');
    r.inject('F28.up');
    await r.exchange.balances();
    await until(() => r.connection.at(-1)?.kind === 'resync');
    expect(r.connection.map(({ kind }) => kind)).toEqual(['connected', 'maintenance', 'maintenance', 'resync']);
  });

  it('F29: a revoked key is told once and not tried again', async () => {
    r.inject('F29.revoked');
    const sent = r.server.rest.log.length;
    await expect(r.exchange.balances()).rejects.toMatchObject({ code: 'EXCHANGE_KEY' });
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('refused key');
    expect(r.server.rest.log.length).toBe(sent + 2);
    expect(r.connection.filter(({ kind }) => kind === 'key-refused')).toHaveLength(1);
  });

  it('F32: funding is what the venue booked, at its own hours', async () => {
    r.inject('F32.rate', { rate: -0.002 });
    r.inject('F32.interval', { hours: 1 });
    const since = r.server.exchange.now;
    await r.exchange.submit(r.order());
    r.server.exchange.advance(3 * 3_600_000);
    const payments = await r.exchange.fundingPayments(since);
    expect(payments.map(({ at }) => at - since)).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect(payments.every(({ amount, asset, pair }) => amount > 0 && asset === 'USDT' && pair === r.pair)).toBe(true);
    expect((await r.exchange.fundingPayments(since + 3_600_001)).length).toBe(2);
  });

  describe('keys', () => {
    it('say what they may do', async () => {
      expect(await r.exchange.keyPermissions()).toEqual({ read: true, trade: true, withdraw: false });
      const other = await rig({ key: { apiKey: 'can-withdraw', secret: 's' } });
      expect((await other.exchange.keyPermissions()).withdraw).toBe(true);
      await other.close();
    });

    it('and signatures appear in no error, outcome or event', async () => {
      const key = { apiKey: KEY.apiKey, secret: KEY.secret };
      const told: unknown[] = [];
      for (const name of ['F3.hang', 'F3.reset', 'F3.502', 'F5.cut', 'F12.margin', 'F2.lost']) {
        r.inject(name);
        told.push(await r.exchange.submit(r.order()));
      }
      r.inject('F29.revoked');
      told.push(await r.exchange.balances().catch((error: Error) => `${error.message} ${error.stack}`));
      told.push(r.connection);
      const text = JSON.stringify(told);
      for (const secret of [key.apiKey, key.secret, 'signature=']) expect(text).not.toContain(secret);
    });
  });

  it('denies what cannot have left: nobody listens there', async () => {
    const url = r.server.url;
    await r.server.close();
    // The first may have gone down a connection that was open still.
    await r.exchange.submit(r.order());
    expect(codeOf(await r.exchange.submit(r.order()))).toBe('denied other');
    const other = await openExchange({
      name: 'binance',
      kind: 'perpetual',
      keys: KEY,
      url,
      timeoutMs: 300,
      clock: hastyClock,
    });
    await expect(other.open()).rejects.toMatchObject({ code: 'EXCHANGE_UNAVAILABLE' });
    await other.close();
    r = await rig();
  });

  it('sends an exit before the data requests that wait for their share of the limit', async () => {
    // Each weighs 40 of the 150 that data may use at once.
    const asked = Array.from({ length: 8 }, () => r.exchange.fetchTickers().catch(() => 'closed'));
    expect((await r.exchange.submit(r.order({ urgency: 'exit' }))).outcome).toBe('confirmed');
    const data = r.server.rest.log.filter(({ path }) => path === '/fapi/v1/ticker/24hr').length;
    expect(data).toBeLessThan(6);
    await r.exchange.close();
    await Promise.all(asked);
  });
});
