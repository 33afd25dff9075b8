import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, writeSmallMarket } from '../fixtures/run-cli.ts';

const temporary = mkdtempSync(join(tmpdir(), 'explore-'));
const market = join(temporary, 'market');
const page = join(temporary, 'deep', 'page.html');
const args = ['explore', '--data', market, '-p', 'BTC/USDT:USDT,ETH/USDT:USDT', '-t', '1h'];

beforeAll(async () => {
  await writeSmallMarket(market, 8);
  const { code, out } = await runCli([...args, '-f', 'momentum', '--out', page]);
  expect(code).toBe(0);
  expect(out).toMatch(/^BTC\/USDT:USDT: 192 candles, (\d+) features\nETH\/USDT:USDT: 192 candles, \1 features\npage /);
});
afterAll(() => rmSync(temporary, { recursive: true }));

test('the page stands alone: one section per pair, nothing from elsewhere', () => {
  const text = readFileSync(page, 'utf8');
  expect(text.match(/id="pair\d"/g)).toEqual(['id="pair0"', 'id="pair1"']);
  expect(text).toContain('Synthetic market');
  // links may lead elsewhere, what is drawn may not come from there
  expect(text.match(/<(?:script|link|img)[^>]+(?:src|href)="[^"]*"/g) ?? []).toEqual([]);
});

test('several sets and single features, and one over periods and timeframes', async () => {
  const out = join(temporary, 'more.html');
  const expand = 'rsi:{"expand":{"periods":[7,14],"timeframes":["4h"],"include":["rsi_*"]}}';
  const [several, expanded] = await Promise.all([
    runCli([...args, '-f', 'calendar', '-f', 'rsi', '-f', 'bbands', '--out', out]),
    runCli([...args, '-f', expand, '--out', join(temporary, 'expanded.html')]),
  ]);
  expect(several.out).toContain('BTC/USDT:USDT: 192 candles, 14 features');
  expect(expanded.out).toContain('BTC/USDT:USDT: 192 candles, 4 features');
  expect(readFileSync(join(temporary, 'expanded.html'), 'utf8')).toContain('rsi_14_4h');
});

test('other pairs of a perpetual are perpetuals unless they are named', async () => {
  const { out, err } = await runCli([...args, '-f', 'cross', '--out', join(temporary, 'cross.html')]);
  expect(err).toBe('');
  const text = readFileSync(join(temporary, 'cross.html'), 'utf8');
  expect(text).toContain('beta_ETH/USDT:USDT');
  expect(out).toContain('ETH/USDT:USDT: 192 candles, 11 features');
});

test('what cannot be explored is said', async () => {
  const unknown = await runCli([...args, '-f', 'momentun', '--out', page]);
  expect(unknown.code).not.toBe(0);
  expect(unknown.err).toMatch(/momentun.*Did you mean "momentum"/s);
  const missing = await runCli(['explore', '--data', market, '-p', 'XRP/USDT', '--out', page]);
  expect(missing.code).not.toBe(0);
  expect(missing.err).toMatch(/XRP\/USDT/);
});

const browserPath = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(browserPath)) console.log(`skipped: no browser at ${browserPath}`);

test.skipIf(!existsSync(browserPath))('a browser draws every part of it without an error', async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    tab.on('console', (line) => line.type() === 'error' && errors.push(line.text()));
    await tab.goto(`file://${page}`);
    for (const id of ['pair0', 'pair1']) {
      const section = tab.locator(`#${id}`);
      await section.locator('.pair-head').scrollIntoViewIfNeeded();
      await section.locator('canvas').first().waitFor();
      expect(await section.locator('h2:not(.pair-head)').allTextContents()).toEqual([
        'Candles and volume',
        'Change of price per candle',
        'Range of candles',
        'Volume',
        'Change of price against change of volume',
        'Range by hour of the day',
        'Features together',
        'Features over time',
        'Missing values',
      ]);
      expect(await section.locator('.histogram rect').count()).toBeGreaterThanOrEqual(24);
      expect(await section.locator('.scatter rect').count()).toBeGreaterThan(20);
      expect(await section.locator('.matrix rect').count()).toBeGreaterThan(80);
    }
    // nothing wider than the screen of a phone
    await tab.setViewportSize({ width: 400, height: 800 });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    const light = await tab.evaluate('getComputedStyle(document.body).backgroundColor');
    await tab.click('#theme');
    expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(light);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
});
