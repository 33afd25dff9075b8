import { afterEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { FIRST_QUOTE_ID } from '../../core/runtime/ticks/tick-trade-rows.ts';
import { recordedStretch, TickBot, type TickBotOptions, tickServer } from '../e2e/tick-bot-fixture.ts';

const recorded = recordedStretch(21, 1_500);
let server: ReplayServer;
let bot: TickBot;

async function begun(options: TickBotOptions = {}): Promise<void> {
  server = await tickServer(recorded);
  bot = new TickBot(server, recorded, options);
  await bot.start();
}

afterEach(async () => {
  await bot.stop();
  await server.close();
});

const orderOf = (id: number) => bot.store.reader.orders().find((order) => order.id === id)!;
const intents = () => bot.store.reader.orders().flatMap(({ id }) => bot.store.reader.intents(id));
const quotes = () => bot.store.reader.orders({ state: 'open' }).filter(({ id }) => id >= FIRST_QUOTE_ID);

/** Amounts of the stops at the exchange. */
const stops = () => bot.truth().futures.algoOrders.flatMap((o) => (o.algoStatus === 'NEW' ? [Number(o.quantity)] : []));

/** Leaves everything; the books are the account's. */
async function ended(): Promise<void> {
  await bot.halt();
  expect(bot.differences()).toEqual([]);
  expect(bot.resting).toEqual([]);
  expect(stops()).toEqual([]);
  expect(bot.ended).toEqual([]);
  // What came to its sessions, given to the backtester, makes the same quotes, orders and fills, bit for bit.
  await bot.stop();
  const { fills, sent } = await bot.replayed();
  expect(fills).toBeGreaterThanOrEqual(bot.bot.loop.engine.logs.fills.length);
  expect(sent).toBeGreaterThan(0);
}

describe('a market maker with real orders', () => {
  it('quotes, moves its quotes in place, is filled as a maker, and ends with the books of the account', async () => {
    await begun();
    await bot.playUntil(() => bot.filled >= 3);
    const done = intents().filter(({ outcome }) => outcome === 'confirmed');
    expect(done.some(({ request }) => request === 'amend')).toBe(true);
    // What was moved stays the same order.
    const moved = done.find(({ request }) => request === 'amend')!;
    const placed = done.filter(({ request, order }) => request === 'place' && order === moved.order);
    expect(placed.length).toBe(1);
    expect(bot.store.reader.fills().every(({ isMaker }) => isMaker)).toBe(true);
    // The inventory has its stop at the exchange.
    await bot.until(() => bot.books !== 0 && stops().join() === String(Math.abs(bot.books)));
    await ended();
  });

  it('killed between an order and its answer, takes off what rests, books what was filled, and quotes anew', async () => {
    await begun();
    await bot.playUntil(() => bot.resting.length > 0 && bot.filled > 0);
    server.exchange.faults.inject('F7.after', { on: '^POST /fapi/v1/order$' });
    await bot.playUntil(() => server.exchange.faults.injected.some(({ name }) => name === 'F7.after'));
    await bot.kill();
    server.exchange.faults.clear();
    const before = bot.resting.map(({ clientId }) => clientId);
    expect(before.length).toBeGreaterThan(0);
    await bot.start();
    // Whatever rested is gone or was filled while nobody looked.
    expect(bot.resting.filter(({ clientId }) => before.includes(clientId))).toEqual([]);
    for (const clientId of before) {
      const intent = bot.store.reader.placeOf(bot.exchange.account, clientId)!;
      expect(intent.outcome).toBe('confirmed');
      expect(['cancelled', 'filled']).toContain(orderOf(intent.order!).state);
    }
    await bot.playUntil(() => quotes().length > 0);
    await ended();
  });

  it('withdraws its quotes when it is told to stop; the position keeps its stop', async () => {
    await begun();
    await bot.playUntil(() => bot.books !== 0 && bot.resting.length > 0);
    await bot.stop();
    expect(bot.resting).toEqual([]);
    const held = bot.books;
    expect(stops()).toEqual(held === 0 ? [] : [Math.abs(held)]);
    await bot.start();
    expect(bot.books).toBe(held);
    await ended();
  });
});

describe('a market maker that cannot hear', () => {
  it('withdraws while its streams are down, and quotes again once what was missed has been asked for', async () => {
    await begun();
    await bot.playUntil(() => bot.resting.length === 2);
    const heard = bot.lines.length;
    server.exchange.faults.inject('F19.close', {});
    const told = () => bot.lines.slice(heard).map(({ event }) => event);
    await bot.until(() => told().includes('connection.disconnected'));
    const { runs } = bot.bot.live!.reconciler;
    await bot.until(() => bot.bot.slots[0]!.pair.blocked === null);
    expect(told()).toContain('connection.resync');
    expect(bot.bot.live!.reconciler.runs).toBeGreaterThan(runs);
    // What rested before was taken off, or filled.
    await bot.playUntil(() => bot.resting.length > 0);
    expect(intents().some(({ request, outcome }) => request === 'cancel' && outcome === 'confirmed')).toBe(true);
    await ended();
  });
});

describe('a quote that the exchange does not take', () => {
  const submitted = () => server.exchange.futures.orders.all().length;

  it('leaves its side alone for a while, keeps its reason, and is made anew', async () => {
    await begun();
    await bot.playUntil(() => bot.resting.length === 2);
    const { faults } = server.exchange;
    // Every new order of the next second is refused for want of margin.
    faults.inject('F12.margin', { times: 1_000, on: '^POST /fapi/v1/order$' });
    await bot.playUntil(() => bot.lines.some(({ event }) => event === 'order.refused'));
    const before = faults.injected.length;
    const at = server.exchange.now;
    while (server.exchange.now < at + 900) await bot.play(1);
    // Each side asked once more at most.
    expect(faults.injected.length - before).toBeLessThanOrEqual(2);
    const refused = bot.store.reader.orders().filter(({ state }) => state === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => reason !== null)).toBe(true);
    faults.clear();
    const had = submitted();
    await bot.playUntil(() => submitted() > had);
    await ended();
  });
});
