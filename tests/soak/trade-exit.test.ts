import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplayServer } from '../../core/exchange/replay/serve-replay.ts';
import { BTC, botServer } from '../e2e/bot-fixture.ts';
import { BotProcess } from '../fixtures/bot-process.ts';

// What a user sees when `tidegate trade` cannot go on: one message that says what to do, exit code 1, and an account that is safe.
let server: ReplayServer;
let bot: BotProcess;
beforeEach(async () => {
  server = await botServer(9);
});
afterEach(async () => {
  await bot.kill();
  await server.close();
});

const LONG = {
  name: 'Long',
  text: `import { Strategy } from 'tidegate'
export default class Long extends Strategy {
  timeframe = '1m' as const
  stoploss = -0.05
  onCandle() { this.enter.long() }
}
`,
};
/** Has a file system of its own: /mnt is 1 MB of memory. Null where the system does not let anybody do that. */
const SMALL_DISK = ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt && exec "$@"', 'sh'];
const canMount = spawnSync(SMALL_DISK[0]!, [...SMALL_DISK.slice(1), 'true']).status === 0;
const orders = () => server.exchange.futures.orders.all().length;
const stops = () => server.exchange.futures.algos.all().filter((a) => a.status === 'NEW');
const until = async (isSo: () => boolean) => {
  for (const end = performance.now() + 60_000; !isSo(); await new Promise((done) => setTimeout(done, 20)))
    if (performance.now() > end) throw new Error(`${isSo}: not in a minute; ${bot.errors}`);
};

function make(changes: Readonly<Record<string, unknown>> = {}, url = server.url): BotProcess {
  bot = new BotProcess(url, { exchange: 'binance', pairs: [BTC], stakeAmount: 1_000, ...changes }, LONG);
  return bot;
}

describe('a bot that cannot start says so in one line and sends nothing', () => {
  interface Case {
    readonly code: string;
    readonly what: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly url?: string;
    readonly before?: () => void;
  }
  const cases: readonly Case[] = [
    {
      code: 'EXCHANGE_KEY',
      what: 'wrong keys',
      env: { TIDEGATE_API_KEY: 'wrong', TIDEGATE_API_SECRET: 'wrong' },
    },
    {
      code: 'TRADE_CLOCK',
      what: 'a clock that is a minute off',
      before: () => server.exchange.faults.inject('F24.skew', { ms: 60_000 }),
    },
    {
      code: 'TRADE_BALANCE',
      what: 'no money in the stake currency',
      before: () => server.exchange.futures.transfer('TRANSFER', '', -server.exchange.futures.account.wallet),
    },
    { code: 'TRADE_PAIR', what: 'a delisted pair', settings: { pairs: ['GONE/USDT:USDT'] } },
    { code: 'EXCHANGE_UNAVAILABLE', what: 'an exchange out of reach', url: 'http://127.0.0.1:9' },
    { code: 'CONFIG_UNKNOWN_KEY', what: 'a setting that does not exist', settings: { stakeAmuont: 5 } },
  ];
  it.each(cases)('$code: $what', async ({ code, settings, env, url, before }) => {
    before?.();
    make(settings, url);
    bot.start(env);
    const { code: exit } = await bot.ended();
    expect(bot.errors).toMatch(new RegExp(`^${code}: [^\n]+\n$`));
    expect(exit).toBe(1);
    expect(orders()).toBe(0);
  });

  it('STORE_READ_ONLY: a database that cannot be written', async (context) => {
    if (!canMount) {
      process.stdout.write('skipped: this system lets nobody mount a file system of their own\n');
      return context.skip();
    }
    make({ trade: { database: '/mnt/trades.sqlite' } });
    bot.start({}, ['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs /mnt && exec "$@"', 'sh']);
    const { code } = await bot.ended();
    expect(bot.errors).toMatch(/^STORE_READ_ONLY: [^\n]+\n$/);
    expect(code).toBe(1);
    expect(orders()).toBe(0);
  });
});

it('STORE_FULL: a disk that fills up ends the bot; its position keeps its stop, and nothing is sent that is not stored', async (context) => {
  if (!canMount) {
    process.stdout.write('skipped: this system lets nobody mount a file system of their own\n');
    return context.skip();
  }
  make({ trade: { database: '/mnt/trades.sqlite', reconcileSeconds: 1 } });
  mkdirSync(join(bot.userdir, 'logs'));
  bot.start({}, SMALL_DISK);
  await until(() => bot.isReady || !bot.isAlive);
  await until(() => {
    if (bot.isAlive) server.exchange.advance(15_000);
    return !bot.isAlive;
  });
  const { code } = await bot.ended();
  expect(bot.errors).toMatch(/^STORE_FULL: [^\n]+Free disk space[^\n]+\n$/);
  expect(code).toBe(1);
  expect(orders()).toBeGreaterThan(0);
  expect(server.exchange.futures.account.open()).toHaveLength(1);
  expect(stops()).toHaveLength(1);
});
