import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyPlugin, PairlistModule } from 'tidegate';
import { testMarketData } from 'tidegate/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import marketCap from './market-cap/index.ts';
import producer from './producer/index.ts';
import remote from './remote/index.ts';

const DAY = 86_400_000;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pairlist-'));
  file = join(folder, 'list.json');
});
afterEach(() => rmSync(folder, { recursive: true }));
const make = (plugin: AnyPlugin, options: object) =>
  plugin.create(plugin.options.parse({ file, ...options }) as never) as PairlistModule;
const asked = (module: PairlistModule, given: readonly string[], time = DAY) =>
  module.pairs(given, { data: testMarketData({}), exchange: 'test', time, trades: null });
const holds = (value: unknown) => writeFileSync(file, JSON.stringify(value));

describe('remote', () => {
  it('adds, keeps or drops the pairs that a document names', async () => {
    holds({ pairs: ['A', 'B', 'A', 'C'] });
    expect(await asked(make(remote, {}), ['C', 'D'])).toEqual(['C', 'D', 'A', 'B']);
    expect(await asked(make(remote, { mode: 'keep', count: 2 }), ['A', 'C', 'D'])).toEqual(['A']);
    expect(await asked(make(remote, { mode: 'drop' }), ['A', 'D'])).toEqual(['D']);
    expect(make(remote, {}).isNowOnly).toBe(true);
  });

  it('takes the last entry of a history before the moment', async () => {
    holds([
      { time: 5 * DAY, pairs: ['LATE'] },
      { time: '1970-01-03T00:00:00Z', pairs: ['EARLY'] },
    ]);
    const module = make(remote, { history: true });
    expect(module.isNowOnly).toBe(false);
    expect([await asked(module, [], DAY), await asked(module, [], 2 * DAY), await asked(module, [], 5 * DAY)]).toEqual([
      [],
      ['EARLY'],
      ['LATE'],
    ]);
  });

  it('says what it cannot use', async () => {
    holds({ coins: [] });
    await expect(asked(make(remote, {}), [])).rejects.toThrow(/PAIRLIST_DOCUMENT.*neither a list/);
    holds([{ pairs: ['A'] }]);
    await expect(asked(make(remote, { history: true }), [])).rejects.toThrow(/an entry has the time undefined/);
    expect(() => make(remote, { url: 'http://x/' })).toThrow(/one of them/);
  });
});

describe('producer', () => {
  it('follows what another bot said, until it is too old', async () => {
    holds({ time: DAY, pairs: ['A', 'B'] });
    const module = make(producer, { count: 1, maxAgeMinutes: 10 });
    expect(await asked(module, ['X'], DAY + 600_000)).toEqual(['A']);
    expect(await asked(module, ['X'], DAY + 600_001)).toEqual([]);
    holds(['A']);
    await expect(asked(make(producer, {}), [])).rejects.toThrow(/PAIRLIST_DOCUMENT/);
  });
});

describe('market-cap', () => {
  const PAIRS = ['DOGE/USDT', 'ETH/USDT', 'BTC/USDT:USDT', 'NEW/USDT'];

  it('keeps the most valuable, in order, and of two coins of one name the greater', async () => {
    holds([
      { symbol: 'eth', market_cap: 400 },
      { symbol: 'BTC', marketCap: 1000 },
      { symbol: 'btc', market_cap: 1 },
      { symbol: 'DOGE', market_cap: 20 },
    ]);
    expect(await asked(make(marketCap, {}), PAIRS)).toEqual(['BTC/USDT:USDT', 'ETH/USDT', 'DOGE/USDT']);
    expect(await asked(make(marketCap, { maxRank: 2 }), PAIRS)).toEqual(['BTC/USDT:USDT', 'ETH/USDT']);
  });

  it('knows the values of the moment from a history', async () => {
    holds([
      { symbol: 'DOGE', market_cap: 1, time: 0 },
      { symbol: 'ETH', market_cap: 2, time: 0 },
      { symbol: 'DOGE', market_cap: 3, time: 2 * DAY },
    ]);
    const module = make(marketCap, { history: true });
    expect(await asked(module, PAIRS, DAY)).toEqual(['ETH/USDT', 'DOGE/USDT']);
    expect(await asked(module, PAIRS, 2 * DAY)).toEqual(['DOGE/USDT', 'ETH/USDT']);
    expect([module.isNowOnly, make(marketCap, {}).isNowOnly]).toEqual([false, true]);
  });

  it('says what it cannot use', async () => {
    holds([{ symbol: 'BTC' }]);
    await expect(asked(make(marketCap, {}), [])).rejects.toThrow(/entry 1 lacks symbol or market_cap/);
    holds([{ symbol: 'BTC', market_cap: 1 }]);
    await expect(asked(make(marketCap, { history: true }), [])).rejects.toThrow(/entry 1 lacks a time/);
  });
});
