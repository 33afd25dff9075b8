import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'plot-'));
const market = join(temporary, 'market');
const page = join(temporary, 'deep', 'page.html');
beforeAll(async () => {
  await writeSmallMarket(market, 4);
  const args = [
    'plot',
    '-s',
    'EmaCross',
    '--data',
    market,
    '-p',
    'BTC/USDT:USDT,ETH/USDT:USDT',
    '--userdir',
    temporary,
  ];
  const { code, out } = await runCli([...args, '--out', page]);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ trades, features fast, slow, rsi\n/);
});
afterAll(() => rmSync(temporary, { recursive: true }));

test('the page holds candles, features and trades of each pair, and nothing is kept', () => {
  const text = readFileSync(page, 'utf8');
  const data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(text)![1]!) as {
    pairs: { pair: string; t: number[]; trades: unknown[]; features: { name: string }[] }[];
  };
  expect(data.pairs.map((p) => p.pair)).toEqual(['BTC/USDT:USDT', 'ETH/USDT:USDT']);
  for (const pair of data.pairs) {
    expect(pair.t.length).toBeGreaterThan(1000);
    expect(pair.trades.length).toBeGreaterThan(3);
    expect(pair.features.map((f) => f.name).sort()).toEqual(['fast', 'rsi', 'slow']);
  }
  expect(existsSync(join(temporary, 'results'))).toBe(false);
});

const browserPath = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(browserPath)) console.log(`skipped: no browser at ${browserPath}`);

test.skipIf(!existsSync(browserPath))('a browser draws it without an error', async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    tab.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    await tab.goto(`file://${page}`);
    await tab.waitForSelector('#candles canvas');
    await tab.selectOption('#pair', '1');
    expect(await tab.locator('#candle-legend').textContent()).toMatch(/fast [\d,.]+/);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
