import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { type BotOptions, BTC, botServer, decided, ETH, FROM, fastClock, ReplayBot } from '../e2e/bot-fixture.ts';

// What keeps an account safe by itself: the loss limit, the exchange's own switch, and money that is not there.
let server: ReplayServer;
let bot: ReplayBot;
beforeEach(async () => {
  server = await botServer(4);
});
afterEach(async () => {
  await bot.stop();
  await server.close();
});

/** Wants to be long on every pair, always. */
const long = (attributes = {}) => decided((act) => act.enter.long(), { stoploss: -0.5, ...attributes });
async function begin(options: Partial<BotOptions> = {}): Promise<void> {
  bot = new ReplayBot(server, { strategy: long(), clock: fastClock(10), ...options });
  await bot.start();
}
const stops = () => bot.truth().futures.algoOrders.filter((a) => a.algoStatus === 'NEW');
const resting = () => bot.truth().futures.orders.filter((o) => o.status === 'NEW');
const held = () => bot.position() !== 0 && stops().length === 1;
/** Takes money off the account. */
const withdraw = (amount: number) => server.exchange.futures.transfer('TRANSFER', '', -Math.round(amount * 1e8));

it('a loss limit halts: everything is left, and no signal enters again', async () => {
  await begin({ stake: 9_000, settings: { maxLossRatio: 0.02 } });
  await bot.minute();
  await bot.until(held);
  const market = server.exchange.markets('futures').get('BTCUSDT')!;
  market.script([[server.exchange.now, market.klines.at(-1)!.close * 0.97]]);
  // No candle closes: the exchange's mark price tells.
  server.exchange.advance(15_000);
  bot.session.live!.reconcile();
  await bot.until(() => bot.session.isHalted && bot.position() === 0);
  await bot.minute();
  await bot.minute();
  expect(bot.position()).toBe(0);
  await bot.until(() => bot.differences().length === 0);
  expect(stops()).toEqual([]);
  expect(bot.store.reader.decisions({ kind: 'command' }).map((d) => d.reason)).toEqual([
    expect.stringMatching(/^halt and flatten: equity fell from 10000\.00 to 9[67]\d\d\.\d\d$/),
  ]);
  expect(bot.ended).toEqual([]);
});

it("the exchange's own switch is armed, kept armed, and takes entries off when the bot is gone; stops stay", async () => {
  const strategy = long({
    orderTypes: { entry: 'limit', exit: 'market' },
    // On the second pair too low to fill.
    entryPrice: ({ pair, rate }: { pair: string; rate: number }) => rate * (pair === ETH ? 0.97 : 1.01),
    unfilledTimeout: { entry: 60, exit: 60 },
  });
  const switchMs = 120_000;
  await begin({ strategy, pairs: [BTC, ETH], settings: { deadMansSwitchMs: switchMs } });
  await bot.minute();
  await bot.until(() => held() && resting().length === 1);
  const armed = () => server.rest.log.filter((r) => r.path === '/fapi/v1/countdownCancelAll');
  await bot.until(() => armed().length >= 8);
  const times = armed().flatMap((r) => (r.params.symbol === 'BTCUSDT' ? [r.sessionTime] : []));
  expect(armed().every((r) => r.status === 200 && r.params.countdownTime === String(switchMs))).toBe(true);
  for (const [k, time] of times.entries()) if (k > 0) expect(time - times[k - 1]!).toBeLessThan(switchMs / 2);
  expect(resting()).toHaveLength(1);
  await bot.kill();
  server.exchange.advance(switchMs + 15_000);
  expect(resting()).toEqual([]);
  expect(stops()).toHaveLength(1);
  await bot.start();
  await bot.until(() => bot.differences().length === 0);
  expect(bot.store.reader.orders({ pair: ETH })[0]).toMatchObject({ purpose: 'entry', state: 'cancelled', filled: 0 });
});

it('a balance below the stake enters with what is there, or not at all, and says why', async () => {
  withdraw(9_950);
  await begin();
  await bot.minute();
  await bot.idle();
  // 50 USDT are below the least that a BTC order may cost, 100.
  expect(bot.truth().futures.orders).toEqual([]);
  expect(bot.store.reader.decisions({ kind: 'veto' })[0]).toMatchObject({
    pair: BTC,
    reason: expect.stringMatching(/\w/),
  });
  expect(bot.ended).toEqual([]);
});

it('money that leaves the account while the bot runs: the entry is refused once, and the books follow', async () => {
  const strategy = decided((act, _pair, time) => time === FROM && act.enter.long(), { stoploss: -0.5 });
  await begin({ strategy, settings: { reconcileMs: 60_000 } });
  withdraw(9_990);
  await bot.minute();
  await bot.until(() => bot.lines.some((l) => l.event === 'order.refused'));
  expect(bot.truth().futures.orders).toEqual([]);
  expect(bot.store.reader.orders()).toMatchObject([{ state: 'rejected', filled: 0 }]);
  bot.session.live!.reconcile();
  await bot.until(() => bot.session.live!.reconciler.corrections === 1);
  await bot.until(() => bot.differences().length === 0);
  expect(bot.session.loop.engine.ledger.equity).toBeCloseTo(10, 6);
});
