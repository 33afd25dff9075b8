import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configSchema } from '../../core/config/schema.ts';
import { LIVE_CONSENT } from '../../core/config/trade-settings.ts';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { openTradeStore } from '../../core/persistence/trade-store/open-trade-store.ts';
import { tellBot } from '../../core/runtime/trade/operator.ts';
import { replaySession } from '../../core/runtime/trade/replay-session.ts';
import { runTrade } from '../../core/runtime/trade/run-trade.ts';
import { planTrade } from '../../core/runtime/trade/trade-plan.ts';
import type { TradeSession } from '../../core/runtime/trade/trade-session.ts';
import { BTC, botServer, KEY } from './bot-fixture.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await botServer(5);
});
afterEach(() => server.close());

/** A strategy that only holds what it is told to enter. */
const STRATEGY = `
import { type Bar, Strategy } from 'tidegate';

export default class Holder extends Strategy {
  override timeframe = '1m';
  override stoploss = -0.05;
  override onCandle(_bar: Bar<this>) {}
}
`;

it('a reload takes new code over and keeps positions; what is broken leaves the old running', async () => {
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const strategies = join(userdir, 'strategies');
  mkdirSync(strategies);
  const write = (name: string, text: string) => writeFileSync(join(strategies, name), text);
  write('holder.ts', STRATEGY);
  const config = configSchema.parse({
    strategy: 'Holder',
    pairs: [BTC],
    stakeAmount: 1_000,
    trade: { live: LIVE_CONSENT },
  });
  const sessions: TradeSession[] = [];
  let stop: (why: string) => void = () => {};
  const ended = runTrade({
    mode: 'live',
    userdir,
    config: async () => config,
    environment: { TIDEGATE_API_KEY: KEY.apiKey, TIDEGATE_API_SECRET: KEY.secret },
    url: server.url,
    console: null,
    wall: () => Date.now(),
    stop: new Promise((done) => {
      stop = done;
    }),
    onSession: (session) => sessions.push(session),
  });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await Promise.race([ended, new Promise((done) => setTimeout(done, 20))]);
  };
  const stops = () =>
    server.exchange.futures.algos
      .all()
      .filter((algo) => algo.status === 'NEW')
      .map((algo) => algo.triggerTick * algo.symbol.tickSize);
  await until(() => sessions.length === 1);
  // Entries are refused until the market has been heard.
  for (let text = ''; !text.startsWith('entering'); ) {
    server.exchange.advance(60_000);
    ({ text } = await tellBot(userdir, { command: 'force-enter', pair: BTC, side: 'long' }, 10_000));
  }
  await until(() => stops().length === 1);
  const { openRate } = sessions[0]!.slotOf(BTC).position!;
  expect(stops()[0]! / openRate).toBeCloseTo(0.95, 3);

  // Broken: the old one goes on, and says why.
  write('holder.ts', `${STRATEGY}\n}{`);
  const refused = await tellBot(userdir, { command: 'reload' }, 10_000);
  expect(refused.ok).toBe(false);
  expect(refused.text).toMatch(/USER_CODE_.*holder\.ts/);
  write(
    'holder.ts',
    STRATEGY.replace(
      '_bar: Bar<this>) {}',
      "_bar: Bar<this>) {}\n  override features() { throw new Error('half done'); }",
    ),
  );
  expect((await tellBot(userdir, { command: 'reload' }, 10_000)).text).toMatch(/half done/);
  expect(JSON.parse((await tellBot(userdir, { command: 'status' }, 10_000)).text).positions).toHaveLength(1);
  expect(sessions.length).toBe(1);

  write('holder.ts', STRATEGY.replace('0.05', '0.03'));
  const told = await tellBot(userdir, { command: 'reload' }, 10_000);
  expect(told).toEqual({ ok: true, text: expect.stringContaining('new code: Holder') });
  await until(() => sessions.length === 2);
  const [, second] = sessions;
  expect(second!.wiring.strategies[0]!.strategy.stoploss).toBe(-0.03);
  expect(second!.slotOf(BTC).position!.openRate).toBe(openRate);
  server.exchange.advance(60_000);
  await second!.idle();
  const orders = second!.loop.engine.logs.orders.length;
  stop('the end of the test');
  await ended;

  // The journal of each session replays with its own code only.
  const store = await openTradeStore(join(userdir, 'trades.sqlite'), { mode: 'live', at: Date.now(), inputs: null });
  const journal = store.reader.journal(0, 1_000_000);
  const { options } = await planTrade(config, 'live', userdir);
  const of = (session: number) =>
    replaySession(
      options,
      journal.filter((event) => event.session === session),
    );
  await expect(of(1)).rejects.toThrow('JOURNAL_MISMATCH');
  expect((await of(2)).engine.logs.orders.length).toBe(orders);
  await store.close(Date.now());
});
