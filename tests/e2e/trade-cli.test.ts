import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../core/config/schema.ts';
import { LIVE_CONSENT } from '../../core/config/trade-settings.ts';
import { openExchange } from '../../core/exchange/ccxt/open-exchange.ts';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { tellBot } from '../../core/runtime/trade/operator.ts';
import { runTrade, type TradeRun } from '../../core/runtime/trade/run-trade.ts';
import { checkAccount } from '../../core/runtime/trade/trade-plan.ts';
import { BTC, botServer, KEY } from './bot-fixture.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await botServer(5);
});
afterEach(() => server.close());

const userdir = () => mkdtempSync(join(tmpdir(), 'tidegate-'));
const config = (changes: object = {}) =>
  configSchema.parse({ strategy: 'EmaCross', timeframe: '1m', pairs: [BTC], ...changes });
const run = (changes: Partial<TradeRun> = {}, settings: object = {}): TradeRun => ({
  mode: 'live',
  userdir: userdir(),
  config: async () => config({ trade: { live: LIVE_CONSENT }, ...settings }),
  environment: { TIDEGATE_API_KEY: KEY.apiKey, TIDEGATE_API_SECRET: KEY.secret },
  url: server.url,
  console: null,
  wall: () => Date.now(),
  stop: new Promise(() => {}),
  ...changes,
});

describe('what keeps a bot from starting, each with its code', () => {
  it.each([
    ['TRADE_NO_CONSENT', {}, { trade: {} }],
    ['TRADE_KEY_WITHDRAWS', { environment: { TIDEGATE_API_KEY: 'can-withdraw', TIDEGATE_API_SECRET: 's' } }, {}],
    ['EXCHANGE_KEY', { environment: { TIDEGATE_API_KEY: 'wrong', TIDEGATE_API_SECRET: 'wrong' } }, {}],
    ['TRADE_NO_KEY', { environment: {}, url: undefined }, {}],
    ['TRADE_PAIR', {}, { pairs: ['XXX/USDT:USDT'] }],
    ['CONFIG_VALUE', {}, { pairs: [] }],
    ['CONFIG_VALUE', {}, { pairs: [BTC, 'BTC/USDT'] }],
    ['STRATEGY_UNKNOWN', {}, { strategy: 'NoSuch' }],
    ['TRADE_BALANCE', {}, { stakeCurrency: 'USDC', pairs: [BTC] }],
    ['EXCHANGE_UNAVAILABLE', { url: 'http://127.0.0.1:9' }, {}],
  ] as const)('%s', async (code, changes, settings) => {
    await expect(runTrade(run(changes as Partial<TradeRun>, settings))).rejects.toThrow(code);
  });

  it('TRADE_CLOCK: a clock that is a minute off', async () => {
    const exchange = await openExchange({ name: 'binance', kind: 'perpetual', keys: KEY, url: server.url });
    await exchange.open();
    await expect(checkAccount(exchange, config(), 'live', () => Date.now() - 60_000)).rejects.toThrow('TRADE_CLOCK');
    await exchange.close();
  });
});

describe('a running bot', () => {
  it('answers its operator, halts by command, and ends once flat', async () => {
    const folder = userdir();
    let isRunning = false;
    const ended = runTrade(run({ userdir: folder, onSession: () => (isRunning = true) }));
    while (!isRunning) await new Promise((done) => setTimeout(done, 20));
    expect((await tellBot(folder, { command: 'pause' }, 10_000)).text).toContain('no new entries');
    expect((await tellBot(folder, { command: 'force-enter', pair: BTC, side: 'long' }, 10_000)).text).toContain(
      'entries_stopped',
    );
    expect((await tellBot(folder, { command: 'resume' }, 10_000)).ok).toBe(true);
    // Entries are refused until the market has been heard.
    for (let text = ''; !text.includes('entering long'); ) {
      server.exchange.advance(60_000);
      ({ text } = await tellBot(folder, { command: 'force-enter', pair: BTC, side: 'long' }, 10_000));
    }
    while (server.exchange.futures.algos.all().length === 0) await new Promise((done) => setTimeout(done, 20));
    expect(JSON.parse((await tellBot(folder, { command: 'status' }, 10_000)).text).positions).toHaveLength(1);
    expect((await tellBot(folder, { command: 'force-exit', pair: 'ETH/USDT:USDT' }, 10_000)).ok).toBe(false);
    writeFileSync(join(folder, 'HALT'), 'flatten');
    await ended;
    expect(server.exchange.futures.account.open()).toEqual([]);
  });
});
