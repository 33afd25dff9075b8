import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { type BotOptions, botServer, decided, FROM, fastClock, ReplayBot } from '../e2e/bot-fixture.ts';

// One case per fault of the catalogue, by its number: what the bot makes of it, with the exchange layer it has in production.
let server: ReplayServer;
let bot: ReplayBot;
beforeEach(async () => {
  server = await botServer(3);
});
afterEach(async () => {
  await bot.stop();
  await server.close();
});

const inject = (name: string, options: object = {}) =>
  server.exchange.faults.inject(name, { symbol: 'BTCUSDT', ...options });
const minuteOf = (time: number) => Math.round((time - FROM) / 60_000);
const POST_ORDER = { on: '^POST /fapi/v1/order$' };

/** Enters long at the close of the candle of a minute, leaves at that of another. */
const longAt = (enter: number, leave = -1, attributes = {}) =>
  decided(
    (act, _pair, time) => {
      if (minuteOf(time) === enter) act.enter.long({ tag: 'in' });
      if (minuteOf(time) === leave) act.exit.long({ tag: 'out' });
    },
    { stoploss: -0.05, ...attributes },
  );

async function begin(options: Partial<BotOptions> = {}): Promise<void> {
  bot = new ReplayBot(server, { strategy: longAt(0), clock: fastClock(10), ...options });
  await bot.start();
}
const price = async (at: number) => {
  server.exchange
    .markets('futures')
    .get('BTCUSDT')!
    .script([[server.exchange.now, at]]);
  server.exchange.advance(15_000);
  await bot.idle();
};
const last = () => server.exchange.markets('futures').get('BTCUSDT')!.klines.at(-1)!.close;
const stops = () => bot.truth().futures.algoOrders.filter((a) => a.algoStatus === 'NEW' && a.symbol === 'BTCUSDT');
const said = (event: string) => bot.lines.filter((l) => l.event === event);
const agreed = () =>
  bot.until(() => bot.differences().length === 0, 8_000).catch(() => expect(bot.differences()).toEqual([]));
/** In position, with its stop. */
async function inPosition(options: Partial<BotOptions> = {}): Promise<void> {
  await begin(options);
  await bot.minute();
  await bot.until(() => bot.books() > 0 && stops().length === 1);
}

describe('requests that go wrong', () => {
  it('F1: a 429 stops all requests until it is over; the exit goes out then', async () => {
    await inPosition({ strategy: longAt(0, 1) });
    inject('F1.limit', { ...POST_ORDER, retryAfterS: 3 });
    await bot.minute();
    await bot.until(() => bot.position() === 0);
    await agreed();
    expect(server.exchange.limits.futures.requestsWhileBanned).toBe(0);
  });

  it.each([
    'F2.placed',
    'F3.reset',
    'F3.502',
    'F3.504',
    'F3.hang',
    'F4.disconnected',
    'F5.cut',
    'F5.empty',
    'F5.object',
    'F6.duplicate',
  ])('%s: the order exists, is found by its id and never sent again', async (name) => {
    await begin();
    inject(name, POST_ORDER);
    await bot.minute();
    await bot.until(() => bot.books() > 0 && stops().length === 1);
    expect(bot.truth().futures.orders.filter((o) => o.type === 'MARKET')).toHaveLength(1);
    await agreed();
  });

  it.each(['F2.lost', 'F3.reset-before', 'F3.504-before', 'F4.overload'])(
    '%s: nothing was done; the entry is given up, nothing is sent twice',
    async (name) => {
      await begin();
      inject(name, POST_ORDER);
      await bot.minute();
      await bot.until(() => bot.session.live!.broker.orders.size === 0);
      expect(bot.truth().futures.orders).toEqual([]);
      await bot.idle();
      expect(bot.store.reader.orders()).toMatchObject([{ state: 'rejected', filled: 0 }]);
    },
  );

  it.each(['F7.before', 'F7.after'])(
    '%s: a kill while the answer is awaited: the next start finds out',
    async (name) => {
      await begin({ timeoutMs: 20_000 });
      inject(name, POST_ORDER);
      const life = bot.minute().catch(() => {});
      await bot.until(() => server.exchange.faults.injected.length === 1);
      await bot.kill();
      void life;
      await bot.start();
      expect(bot.truth().futures.orders).toHaveLength(name === 'F7.after' ? 1 : 0);
      await bot.until(() => (name === 'F7.after' ? stops().length === 1 : bot.session.live!.broker.orders.size === 0));
      await agreed();
    },
  );

  it.each(['F12.margin', 'F12.notional', 'F12.precision', 'F12.lot', 'F12.price', 'F12.percent', 'F25.mismatch'])(
    '%s: the entry is dropped with its reason and not tried again',
    async (name) => {
      await begin();
      inject(name, POST_ORDER);
      await bot.minute();
      await bot.until(() => bot.session.live!.broker.orders.size === 0);
      await bot.idle();
      expect(bot.store.reader.orders()).toMatchObject([{ state: 'rejected' }]);
      expect(said('order.refused')).toHaveLength(1);
    },
  );

  it('F24: a clock that is off is set right and the request sent once more', async () => {
    await begin();
    inject('F24.skew', { ms: 20_000 });
    await bot.minute();
    await bot.until(() => bot.books() > 0 && stops().length === 1);
    await agreed();
  });

  it('F26: where the leverage is refused the entry is skipped', async () => {
    await begin({ strategy: longAt(0, -1, { leverage: () => 3 }) });
    inject('F26.refused');
    await bot.minute();
    await bot.until(() => bot.session.live!.broker.orders.size === 0);
    expect(bot.position()).toBe(0);
  });

  it('F28: maintenance in mid-run: waits, does not end, and agrees after it', async () => {
    await inPosition({ strategy: longAt(0, 2) });
    inject('F28.down');
    await bot.minute();
    inject('F28.up');
    await bot.minute();
    await bot.until(() => bot.position() === 0, 15_000);
    await agreed();
    expect(bot.ended).toEqual([]);
  });

  it('F29: a revoked key ends the session with an error', async () => {
    await inPosition({ settings: { reconcileMs: 1_000 } });
    inject('F29.revoked');
    await bot.until(() => bot.ended.length > 0);
    expect(String(bot.ended[0])).toContain('TRADE_KEY');
    expect(stops()).toHaveLength(1);
  });

  it('F31: a post-only order that would take is refused, and counted', async () => {
    await begin({ strategy: longAt(0, -1, { orderTypes: { entry: 'limit', exit: 'market' } }) });
    inject('F31.taker', POST_ORDER);
    await bot.minute();
    await bot.until(() => bot.session.live!.broker.orders.size === 0);
    expect(said('order.refused')).toMatchObject([{ fields: { code: 'would-take' } }]);
  });
});

describe('orders that go their own way', () => {
  it.each(['F8.unseen', 'F8.stale'])('%s: what the exchange shows late is waited for', async (name) => {
    await begin({ strategy: longAt(0, 1) });
    inject(name);
    await bot.minute();
    await bot.until(() => bot.books() > 0);
    await bot.minute();
    await bot.until(() => bot.position() === 0);
    await agreed();
  });

  it('F9: a cancel finds its order filled: the fill is booked', async () => {
    const strategy = longAt(0, -1, {
      entryPrice: ({ rate }: { rate: number }) => rate * 0.999,
      unfilledTimeout: { entry: 1, exit: 1 },
    });
    await begin({ strategy });
    await bot.minute();
    inject('F9.race');
    for (let i = 0; i < 3; i++) await bot.minute();
    await agreed();
  });

  it('F10: a thin book fills in parts; the stop has the size of the position', async () => {
    await begin({ stake: 5_000 });
    inject('F10.thin', { factor: 0.01, ms: 120_000 });
    await bot.minute();
    await bot.minute();
    await bot.until(() => stops().length === 1 && Number(stops()[0]!.quantity) === bot.books());
    await agreed();
  });

  it('F13: a stop that the market has passed already: the position is left at once', async () => {
    await begin();
    inject('F13.immediate');
    await bot.minute();
    await bot.until(() => bot.position() === 0 && bot.books() === 0);
    await bot.idle();
    expect(bot.store.reader.trades()).toMatchObject([{ exitReason: 'stop_loss' }]);
    await agreed();
  });

  it.each(['F14.canceled', 'F14.expired', 'F14.rejected'])(
    '%s: a stop that vanishes is back within seconds',
    async (name) => {
      await inPosition();
      inject(name);
      await bot.until(() => stops().length === 1);
      expect(bot.position()).toBeGreaterThan(0);
      await bot.idle();
      await agreed();
    },
  );

  it('F15: a stop goes off but its child is cancelled: nothing is booked, the position is looked after', async () => {
    await inPosition();
    inject('F15.cancel');
    await price(last() * 0.94);
    await bot.until(() => bot.position() === 0 && bot.books() === 0, 15_000);
    await agreed();
  });

  it('F16: a position closed by hand: the refused exit leads to the truth', async () => {
    await inPosition({ strategy: longAt(0, 1) });
    inject('F16.closed');
    await bot.minute();
    await bot.until(() => bot.books() === 0, 15_000);
    await bot.idle();
    expect(bot.store.reader.trades()[0]!.exitReason).toBe('closed_outside');
    expect(bot.store.reader.decisions({ kind: 'alert' }).length).toBeGreaterThan(0);
  });

  it('F17: a liquidation is booked as one', async () => {
    await inPosition({ strategy: longAt(0, -1, { leverage: () => 10 }) });
    inject('F17.liquidation');
    await bot.until(() => bot.books() === 0, 15_000);
    await bot.idle();
    expect(bot.store.reader.trades()[0]!.exitReason).toBe('liquidation');
  });

  it('F18: a trade by hand is told, blocks entries on its pair, and is never adopted', async () => {
    await begin({ strategy: longAt(99), settings: { reconcileMs: 1_000 } });
    await bot.minute();
    inject('F18.manual', { venue: 'futures', side: 'BUY', quantity: 0.05 });
    await bot.until(() => bot.session.wiring.states[0]!.blocked === 'position_drift', 15_000);
    expect(bot.books()).toBe(0);
    await bot.idle();
    expect(bot.store.reader.decisions({ kind: 'alert' }).length).toBeGreaterThan(0);
  });

  it('F23: private events twice, out of order or merged change nothing', async () => {
    await begin({ strategy: longAt(0, 1) });
    inject('F23.duplicate', { times: 6 });
    inject('F23.merge');
    await bot.minute();
    inject('F23.reorder', { times: 2 });
    await bot.minute();
    await bot.until(() => bot.position() === 0);
    await agreed();
  });
});

describe('streams and markets', () => {
  it.each(['F19.close', 'F20.freeze', 'F21.silent', 'F21.event'])(
    '%s: what was not heard is found out',
    async (name) => {
      await inPosition({ settings: { reconcileMs: 2_000 } });
      inject(name);
      await price(last() * 0.94);
      await bot.until(() => bot.books() === 0, 20_000);
      await agreed();
    },
  );

  it('F27: a halted symbol: its entry is refused, the bot goes on', async () => {
    await begin();
    inject('F27.halt');
    await bot.minute();
    await bot.idle();
    expect(bot.position()).toBe(0);
    expect(bot.ended).toEqual([]);
  });

  it('F27: a price of 0 hits no stop', async () => {
    await inPosition();
    inject('F27.zero');
    await bot.minute();
    expect(bot.books()).toBeGreaterThan(0);
    await agreed();
  });

  it.each(['F30.late', 'F30.missing', 'F30.revised'])(
    '%s: only final candles are acted on, each once',
    async (name) => {
      await begin({ strategy: longAt(2) });
      inject(name, { ms: 20_000 });
      for (let i = 0; i < 4; i++) await bot.minute();
      await bot.until(() => bot.books() > 0, 8_000);
      expect(bot.truth().futures.orders.filter((o) => o.type === 'MARKET')).toHaveLength(1);
      await agreed();
    },
  );

  it('F32: funding is booked from the payments of the exchange', async () => {
    await inPosition({ settings: { reconcileMs: 2_000 } });
    inject('F32.interval', { hours: 1 });
    inject('F32.rate', { rate: 0.001 });
    server.exchange.advance(3_600_000);
    await bot.idle();
    await bot.until(
      () => bot.session.slots[0]!.position === null || bot.session.slots[0]!.position.funding !== 0,
      15_000,
    );
    await bot.session.halt(true, 'end of the test');
    expect(bot.differences()).toEqual([]);
    expect(bot.session.live!.reconciler.corrections).toBe(0);
  });
});
