import { afterEach, expect, it } from 'vitest';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

let bot: TestBot;
afterEach(() => bot.stop());

const started = async () => {
  bot = new TestBot(
    testVenue(),
    testOptions(
      planned((at, act) => {
        if (at === 0) act.enter.long();
        if (at === 5) act.exit.long();
      }),
      [BTC],
    ),
  );
  await bot.start();
  bot.speed = 100;
};
/** From now on looks at the open orders take until `answer` is called. */
function slow(): () => void {
  let answer: () => void = () => {};
  const { openOrders } = bot.exchange;
  bot.exchange.openOrders = async () => {
    await new Promise<void>((done) => {
      answer = done;
    });
    return openOrders.call(bot.exchange);
  };
  return () => answer();
}
const turn = () => new Promise((done) => setImmediate(done));

it('whoever asks during a comparison gets the next one, and waits for no more however often others ask', async () => {
  await started();
  const { live } = bot.session;
  const { reconciler } = live!;
  const answer = slow();
  const before = reconciler.runs;
  const first = reconciler.run();
  await turn();
  let isOver = false;
  const second = reconciler.run().then(() => {
    isOver = true;
  });
  answer();
  await first;
  expect(reconciler.runs).toBe(before + 1);
  expect(isOver).toBe(false);
  await turn();
  // Someone asks in the second run, too: that is not the affair of those who asked in the first.
  const third = reconciler.run();
  answer();
  await second;
  expect(reconciler.runs).toBe(before + 2);
  await turn();
  answer();
  await third;
  expect(reconciler.isUnsure).toBe(false);
});

it('the care of every second does not queue comparisons behind one that takes longer', async () => {
  await started();
  const { live } = bot.session;
  const answer = slow();
  const before = live!.reconciler.runs;
  bot.wallMs += 120_000;
  live!.care();
  await turn();
  for (let k = 0; k < 5; k++) {
    bot.wallMs += 60_001;
    live!.care();
  }
  answer();
  await turn();
  await turn();
  expect(live!.reconciler.isRunning).toBe(false);
  expect(live!.reconciler.runs).toBe(before + 1);
});

it("a position of somebody else's that was told once is not asked about every second", async () => {
  await started();
  const { reconciler } = bot.session.live!;
  bot.venue.positions.set(BTC, { amount: 1, cost: 100 });
  for (let k = 0; k < 2; k++) {
    await reconciler.run();
    expect(reconciler.isUnsure).toBe(true);
  }
  await reconciler.run();
  expect(bot.session.wiring.states[0]!.blocked).toBe('position_drift');
  expect(reconciler.isUnsure).toBe(false);
});

it("an order's last row still says what the venue calls it", async () => {
  await started();
  await bot.candle({ [BTC]: [100, 101, 99, 100] });
  await bot.candle({ [BTC]: [100, 101, 99, 100] });
  const rows = bot.store.reader.orders();
  expect(rows.map(({ purpose, state }) => [purpose, state])).toEqual([
    ['entry', 'filled'],
    ['stop', 'cancelled'],
    ['exit', 'filled'],
  ]);
  const ids = bot.venue.orders.map((o) => [o.clientOrderId, o.exchangeId]);
  expect(rows.map((row) => [row.clientId, row.exchangeId])).toEqual(ids);
});

/** Fills cost 100, then 110, then 120 … */
function dearer(): void {
  const { venue } = bot;
  const { tell } = venue;
  let price = 100;
  venue.tell = (event) => {
    if (event.kind === 'fill') Object.assign(event.fill, { price });
    if (event.kind === 'fill') price += 10;
    tell.call(venue, event);
  };
}
const average = () => bot.store.reader.orders().find(({ purpose }) => purpose === 'entry')!.average;

it.each([false, true])(
  'an order that filled at several prices shows their average (heard together: %s)',
  async (isDeaf) => {
    await started();
    bot.venue.share = 0.5;
    bot.exchange.isDeaf = isDeaf;
    dearer();
    bot.session.loop.command({ name: 'force-enter', slot: bot.session.slotOf(BTC), side: 'long' });
    await bot.idle();
    await bot.session.live!.reconciler.run();
    await bot.idle();
    expect(bot.venue.fills.map(({ amount, price }) => [amount, price])).toEqual([
      [5, 100],
      [5, 110],
    ]);
    expect(average()).toBe(105);
  },
);

it('and over a restart', async () => {
  const plan = planned(() => {}, { orderTypes: { entry: 'limit', exit: 'market' }, entryPrice: () => 99 });
  bot = new TestBot(testVenue(), testOptions(plan, [BTC]));
  await bot.start();
  bot.session.loop.command({ name: 'force-enter', slot: bot.session.slotOf(BTC), side: 'long' });
  await bot.idle();
  const order = bot.venue.orders.find(({ kind }) => kind === 'limit')!;
  dearer();
  bot.venue.share = 0.5;
  bot.venue.match(order, 99, true);
  await bot.idle();
  expect(average()).toBe(100);
  await bot.kill();
  await bot.start();
  bot.venue.share = 1;
  bot.venue.match(order, 99, true);
  await bot.idle();
  const [first, second] = bot.venue.fills;
  expect(average()).toBeCloseTo((first!.amount * 100 + second!.amount * 110) / (first!.amount + second!.amount), 9);
});

it("a pair on which somebody else's order rests takes no entries until three looks show that it is gone", async () => {
  await started();
  const { reconciler } = bot.session.live!;
  const foreign = { pair: BTC, side: 'buy', kind: 'limit', amount: 1, price: 50, clientOrderId: 'by-hand' } as const;
  bot.venue.submit({ ...foreign, urgency: 'entry' });
  const blocked = async (looks: number) => {
    for (let k = 0; k < looks; k++) await reconciler.run();
    return bot.session.slotOf(BTC).pair.blocked;
  };
  expect(await blocked(4)).toBe('foreign_order');
  Object.assign(bot.venue.orders.at(-1)!, { state: 'cancelled' });
  expect([await blocked(2), await blocked(1)]).toEqual(['foreign_order', null]);
  // Back again: the list had lagged.
  Object.assign(bot.venue.orders.at(-1)!, { state: 'working' });
  expect(await blocked(1)).toBe('foreign_order');
  const told = bot.lines.filter(({ event }) => event.startsWith('order.foreign')).map(({ event }) => event);
  expect(told).toEqual(['order.foreign', 'order.foreign.gone']);
});

it('a thousandth of a small balance is a difference: not every stake is in dollars', async () => {
  const venue = testVenue();
  venue.wallet = 1.5;
  bot = new TestBot(venue, {
    ...testOptions(
      planned(() => {}),
      [BTC],
    ),
    stakeAmount: 0.1,
  });
  await bot.start();
  const { reconciler } = bot.session.live!;
  venue.wallet = 1.4985;
  for (let look = 0; look < 3; look++) await reconciler.run();
  await bot.session.idle();
  expect(reconciler.corrections).toBe(1);
  expect(bot.session.loop.engine.ledger.account.stake.free.value).toBeCloseTo(1.4985, 12);
  const { reason } = bot.store.reader.decisions({ kind: 'reconcile' }).at(-1)!;
  expect(reason).toContain('-0.0015 USDT');
});
