import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../../core/config/schema.ts';
import { LIVE_CONSENT } from '../../core/config/trade-settings.ts';
import { tellBot } from '../../core/runtime/trade/operator.ts';
import { runBots } from '../../core/runtime/trade/run-bots.ts';
import type { TradeRun } from '../../core/runtime/trade/run-trade.ts';
import type { TradeSession } from '../../core/runtime/trade/trade-session.ts';
import { BTC, botServer, ETH, KEY } from './bot-fixture.ts';

it('several bots in one process trade an exchange each; one that fails leaves the others alone', async () => {
  const servers = [await botServer(5), await botServer(6)];
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-'));
  const sessions = new Map<string, TradeSession>();
  const lines: string[] = [];
  let stop: (reason: string) => void = () => {};
  const stopped = new Promise<string>((done) => {
    stop = done;
  });
  const bot = (name: string, k: number, pair: string): TradeRun & { readonly bot: string } => ({
    bot: name,
    mode: 'live',
    userdir,
    config: async () =>
      configSchema.parse({ strategy: 'EmaCross', timeframe: '1m', pairs: [pair], trade: { live: LIVE_CONSENT } }),
    environment: { TIDEGATE_FIRST_API_KEY: KEY.apiKey, TIDEGATE_FIRST_API_SECRET: KEY.secret },
    url: servers[k]!.url,
    console: (line) => void lines.push(`${name}: ${line}`),
    wall: () => Date.now(),
    stop: stopped,
    onSession: (session) => void sessions.set(name, session),
  });
  const ended = runBots([bot('first', 0, BTC), bot('second', 1, ETH), bot('third', 1, 'XXX/USDT:USDT')]);
  const failed = expect(ended).rejects.toThrow(/^TRADE_BOTS_FAILED: 1 of 3 bots failed: third: TRADE_PAIR/);
  while (sessions.size < 2 || !lines.some((line) => line.startsWith('third: the bot ended')))
    await new Promise((done) => setTimeout(done, 20));
  const folder = (name: string) => join(userdir, 'bots', name);
  // Entries are refused until the bot has heard its streams.
  while (servers[1]!.exchange.futures.account.open().length === 0) {
    for (const server of servers) server.exchange.advance(60_000);
    await new Promise((done) => setTimeout(done, 300));
    await tellBot(folder('second'), { command: 'force-enter', pair: ETH, side: 'long' }, 20_000);
    await new Promise((done) => setTimeout(done, 300));
  }
  expect((await tellBot(folder('second'), { command: 'halt', flatten: true }, 60_000)).ok).toBe(true);
  expect(servers[1]!.exchange.futures.account.open()).toEqual([]);
  for (const name of ['first', 'second']) expect(existsSync(join(folder(name), 'trades.sqlite'))).toBe(true);
  expect(sessions.get('first')!.isHalted).toBe(false);
  stop('SIGTERM');
  await failed;
  for (const server of servers) await server.close();
});
