import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../../core/config/schema.ts';
import { FILL_FIELDS, ORDER_FIELDS } from '../../core/engine/logs.ts';
import { openTradeStore } from '../../core/persistence/trade-store/open-trade-store.ts';
import { replaySession } from '../../core/runtime/trade/replay-session.ts';
import { runTrade } from '../../core/runtime/trade/run-trade.ts';
import { planTrade } from '../../core/runtime/trade/trade-plan.ts';
import type { TradeSession } from '../../core/runtime/trade/trade-session.ts';
import type { TradeWiring } from '../../core/runtime/trade/trade-wiring.ts';
import { BTC, botServer } from './bot-fixture.ts';

const STRATEGY = `
import { type Bar, type Market, rsi, Strategy } from 'tidegate';

export default class Pupil extends Strategy {
  override timeframe = '1m';
  override canShort = true;
  override stoploss = -0.05;
  learned = this.train({
    brain: { features: (m: Market) => ({ fast: rsi(m.candles.close, 2), slow: rsi(m.candles.close, 7), basis: m.mark.close.div(m.candles.close), interest: m.openInterest, funding: m.funding }), label: { name: 'direction', horizon: 1, classes: 2 },
      model: { name: 'gradient-boosting', trees: 5, leaves: 4 }, window: '4h', every: '8m', handoverDelay: '1s' },
  });
  override features(m: Market) {
    return { brain: m.model(this.learned.brain), mark: m.mark.close, interest: m.openInterest, funding: m.funding };
  }
  override onCandle({ f, candle }: Bar<this>) {
    // What is streamed beside candles is there from the first one on.
    if (!(Math.abs(f.mark.now / candle.close - 1) < 0.01 && f.interest.now > 0)) throw new Error('not heard');
    const { now, prev } = f.brain.direction;
    if (now > prev) { this.exit.short(); this.enter.long(); }
    if (now < prev) { this.exit.long(); this.enter.short(); }
  }
}
`;

function logsOf({ engine }: Pick<TradeWiring, 'engine'>) {
  const rows = (log: { readonly length: number; get(row: number, field: never): number }, fields: readonly string[]) =>
    Array.from({ length: log.length }, (_, row) => fields.map((field) => log.get(row, field as never)));
  const { orders, fills } = engine.logs;
  return { orders: rows(orders, ORDER_FIELDS), fills: rows(fills, FILL_FIELDS), equity: engine.ledger.equity };
}

it('a strategy with a train block trades, retrains in its thread, and its journal gives the same orders and fills', async () => {
  const server = await botServer(9);
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-'));
  mkdirSync(join(userdir, 'strategies'));
  writeFileSync(join(userdir, 'strategies', 'pupil.ts'), STRATEGY);
  const config = configSchema.parse({ strategy: 'Pupil', pairs: [BTC], stakeAmount: 1_000 });
  let stop: (why: string) => void = () => {};
  let session: TradeSession | null = null;
  const ended = runTrade({
    mode: 'dry-run',
    userdir,
    config: async () => config,
    environment: {},
    url: server.url,
    console: null,
    wall: () => Date.now(),
    stop: new Promise((done) => {
      stop = done;
    }),
    onSession: (started) => {
      session = started;
    },
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await Promise.race([ended, new Promise((done) => setTimeout(done, 10))]);
  };
  await until(() => session !== null);
  const running = session! as TradeSession;
  const { exchange } = server;
  const streams = () => [...exchange.hub.connections].flatMap((c) => [...c.streams]);
  await until(() => streams().some((s) => s.includes('@kline')));
  const node = running.wiring.learned!.nodes.values().next().value!;
  expect(node.timeline.learned).toHaveLength(1);
  // Lockstep: time moves on when the bot has nothing to do and nothing is being learned.
  for (let minute = 0; minute < 22; minute++) {
    const close = Math.floor(exchange.now / 60_000) * 60_000 + 60_000;
    exchange.advance(close - exchange.now + exchange.stepMs);
    await until(() => running.wiring.grids.lastTime(BTC) >= close - 60_000);
    await running.learning!.live.settled();
    await running.idle();
  }
  const told = logsOf(running.wiring);
  expect(node.timeline.learned.length).toBeGreaterThan(2);
  expect(told.fills.length).toBeGreaterThan(4);
  stop('the end of the test');
  await ended;
  await server.close();

  const { options } = await planTrade(config, 'dry-run', userdir);
  const store = await openTradeStore(join(userdir, 'dry-run.sqlite'), {
    mode: 'dry-run',
    at: Date.now(),
    inputs: null,
  });
  const journal = store.reader.journal(0, 1_000_000);
  expect(logsOf(await replaySession(options, journal))).toEqual(told);
  const kinds = store.reader.decisions().filter(({ kind }) => kind === 'learning');
  expect(kinds.length).toBe(node.timeline.learned.length);
  await store.close(Date.now());
});
