import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomMarket } from '../../core/book/random-market.ts';
import { defaultSpec } from '../../core/data/specs/default-spec.ts';
import { renderTickPage } from '../../core/report/ticks/render-tick-page.ts';
import { tickPageData } from '../../core/runtime/ticks/tick-page-data.ts';
import { runTicks } from '../../core/runtime/ticks/tick-run.ts';
import { type BookTop, Strategy } from '../../core/strategy/strategy.ts';
import { until } from '../fixtures/until.ts';

const BROWSER = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(BROWSER);
if (!isThere) console.log(`Skipped: no browser at ${BROWSER} (set TIDEGATE_CHROMIUM, or install Debian's chromium).`);
const folder = mkdtempSync(join(tmpdir(), 'tidegate-tick-page-'));
let browser: Browser | undefined;

beforeAll(async () => {
  if (isThere) browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--headless'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

class Quoter extends Strategy {
  override stoploss = -1;
  override canShort = true;
  override ticks() {
    return { micro: {} };
  }
  override onBook({ bid, ask }: BookTop) {
    this.gate('<img src=x>', ask > bid, '</script>');
    this.quote({ bids: [{ price: bid, amount: 0.01 }], asks: [{ price: ask, amount: 0.01 }] });
  }
}

it.skipIf(!isThere)(
  'draws book, orders and fills, switches features and theme, and asks nobody for anything',
  async () => {
    const market = randomMarket({ seed: 8, length: 10_000 });
    const pair = 'BTC/USDT:USDT';
    const run = await runTicks({
      strategies: [{ name: 'Quoter <b>', create: (c) => new Quoter(c), codeHash: '' }],
      exchange: 'binance',
      markets: [{ pair, spec: defaultSpec('binance', pair), grid: { tickSize: 0.1, lotSize: 0.001 }, parts: [market] }],
      originMs: market.originMs,
      stakeCurrency: 'USDT',
      startingBalance: 10_000,
      stakeAmount: 1000,
    });
    const file = join(folder, 'page.html');
    writeFileSync(file, renderTickPage(tickPageData(run)));
    const page = await browser!.newPage({ viewport: { width: 1200, height: 800 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await until(page, "document.documentElement.dataset.ready === 'yes'");
    /** Pixels of a canvas that are not empty. */
    const painted = (id: string): Promise<number> =>
      page.evaluate(`(() => {
      const canvas = document.getElementById('${id}');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
      return count;
    })()`);
    for (const id of ['heat', 'inventory', 'pnl', 'queue', 'features']) expect(await painted(id)).toBeGreaterThan(500);
    expect(await page.locator('h1').textContent()).toBe(`Quoter <b> on ${pair}`);
    await page.selectOption('#feature', 'hurst');
    const before = await painted('heat');
    // What stood under the pointer is told, with a line through every panel.
    await page.locator('#heat').hover();
    const reading = page.locator('#reading');
    expect(await reading.textContent()).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}bid [\d,.]+ \([\d.]+\)ask .* BTCresult .* USDThurst /,
    );
    expect(await page.locator('.cursor:visible').count()).toBe(5);
    // The wheel scrolls the page, and zooms with Ctrl; the keyboard does all of it.
    const drawn = (): Promise<number> => painted('heat');
    await page.mouse.wheel(0, 200);
    await until(page, 'scrollY > 0');
    expect(await drawn()).toBe(before);
    await page.locator('#heat').hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    await expect.poll(drawn).not.toBe(before);
    const near = await drawn();
    await page.focus('#heat');
    await page.keyboard.press('+');
    expect(await drawn()).not.toBe(near);
    await page.keyboard.press('0');
    expect(await drawn()).toBe(before);
    await page.click('#theme');
    expect(faults).toEqual([]);
  },
);
