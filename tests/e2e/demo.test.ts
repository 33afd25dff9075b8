import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { synthMarket } from '../../core/data/synth/synth-market.ts';
import { listingsFrom } from '../../core/exchange/replay/listings.ts';
import { ReplayExchange } from '../../core/exchange/replay/replay-exchange.ts';
import { serveReplay } from '../../core/exchange/replay/serve-replay.ts';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => rmSync(temporary, { recursive: true }));
const at = (name: string) => join(temporary, name);

test('offline it backtests three strategies on a labelled synthetic market and leads to their pages', async () => {
  const { code, out, err } = await runCli(['demo', '--offline', '--userdir', at('user')]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('SYNTHETIC market (seed 7, 90 days): not real prices');
  for (const name of ['EmaCross', 'BandReversion', 'ChannelBreakout'])
    expect(out).toMatch(new RegExp(`^ *${name} +(spot|perpetual) 5m`, 'm'));
  const index = readFileSync(at('user/demo/index.html'), 'utf8');
  expect(index).toContain('Synthetic market: these prices were made by a generator');
  for (const page of ['ema-cross.html', 'band-reversion.html', 'channel-breakout.html']) {
    expect(index).toContain(`href="${page}"`);
    expect(readFileSync(at(`user/demo/${page}`), 'utf8')).toContain('Synthetic market');
    expect(out).toContain(at(`user/demo/${page}`));
  }
  // The bot on the replay exchange: all candles come as they are stored, and its trades are those of the backtest.
  expect(out).toMatch(/8 hours of market in [\d.]+ s: 7 trades closed, 2 open/);
  expect(out).toContain('0 of 192 candles differ');
  expect(index).toContain('href="dry-run.html"');
  expect(readFileSync(at('user/demo/dry-run.html'), 'utf8')).toContain('Live and backtest');
  const shown = await runCli(['show', 'trades', '--json', '--userdir', at('user/demo/dry-run')]);
  expect(JSON.parse(shown.out)).toHaveLength(9);
  const kept = await runCli(['results', 'list', '--json', '--userdir', at('user')]);
  expect((JSON.parse(kept.out) as { strategies: string[] }[]).map((e) => e.strategies[0])).toEqual([
    'EmaCross',
    'BandReversion',
    'ChannelBreakout',
  ]);
  expect((await runCli(['results', 'reproduce', 'latest', '--userdir', at('user')])).out).toMatch(/^same: /);
});

test('with an exchange in reach it takes the last weeks of candles, marks and funding from there', async () => {
  const DAY = 86_400_000;
  const now = Date.now();
  const from = Math.floor(now / DAY) * DAY - 46 * DAY;
  const pairs = ['BTC/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'ETH/USDT:USDT'];
  const data = synthMarket({ seed: 3, pairs, from, days: 48, timeframe: '5m', tickMinutes: 0 });
  const exchange = new ReplayExchange({
    listings: await listingsFrom({ data, timeframe: '5m' }),
    seed: '3',
    startTime: now,
    stepMs: 1000,
    keys: [],
    sessionClock: () => Date.now(),
  });
  const server = await serveReplay(exchange, { speed: 1 });
  try {
    const { code, out, err } = await runCli(['demo', '--url', server.url, '--userdir', at('online')]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('the last 45 days of candles and funding from http://127.0.0.1');
    for (const name of ['EmaCross', 'BandReversion', 'ChannelBreakout'])
      expect(out).toMatch(new RegExp(`^ *${name} +`, 'm'));
    expect(out).toMatch(/\d+ trades closed/);
  } finally {
    await server.close();
  }
});

test('a folder of data is used as it is, and two runs give the same pages', async () => {
  await writeSmallMarket(at('market'), 6);
  const pages = [];
  for (const name of ['one', 'two']) {
    const { out } = await runCli(['demo', '--no-dry-run', '--userdir', at(name)], { TIDEGATE_DATA: at('market') });
    expect(out).toContain(`market data of ${at('market')}`);
    pages.push(readFileSync(at(`${name}/demo/channel-breakout.html`), 'utf8'));
  }
  expect(pages[0]).toBe(pages[1]);
});

test('a folder without usable candles is an error with a way out', async () => {
  const { code, err } = await runCli(['demo', '--data', at('nowhere'), '--userdir', at('user')]);
  expect(code).toBe(1);
  expect(err).toMatch(/^DATA_FOLDER_MISSING: /);
});
