import { expect, it } from 'vitest';
import type { Order } from '../../engine/order.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeReader } from '../../ports/trade-store.ts';
import { resumeOrders } from './resume-orders.ts';
import { BTC, planned, TestBot, testOptions, testVenue } from './session-fixture.ts';

it('a request that waited for its turn is looked for as of its answer, not as of its queueing: the venue may lag', async () => {
  const bot = new TestBot(
    testVenue(),
    testOptions(
      planned((at, act) => at === 0 && act.enter.long()),
      [BTC],
    ),
  );
  await bot.start();
  bot.speed = 100;
  const exchange: ExchangePort = bot.exchange;
  const { lookUp } = exchange;
  const asked: number[] = [];
  exchange.lookUp = (ref, from) => {
    asked.push(from);
    return lookUp.call(exchange, ref, from);
  };
  let answeredAt = 0;
  exchange.submit = async () => {
    bot.wallMs += 7_000;
    answeredAt = bot.wallMs;
    return { outcome: 'unknown', cause: 'cut off' };
  };
  await bot.candle({ [BTC]: [100, 101, 99, 100] });
  expect(asked[0]).toBe(answeredAt);
  await bot.stop();
});

it('a request without an answer when the bot was killed may have left with its last breath', () => {
  const order = { id: 1, slot: { pair: { instrument: { lot: 1 } } } } as unknown as Order;
  const intent = { id: 1, attempt: 1, request: 'place', clientId: 'tg1', at: 1_000, body: {}, detail: null };
  const leftBy = (outcome: string) => {
    const reader = { intents: () => [{ ...intent, outcome }] } as unknown as TradeReader;
    return resumeOrders([order], reader, 9_000)[0]!.attempts[0]!.leftBy;
  };
  expect(['pending', 'unknown', 'confirmed', 'refused'].map(leftBy)).toEqual([9_000, 9_000, 1_000, 1_000]);
});
