import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configSchema } from '../../core/config/schema.ts';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { runTrade } from '../../core/runtime/trade/run-trade.ts';
import type { TradeSession } from '../../core/runtime/trade/trade-session.ts';
import { BTC, botServer, ETH } from './bot-fixture.ts';

let server: ReplayServer;
beforeEach(async () => {
  server = await botServer(5);
});
afterEach(() => server.close());

/** Names BTC, and ETH with it after the first minutes. */
const LIST = `
import { definePlugin, z } from 'tidegate';

export default definePlugin({
  kind: 'pairlist', name: 'growing', version: '1.0.0', doc: 'BTC, later ETH, too',
  options: z.object({ from: z.number() }),
  create: ({ from }) => ({
    name: 'growing',
    pairs: async (given, { time }) => given.filter((pair) => pair.startsWith('BTC') || time >= from),
  }),
});
`;
const STRATEGY = `
import { Strategy } from 'tidegate';

export default class Holder extends Strategy {
  override timeframe = '1m';
  override features(m) { if (m.symbol.startsWith('ETH')) throw new Error('not for ETH'); return {}; }
}
`;

it('pairs that join a list are tried out first: where a reload would fail, the bot goes on and says why', async () => {
  const userdir = mkdtempSync(join(tmpdir(), 'tidegate-'));
  for (const folder of ['strategies', 'plugins']) mkdirSync(join(userdir, folder));
  writeFileSync(join(userdir, 'plugins', 'growing.ts'), LIST);
  const holder = join(userdir, 'strategies', 'holder.ts');
  writeFileSync(holder, STRATEGY);
  const config = configSchema.parse({
    strategy: 'Holder',
    pairs: [BTC, ETH],
    pairlists: [{ name: 'growing', from: server.exchange.now + 180_000 }],
    pairlistRefreshMinutes: 1,
  });
  const sessions: TradeSession[] = [];
  const lines: string[] = [];
  let stop: (why: string) => void = () => {};
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
    onSession: (session) => {
      sessions.push(session);
      const { decide } = session.loop;
      session.loop.decide = (decision) => {
        lines.push(`${decision.kind} ${decision.reason}`);
        decide.call(session.loop, decision);
      };
    },
  });
  /** Lets market time pass until something holds, no faster than the bot hears of it. */
  const until = async (isSo: () => boolean) => {
    while (!isSo()) {
      const heard = sessions.at(-1)?.lastCandle ?? Number.NEGATIVE_INFINITY;
      if (heard >= server.exchange.now - 180_000) server.exchange.advance(15_000);
      await Promise.race([ended, new Promise((done) => setTimeout(done, 20))]);
    }
  };
  await until(() => sessions.length === 1);
  await until(() => lines.some((line) => line.startsWith('alert')));
  expect(lines.find((line) => line.startsWith('alert'))).toMatch(/named other pairs, but a reload .*not for ETH/);
  expect([sessions.length, sessions[0]!.terms.pairs]).toEqual([1, [BTC]]);

  writeFileSync(holder, STRATEGY.replace("startsWith('ETH')", "startsWith('XRP')"));
  await until(() => sessions.length === 2);
  expect(sessions[1]!.terms.pairs).toEqual([BTC, ETH]);
  stop('the end of the test');
  await ended;
});
