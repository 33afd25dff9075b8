import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candleTable } from '../../core/domain/candles.ts';
import type { RunResult } from '../../core/domain/run-result.ts';
import { summarize } from '../../core/metrics/summarize.ts';
import { renderReport } from '../../core/report/render-report.ts';
import { sampleRun } from '../fixtures/report/sample-run.ts';
import { until } from '../fixtures/until.ts';

const BROWSER = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(BROWSER);
if (!isThere) console.log(`Skipped: no browser at ${BROWSER} (set TIDEGATE_CHROMIUM, or install Debian's chromium).`);

const run = sampleRun({ candles: 24 * 120 });
const folder = mkdtempSync(join(tmpdir(), 'tidegate-report-'));
const file = join(folder, 'report.html');
let browser: Browser;

beforeAll(async () => {
  if (!isThere) return;
  writeFileSync(file, renderReport(run, summarize(run), { outOfSampleFrom: Date.UTC(2024, 3, 1) }));
  browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--headless'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const none = new Float64Array();
const emptyRun: RunResult = {
  ...run,
  trades: [],
  market: new Map([['X/Y', { candles: candleTable(0), features: {} }]]),
  equity: { time: none, equity: none, buyAndHold: none, exposure: none },
};
/** Every name a piece of markup, and prices so small that they need many decimals. */
const EVIL = `</script><img src=x onerror="document.title='owned'">`;
const [first] = run.market.values();
const shrink = (column: Float64Array) => column.map((x) => x * 1e-9);
const { candles } = first!;
const oddRun: RunResult = {
  ...run,
  inputs: { ...run.inputs, strategies: [EVIL], pairs: [EVIL] },
  trades: run.trades.map((t) => ({ ...t, pair: EVIL, strategy: EVIL, entryTag: EVIL, exitReason: EVIL })),
  market: new Map([
    [
      EVIL,
      {
        candles: {
          ...candles,
          open: shrink(candles.open),
          high: shrink(candles.high),
          low: shrink(candles.low),
          close: shrink(candles.close),
        },
        features: { [EVIL]: shrink(first!.features.fast!) },
      },
    ],
  ]),
};

/** The page as opened from disk with the network blocked; complaints and requests are collected. */
async function open(
  options: { readonly colorScheme?: 'light' | 'dark'; readonly width?: number; readonly path?: string } = {},
) {
  const context = await browser.newContext({
    offline: true,
    colorScheme: options.colorScheme ?? 'light',
    viewport: { width: options.width ?? 1280, height: 900 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(options.path ?? file).href);
  // The last thing the script does is to draw the candles, or to say that there are none.
  await until(page, 'document.getElementById("candles").childNodes.length > 0');
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return { page, complaints, requests };
}

/** Waits until the largest canvas of a chart has more than ten colours: one or two mean that nothing was drawn, and a chart is drawn a frame or two after it changes. */
async function isDrawn(page: Page, chart: string): Promise<void> {
  await until(
    page,
    `(() => {
      const all = [...document.querySelectorAll('#${chart} canvas')];
      const counts = all.map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 0) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        return seen.size;
      });
      return Math.max(...counts) > 10;
    })()`,
  );
}

const firstCells = (page: Page, head: string) =>
  page.evaluate<string[]>(`(() => {
    const column = [...document.querySelectorAll('#trades th')].findIndex((th) => th.textContent === '${head}');
    return [...document.querySelectorAll('#trades tbody tr')].slice(0, 5).map((row) => row.cells[column].dataset.v);
  })()`);

describe.skipIf(!isThere)('the report page in a browser', () => {
  it('opens offline without a complaint and asks for nothing but itself', async () => {
    const { page, complaints, requests } = await open();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(await page.textContent('h1')).toBe('EmaCross, RsiReversion');
    await page.context().close();
  });

  it('draws equity and candles, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await open({ colorScheme });
      await isDrawn(page, 'curve');
      await isDrawn(page, 'candles');
      await page.click('#theme');
      expect(await page.getAttribute('html', 'data-theme')).toBe(colorScheme === 'light' ? 'dark' : 'light');
      await isDrawn(page, 'candles');
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it('lists all trades, sorts them by any column and filters them', async () => {
    const { page } = await open();
    const rows = page.locator('#trades tbody tr');
    expect(await rows.count()).toBe(run.trades.length);
    const profits = run.trades.map((t) => t.profitAbs).toSorted((a, b) => b - a);
    const head = page.locator('#trades th', { hasText: 'Profit' }).locator('button');
    await head.click();
    expect((await firstCells(page, 'Profit')).map(Number)).toEqual(profits.slice(0, 5));
    await head.click();
    expect((await firstCells(page, 'Profit')).map(Number)).toEqual(profits.toReversed().slice(0, 5));
    await page.fill('#trade-filter', 'short stop_loss');
    const wanted = run.trades.filter((t) => t.side === 'short' && t.exitReason === 'stop_loss').length;
    expect(await page.locator('#trades tbody tr:visible').count()).toBe(wanted);
    await page.context().close();
  });

  it('changes the pair, and follows a click on a trade, or Enter, to its pair', async () => {
    const { page, complaints } = await open();
    const legend = () => page.textContent('#candle-legend');
    const before = await legend();
    await page.selectOption('#pair', '1');
    expect(await legend()).not.toBe(before);
    const other = run.trades.find((t) => t.pair === run.inputs.pairs[2])!;
    await page.locator(`#trades tbody tr:has(td[data-v="${other.id}"]:first-child)`).click();
    expect(await page.inputValue('#pair')).toBe('2');
    await isDrawn(page, 'candles');
    // By keyboard alone: the list is reached by Tab, its rows by arrows.
    await page.focus('#trades tbody');
    for (let k = 0; k <= run.trades.findIndex((t) => t.pair === run.inputs.pairs[1]); k++)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#pair')).toBe('1');
    await page.click('#candle-all');
    await page.click('#curve-log');
    expect(await page.getAttribute('#curve-log', 'aria-pressed')).toBe('true');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('tells units and times, leaves the wheel to the page, and moves charts by keyboard', async () => {
    const { page, complaints } = await open();
    expect(await page.textContent('#curve-legend')).toMatch(/\d\d:\d\d UTCaccount [\d,.]+ USDT/);
    expect(await page.textContent('#candle-legend')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    await page.locator('#curve').hover();
    await page.mouse.wheel(0, 300);
    await until(page, 'scrollY > 0');
    // The hour under the pointer changes when the chart is zoomed, and is what it was when all is shown again.
    await page.locator('#candles').scrollIntoViewIfNeeded();
    const box = (await page.locator('#candles').boundingBox())!;
    const under = async () => {
      await page.mouse.move(box.x + 200, box.y + 5);
      await page.mouse.move(box.x + 200, box.y + 200);
      return (await page.textContent('#candle-legend'))!.slice(0, 16);
    };
    await page.focus('#candles');
    await page.keyboard.press('0');
    const whole = await under();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    expect(await under()).not.toBe(whole);
    await page.keyboard.press('0');
    expect(await under()).toBe(whole);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('can be read in its heat maps, however hot, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open({ colorScheme });
      // WCAG 2 asks for a contrast of 4.5; the canvas resolves colours as they are shown.
      const least = await page.evaluate<number>(`(() => {
        const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        const channel = (v) => v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
        const light = (...colours) => {
          for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
          const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
          return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        };
        const cells = [...document.querySelectorAll('.heat td.hot-up, .heat td.hot-down')];
        cells.forEach((cell, i) => { cell.style.setProperty('--heat', '70%'); cell.className = i % 2 ? 'hot-up' : 'hot-down'; });
        const card = getComputedStyle(document.querySelector('.card')).backgroundColor;
        return Math.min(...cells.map((cell) => {
          const { color, backgroundColor } = getComputedStyle(cell);
          const [a, b] = [light(card, backgroundColor), light(card, color)].sort((x, y) => y - x);
          return (a + 0.05) / (b + 0.05);
        }));
      })()`);
      expect(least, colorScheme).toBeGreaterThan(4.5);
      await page.context().close();
    }
  });

  it('opens a run with nothing in it', async () => {
    const path = join(folder, 'empty.html');
    writeFileSync(path, renderReport(emptyRun, summarize(emptyRun)));
    const { page, complaints } = await open({ path });
    expect(complaints).toEqual([]);
    expect(await page.textContent('#curve')).toContain('No points');
    expect(await page.textContent('#candles')).toContain('No candles');
    await page.context().close();
  });

  it('shows names that look like markup as they are, and tiny prices in full', async () => {
    const path = join(folder, 'odd.html');
    writeFileSync(path, renderReport(oddRun, summarize(oddRun)));
    const { page, complaints, requests } = await open({ path });
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.title()).toBe(`${EVIL} – Tidegate`);
    expect(await page.textContent('#candle-legend')).toContain(EVIL);
    expect(await page.locator('img').count()).toBe(0);
    await page.locator('#trades tbody tr').first().click();
    await isDrawn(page, 'candles');
    await page.context().close();
  });

  it('fits a telephone without scrolling sideways, and a sheet of paper, dark on white whatever the theme', async () => {
    const { page } = await open({ width: 390, colorScheme: 'dark' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 794, height: 1123 });
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(24, 32, 44)');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(794);
    expect(await page.locator('button:visible').count()).toBe(await page.locator('th button').count());
    await page.context().close();
  });
});
