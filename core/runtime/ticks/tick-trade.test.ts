import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Position } from '../../engine/position.ts';
import { carryOut } from '../trade/carry-out.ts';
import { Stage, TwoSided } from './tick-stage-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-trade-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps every quote, fill, trade and decision of a market maker', async () => {
  const stage = new Stage(folder, 'kept');
  await stage.start();
  await stage.play(600);
  const { reader } = stage.store;
  const { engine } = stage.bot.loop;
  const fills = reader.fills();
  expect(fills.length).toBeGreaterThan(8);
  expect(fills.length).toBe(engine.logs.fills.length);
  // The rows add up to the position, and each order to its fills.
  const held = fills.reduce((sum, { side, lots }) => sum + (side === 'buy' ? lots : -lots), 0);
  expect(held).toBe(engine.ledger.open.reduce((sum, { sign, lots }) => sum + sign * lots, 0));
  for (const order of reader.orders()) {
    const own = fills.filter((fill) => fill.order === order.id);
    expect([order.id, order.filledLots]).toEqual([order.id, own.reduce((sum, { lots }) => sum + lots, 0)]);
  }
  // The position's stop rests beside the quotes.
  expect(reader.orders({ state: 'open' }).length).toBe(stage.bot.openOrders);
  expect(stage.quotes.length).toBeGreaterThan(0);
  expect(reader.trades({ state: 'closed' }).length).toBe(engine.logs.trades.length);
  expect(reader.decisions({ kind: 'gate' }).map(({ reason }) => reason)).toContain('long: refused, inventory');
  expect(reader.equity().length).toBeGreaterThan(0);
  await stage.stop();
  expect(stage.failures).toEqual([]);
});

it('goes on after a kill with cash, position and stores as they were; what rested is ended, then quoted anew', async () => {
  const stage = new Stage(folder, 'killed');
  await stage.start();
  await stage.play(250);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  const before = stage.bot.loop.engine;
  const [{ id, lots, margin }] = before.ledger.open as [Position];
  const equity = before.ledger.free + margin;
  const rested = stage.quotes.map(({ id }) => id);
  expect(rested.length).toBeGreaterThan(0);
  await stage.store.close(stage.now);
  await stage.start();
  const { engine } = stage.bot.loop;
  expect(engine.ledger.free + engine.ledger.open[0]!.margin).toBeCloseTo(equity, 9);
  expect(Math.abs(engine.ledger.equity - equity)).toBeLessThan(1);
  expect([engine.ledger.open[0]!.id, engine.ledger.open[0]!.lots]).toEqual([id, lots]);
  expect(stage.bot.slots[0]!.strategy.store.starts).toBe(2);
  expect(rested.map((quote) => stage.store.reader.orders().find((order) => order.id === quote)!)).toMatchObject(
    rested.map(() => ({ state: 'cancelled', reason: 'restart' })),
  );
  const known = stage.store.reader.fills().length;
  await stage.play(400);
  expect(stage.store.reader.fills().length).toBeGreaterThan(known + 2);
  const fills = stage.store.reader.fills();
  expect(fills.reduce((sum, { side, lots }) => sum + (side === 'buy' ? lots : -lots), 0)).toBe(
    engine.ledger.open.reduce((sum, { sign, lots }) => sum + sign * lots, 0),
  );
  await stage.bot.close();
  expect(stage.quotes).toEqual([]);
  expect(stage.failures).toEqual([]);
  await stage.store.close(stage.now);
});

it('withdraws its quotes when paused, quotes again when resumed, and leaves everything when halted', async () => {
  const stage = new Stage(folder, 'halted');
  await stage.start();
  await stage.play(300);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  expect((await carryOut(stage.bot, { command: 'pause' })).after).toBe('go-on');
  await stage.play(60);
  expect([stage.quotes.length, stage.bot.isHalted]).toEqual([0, true]);
  // The position is looked after: its stop stays.
  expect(stage.store.reader.orders({ state: 'open' }).map(({ purpose }) => purpose)).toEqual(['stop']);
  const fills = stage.store.reader.fills().length;
  await stage.play(100);
  expect(stage.store.reader.fills().length).toBe(fills);
  await carryOut(stage.bot, { command: 'resume' });
  await stage.play(100);
  expect(stage.quotes.length).toBeGreaterThan(0);
  const status = JSON.parse((await carryOut(stage.bot, { command: 'status' })).text);
  expect(status.orders).toBe(stage.store.reader.orders({ state: 'open' }).length);
  const halted = carryOut(stage.bot, { command: 'halt', flatten: true });
  // The market goes on meanwhile.
  for (let i = 0; i < 40; i++) await stage.play(10);
  expect((await halted).after).toBe('end');
  expect([stage.bot.openOrders, stage.bot.loop.engine.ledger.open.length]).toEqual([0, 0]);
  expect(stage.store.reader.trades({ state: 'open' })).toEqual([]);
  await stage.stop();
});

it('leaves everything once more is lost than allowed, counted from the first prices after a start', async () => {
  const stage = new Stage(folder, 'loss');
  await stage.start(() => new TwoSided(), 0.00002);
  let isOver = false;
  for (let rows = 0; rows < 2_400 && !isOver; rows += 50) {
    await stage.play(50);
    isOver = stage.bot.isHalted && stage.bot.loop.engine.ledger.open.length === 0;
  }
  expect(isOver).toBe(true);
  expect(stage.bot.loop.engine.ledger.equity).toBeLessThan(9_999.8);
  expect(stage.store.reader.decisions({ kind: 'command' })[0]!.reason).toContain('equity fell from 10000.00');
  await stage.stop();
});

it('withdraws while the book is stale, and pays funding at the rate that was told before its moment', async () => {
  const stage = new Stage(folder, 'stale');
  await stage.start();
  await stage.play(300);
  while (stage.bot.loop.engine.ledger.open.length === 0) await stage.play(20);
  const due = stage.now + 3_600_000;
  stage.fund(0.001, due);
  const [position] = stage.bot.loop.engine.ledger.open;
  const paid = -0.001 * position!.sign * position!.amount * 50_000;
  stage.fund(0.002, due + 28_800_000);
  await stage.bot.settled();
  expect(position!.funding).toBeCloseTo(paid, 9);
  expect(stage.store.reader.funding(position!.id)).toMatchObject([{ rate: 0.001, mark: 50_000 }]);
  expect(stage.store.reader.funding(position!.id)[0]!.amount).toBeCloseTo(paid, 9);
  stage.stale();
  stage.now += 1_000;
  stage.fund(0.002, due + 28_800_000);
  await stage.bot.settled();
  expect(stage.quotes).toEqual([]);
  stage.live();
  await stage.play(50);
  expect(stage.quotes.length).toBeGreaterThan(0);
  await stage.stop();
});

it('warns once on spot when asks are wanted of coins that the stop holds', async () => {
  class Stopped extends TwoSided {
    override stoploss = -0.2;
    override canShort = false;
  }
  const stage = new Stage(folder, 'coins', undefined, 'BTC/USDT');
  await stage.start(() => new Stopped());
  await stage.play(600);
  expect(stage.store.reader.fills().length).toBeGreaterThan(0);
  expect(stage.warnings).toEqual(['quotes.no_coins BTC/USDT']);
  await stage.stop();
});

it('leaves no quote behind when a strategy throws as it is stopped, and says which one threw', async () => {
  const stage = new Stage(folder, 'throws');
  await stage.start(() =>
    Object.assign(new TwoSided(), {
      onStop() {
        throw new Error('the ledger of mine is locked');
      },
    }),
  );
  await stage.play(250);
  expect(stage.quotes.length).toBeGreaterThan(0);
  await expect(stage.bot.close()).rejects.toThrow('STRATEGY_FAILED: TwoSided threw in onStop: the ledger of mine');
  expect(stage.quotes).toEqual([]);
  await stage.store.close(stage.now);
});

it('tells a strategy that throws at its start by its name, not as a bug of ours', async () => {
  const stage = new Stage(folder, 'throws-first');
  const start = stage.start(() =>
    Object.assign(new TwoSided(), {
      onStart() {
        throw new Error('no such file');
      },
    }),
  );
  await expect(start).rejects.toThrow('STRATEGY_FAILED: TwoSided threw in onStart: no such file');
  await stage.store.close(stage.now);
});
