import { expect, it } from 'vitest';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { Instrument } from '../../domain/tradable.ts';
import { ORDER_STATE } from '../../engine/order.ts';
import type { ExchangePort } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { closedTrades, savedEngine, specOf } from './session-start.ts';

const { created, working } = ORDER_STATE;

/** A store as a kill left it: states of orders in the engine's state, and in their rows. */
function stored(inState: Record<number, number>, inRows: Record<number, string>) {
  const orders = Object.entries(inState).map(([id, state]) => ({ id: Number(id), state, lots: 10 }));
  const rows = Object.entries(inRows).map(([id, state]) => ({ id: Number(id), state }));
  const values = [{ scope: 'engine', key: 'state', value: { origin: 5, orders } }];
  return { recovered: { values, orders: rows } } as unknown as Pick<TradeStore, 'recovered'>;
}

it('takes up an order as its row has it: acknowledged orders do not go back to not being sent', () => {
  const saved = savedEngine(
    stored({ 1: created, 2: created, 3: working }, { 1: 'working', 2: 'created', 3: 'working' }),
  );
  expect(saved).toMatchObject({
    origin: 5,
    orders: [
      { id: 1, state: working, lots: 10 },
      { id: 2, state: created },
      { id: 3, state: working },
    ],
  });
});

it('is null in a new database', () => {
  expect(savedEngine({ recovered: { values: [], orders: [] } } as unknown as TradeStore)).toBeNull();
});

it('closed trades before those that are kept are two of no pair, whose sum and peak are theirs', () => {
  const engine = { slot: 'S/BTC/USDT', closedAt: 7, profitAbs: -1, profitRatio: -0.01, reason: 'stop_loss' };
  const asked = (before: object | null) => ({ reader: { closed: () => ({ trades: [{ engine }], before }) } });
  expect(closedTrades(asked(null) as never)).toEqual([engine]);
  const none = { slot: '/', openedAt: 7, closedAt: 7, profitRatio: 0, reason: null, entryTag: null, exitTag: null };
  expect(closedTrades(asked({ profit: 20, peak: 50 }) as never)).toEqual([
    { ...none, profitAbs: 50 },
    { ...none, profitAbs: -30 },
    engine,
  ]);
});

it('a perpetual has leverage and a price of liquidation on paper, too, where the exchange tells neither without a key', () => {
  const usual = defaultSpec('binance', 'BTC/USDT:USDT');
  const of = (spec: Partial<InstrumentSpec>, isOnPaper: boolean) => {
    const exchange = { name: 'binance', market: () => ({ ...usual, ...spec }) } as unknown as ExchangePort;
    return new Instrument(specOf(exchange, 'BTC/USDT:USDT', undefined, isOnPaper));
  };
  const untold = { tiers: [], maxLeverage: 1 };
  expect(of(untold, true).maxLeverage(1_000)).toBe(100);
  expect(of(untold, true).liquidationPrice({ sign: 1, amount: 1, openRate: 100, margin: 20 })).toBeGreaterThan(80);
  expect(of({ tiers: [], maxLeverage: 40 }, true).maxLeverage(1_000)).toBe(40);
  expect(of({ maxLeverage: 25 }, true).spec.tiers).toBe(usual.tiers);
  expect(of(untold, false).maxLeverage(1_000), 'real orders wait for what the exchange says').toBe(1);
});
