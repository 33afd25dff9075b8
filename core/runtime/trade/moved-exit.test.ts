import { expect, it } from 'vitest';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

it('an exit that its strategy moves rests at the new price only, over a restart as well', async () => {
  const plan = planned(
    (at, act) => {
      if (at === 0) act.enter.long();
      if (at === 5) act.exit.long();
    },
    {
      exitPrice: () => 104,
      unfilledTimeout: { entry: 5, exit: 60 },
      adjustOrder: ({ isEntry, price }) => (!isEntry && price > 102 ? price - 1 : 'keep'),
    },
  );
  const bot = new TestBot(testVenue(), testOptions(plan, [BTC]));
  const resting = () =>
    bot.venue.orders.filter((o) => o.kind === 'limit' && o.state === 'working').map((o) => [o.price, o.amount]);
  await bot.start();
  const still = { [BTC]: [100, 100, 100, 100] } as const;
  await bot.candle(still);
  await bot.candle(still);
  expect(resting()).toEqual([[104, 10]]);
  await bot.candle(still);
  expect(resting()).toEqual([[103, 10]]);
  await bot.kill();
  await bot.start();
  await bot.candle(still);
  expect(resting()).toEqual([[102, 10]]);
  await bot.candle({ [BTC]: [100, 103, 100, 103] });
  expect(resting()).toEqual([]);
  const { fills } = bot.venue;
  expect(fills.map(({ side, price }) => [side, price])).toEqual([
    ['buy', 100],
    ['sell', 102],
  ]);
  await bot.stop();
});
