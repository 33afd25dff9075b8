import { expect, it } from 'vitest';
import bracket from '../../../plugins/execution/bracket/index.ts';
import { EVENT, EventBuilder, SEE } from '../../book/book-events.ts';
import { defaultSpec } from '../../data/specs/default-spec.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { runTicks } from './tick-run.ts';

const pair = 'BTC/USDT:USDT';
const originMs = 1_700_000_000_000;
const grid = { tickSize: 0.1, lotSize: 0.001 };

/** Enters at the first trade, and gives the position to the bracket at the second one. */
class InAndOut extends Strategy {
  override stoploss = -0.9;
  #trades = 0;
  override onTrade() {
    this.#trades++;
    if (this.#trades === 1) this.enter.long();
    if (this.#trades === 2) this.exit.long();
  }
}

/** A book of one level a side that stands, then falls by `ticks` at 2.3 s; then a trade tells the seconds. */
function falling(ticks: number) {
  const builder = new EventBuilder(originMs);
  const put = (ms: number, kind: number, side: number, tick: number, lots: number) =>
    builder.push(SEE.both, kind, side, ms * 1e6, ms * 1e6, tick, lots);
  put(100, EVENT.depth, 1, 10_000, 1_000);
  put(100, EVENT.depth, -1, 10_001, 1_000);
  put(150, EVENT.trade, 1, 10_001, 1);
  put(1_500, EVENT.trade, 1, 10_001, 1);
  put(2_300, EVENT.depth, 1, 10_000, 0);
  put(2_300, EVENT.depth, 1, 10_000 - ticks, 1_000);
  put(2_300, EVENT.depth, -1, 10_001 - ticks, 1_000);
  for (let s = 3; s < 8; s++) put(s * 1_000 - 1, EVENT.trade, -1, 10_000 - ticks, 1);
  return builder.events();
}

async function runOver(ticks: number) {
  const module = bracket.create(bracket.options.parse({ takeBps: 100, stopBps: 50 }));
  const spec = { ...defaultSpec('binance', pair), priceTick: 0.1, amountStep: 0.001, minAmount: 0.001 };
  const { result } = await runTicks({
    strategies: [{ name: 'InAndOut', create: () => new InAndOut(), codeHash: '' }],
    exchange: 'binance',
    markets: [{ pair, spec, grid, parts: [falling(ticks)] }],
    originMs,
    stakeCurrency: 'USDT',
    startingBalance: 10_000,
    stakeAmount: 500,
    modules: async () => ({ risk: [], execution: () => ({ exit: module as never }) }),
  });
  return result;
}

async function exitAfter(ticks: number) {
  const { fills } = await runOver(ticks);
  return fills.filter(({ side }) => side === 'sell').map(({ time, price }) => [time - originMs, price]);
}

it("a bracket's stop acts on the very message that takes the price there, not at the next second", async () => {
  // Withdrawn (5 ms there, 5 back), then sent to market (5 there, 5 back).
  expect(await exitAfter(100)).toEqual([[2_320, 990]]);
});

it('a price that stays within the bracket leaves the limit order where it is', async () => {
  const [exit] = await exitAfter(40);
  expect(exit![0]).toBeGreaterThan(6_000);
});

it('a stop that ends because its position is gone is no refusal', async () => {
  const { trades, rejected } = await runOver(100);
  expect([trades.length, rejected]).toEqual([1, {}]);
});
